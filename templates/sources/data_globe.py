"""Builds data_globe.blend: a globe of dots, and luminous routes that grow between its cities.

    python data_globe.py OUT.blend                                  (bpy as a module)
    blender -b --factory-startup --python data_globe.py -- OUT.blend

Timeline (30 fps, 240 frames):
  0.0 - 1.8 s  dots run over the turning globe from the north pole down
  1.3 - 6.0 s  routes grow out of the cities, the chosen region turns to the camera
  5.0 - 8.0 s  the region lights up, pulses travel, the camera comes to rest close to it
Only the clock, the turn and the camera are animated; everything else follows from the clock in shaders.
"""

import math
import os
import random
import sys

import bpy
from mathutils import Vector
from mathutils.geometry import tessellate_polygon

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import geometry
import kit
import land
import stage

SEED = 5113
DOTS = 34000         # on the whole sphere, land and sea, at density 1
MOST_ROUTES = 40
GROW = 1.25          # seconds from city to city
AIR = 1.32           # radius of the shell of air
SUN = Vector((-0.62, -0.5, 0.6)).normalized()
F, I = "NodeSocketFloat", "NodeSocketInt"


def on_sphere(longitude, latitude, radius=1.0):
    a, b = math.radians(longitude), math.radians(latitude)
    return Vector((math.cos(a) * math.cos(b), math.sin(a) * math.cos(b), math.sin(b))) * radius


# ---------------------------------------------------------------------------------------------
# the land, as a mask that rays from the centre are shot at
# ---------------------------------------------------------------------------------------------

def fine(outline, most=4.0):
    """The outline with no step longer than `most` degrees, so that its edges stay where the map has them."""
    out = []
    for (x0, y0), (x1, y1) in zip(outline, outline[1:] + outline[:1]):
        n = max(1, math.ceil(max(abs(x1 - x0), abs(y1 - y0)) / most))
        out.extend((x0 + (x1 - x0) * k / n, y0 + (y1 - y0) * k / n) for k in range(n))
    return out


def land_mesh():
    verts, faces, regions = [], [], []

    def add(text, region, radius):
        outline = fine(land.points(text))
        base = len(verts)
        verts.extend(tuple(kit.snap(c) for c in on_sphere(x, y, radius)) for x, y in outline)
        for triangle in tessellate_polygon([[Vector((x, y, 0)) for x, y in outline]]):
            faces.append([base + k for k in triangle])
            regions.append(region)
    for name, outlines in land.OUTLINES.items():
        for text in outlines:
            add(text, land.REGIONS.index(name) if name in land.REGIONS else 9, 1.0)
    for text in land.LAKES:
        add(text, -1, 0.3)                               # hit before the land around it
    mesh = bpy.data.meshes.new("Land")
    mesh.from_pydata(verts, [], faces)
    mesh.attributes.new("region", "INT", "FACE").data.foreach_set("value", regions)
    return mesh


def routes_mesh():
    """One vertex a route: for every region its own list, from city `a` to city `b`, in the order they appear."""
    rng = random.Random(SEED)
    cities = [(name, on_sphere(x, y)) for name, text in land.CITIES.items() for x, y in land.points(text)]
    table = []
    for index, region in enumerate(land.REGIONS):
        view = on_sphere(*land.VIEWS[region])
        near = [c for c in cities if c[1].angle(view) < math.radians(72)]
        home = [c for c in near if c[0] == region] or near
        seen, hubs = set(), {}
        while len(seen) < MOST_ROUTES:
            a = rng.choice(home)
            b = rng.choice(near if rng.random() < 0.72 else home)
            pair = frozenset((a[1].freeze(), b[1].freeze()))
            if len(pair) < 2 or pair in seen or not 0.16 < a[1].angle(b[1]) < 1.9 or hubs.get(a[1], 0) > 6:
                continue
            hubs[a[1]] = hubs.get(a[1], 0) + 1
            table.append((index, len(seen), a[1], b[1], rng.random()))
            seen.add(pair)
    mesh = bpy.data.meshes.new("Routes")
    mesh.from_pydata([(0, 0, 0)] * len(table), [], [])
    for name, kind, column, field in (("region", "INT", 0, "value"), ("rank", "INT", 1, "value"),
                                      ("a", "FLOAT_VECTOR", 2, "vector"), ("b", "FLOAT_VECTOR", 3, "vector"),
                                      ("chance", "FLOAT", 4, "value")):
        flat = [row[column] for row in table]
        if field == "vector":
            flat = [c for v in flat for c in v]
        mesh.attributes.new(name, kind, "POINT").data.foreach_set(field, flat)
    return mesh


# ---------------------------------------------------------------------------------------------
# geometry nodes
# ---------------------------------------------------------------------------------------------

def dots_nodes(material):
    """Points on a spiral that winds from pole to pole (a Fibonacci lattice), each a disc where there is land."""
    tree, g, inside, out = geometry.group("Dots", (("Density", F), ("Highlight", I)))
    count = g.math("ROUND", g.mul(inside["Density"], float(DOTS)))
    points = g.call("GeometryNodePoints", {"Count": count})
    at = g.add(g.node("GeometryNodeInputIndex").outputs[0], 0.5)
    z = g.sub(1.0, g.mul(g.div(at, count), 2.0))
    across = g.math("SQRT", g.sub(1.0, g.mul(z, z)))
    turn = g.mul(g.math("FRACT", g.mul(at, (math.sqrt(5) - 1) / 2)), math.tau)   # the fraction first: exact for any count
    spot = g.join(g.mul(across, g.cos(turn)), g.mul(across, g.sin(turn)), z)
    cloud = g.call("GeometryNodeSetPosition", {"Geometry": points, "Position": spot})

    ray = g.node("GeometryNodeRaycast", data_type="INT", mapping="NEAREST")
    for name, value in (("Target Geometry", inside["Geometry"]), ("Attribute", g.named("region", "INT")),
                        ("Source Position", g.node("FunctionNodeInputVector").outputs[0]), ("Ray Direction", spot), ("Ray Length", 2.0)):
        g.feed(ray.inputs[name], value)
    hit = next(s for s in ray.outputs if s.name == "Attribute" and s.enabled)
    cloud, region = g.capture(cloud, g.math("MULTIPLY", ray.outputs["Is Hit"], hit), "FLOAT")
    cloud = g.call("GeometryNodeDeleteGeometry", {"Geometry": cloud, "Selection": g.compare(region, 0, "LESS_EQUAL")}, domain="POINT")
    lit = g.compare(region, inside["Highlight"])
    chance = g.call("FunctionNodeRandomValue", {2: 0.02, 3: 1.0, "ID": g.node("GeometryNodeInputIndex").outputs[0]}, 1, data_type="FLOAT")
    cloud = g.store(cloud, "lit", g.mul(lit, chance))

    disc = g.call("GeometryNodeMeshCircle", {"Vertices": 8, "Radius": 1.0}, fill_type="NGON")
    size = g.mul(g.div(0.0072, g.math("SQRT", inside["Density"])), g.step(lit, 0.0, 1.0, 1.0, 1.22))
    position = g.node("GeometryNodeInputPosition").outputs[0]
    made = g.call("GeometryNodeInstanceOnPoints", {"Points": cloud, "Instance": disc, "Rotation": g.up(position), "Scale": size})
    made = g.call("GeometryNodeRealizeInstances", {"Geometry": made})
    g.feed(out, g.call("GeometryNodeSetMaterial", {"Geometry": made, "Material": material}))
    return tree


def sphere_nodes(name, radius, material):
    """A round sphere out of nothing, so that the file need not hold it."""
    tree, g, _, out = geometry.group(name, ())
    ball = g.call("GeometryNodeMeshUVSphere", {"Segments": 160, "Rings": 80, "Radius": radius})
    ball = g.call("GeometryNodeSetShadeSmooth", {"Geometry": ball})
    g.feed(out, g.call("GeometryNodeSetMaterial", {"Geometry": ball, "Material": material}))
    return tree


def kept(g, inside):
    """The first routes of the highlighted region, each with its second of departure."""
    others = g.math("SUBTRACT", 1.0, g.math("MULTIPLY", g.compare(g.named("region", "INT"), inside["Highlight"]),
                                            g.compare(g.named("rank", "INT"), inside["Arcs"], "LESS_THAN")))
    routes = g.call("GeometryNodeDeleteGeometry", {"Geometry": inside["Geometry"], "Selection": others}, domain="POINT")
    share = g.div(g.add(g.named("rank", "INT"), g.named("chance")), g.math("MAXIMUM", inside["Arcs"], 1))
    return g.store(routes, "start", g.add(1.2, g.mul(share, 3.6)))


def routes_nodes(material):
    tree, g, inside, out = geometry.group("Arcs", (("Arcs", I), ("Highlight", I)))
    routes = kept(g, inside)
    line = g.call("GeometryNodeCurvePrimitiveLine", {"End": (1, 0, 0)})
    line = g.call("GeometryNodeResampleCurve", {"Curve": line, "Count": 72})
    arcs = g.call("GeometryNodeInstanceOnPoints", {"Points": routes, "Instance": line})
    arcs = g.call("GeometryNodeRealizeInstances", {"Geometry": arcs})
    t = g.node("GeometryNodeSplineParameter").outputs["Factor"]
    arcs, t = g.capture(arcs, t, "FLOAT")
    a, b = g.named("a", "FLOAT_VECTOR"), g.named("b", "FLOAT_VECTOR")
    angle = g.math("ARCCOSINE", g.vector("DOT_PRODUCT", a, b))
    # along the great circle, lifted in the middle
    way = g.vector("ADD", g.vector("SCALE", a, scale=g.sin(g.mul(g.sub(1.0, t), angle))), g.vector("SCALE", b, scale=g.sin(g.mul(t, angle))))
    lift = g.add(0.02, g.mul(angle, g.add(0.10, g.mul(g.named("chance"), 0.07))))
    height = g.add(1.002, g.mul(lift, g.power(g.sin(g.mul(t, math.pi)), 0.8)))
    arcs = g.call("GeometryNodeSetPosition", {"Geometry": arcs, "Position": g.vector("SCALE", g.vector("NORMALIZE", way), scale=height)})
    arcs = g.store(arcs, "t", t)
    taper = g.add(0.45, g.mul(0.55, g.sin(g.mul(t, math.pi))))
    arcs = g.call("GeometryNodeSetCurveRadius", {"Curve": arcs, "Radius": taper})
    round_ = g.call("GeometryNodeCurvePrimitiveCircle", {"Resolution": 6, "Radius": 0.0038})
    tube = g.call("GeometryNodeCurveToMesh", {"Curve": arcs, "Profile Curve": round_})
    g.feed(out, g.call("GeometryNodeSetMaterial", {"Geometry": tube, "Material": material}))
    return tree


def ports_nodes(material):
    """A disc over every city that a kept route leaves or reaches; `r` is 0 in its middle, 1 at its rim."""
    tree, g, inside, out = geometry.group("Ports", (("Arcs", I), ("Highlight", I)))
    routes = kept(g, inside)
    disc = g.call("GeometryNodeMeshCircle", {"Vertices": 40, "Radius": 1.0}, fill_type="TRIANGLE_FAN")
    disc = g.store(disc, "r", g.vector("LENGTH", g.node("GeometryNodeInputPosition").outputs[0]))
    join = g.node("GeometryNodeJoinGeometry")
    for end, delay, layer in (("b", GROW, 0.0), ("a", 0.0, 0.00006)):
        where = g.named(end, "FLOAT_VECTOR")
        radius = g.add(1.0035 + layer, g.mul(g.named("rank", "INT"), 0.00012))   # no two discs in one plane
        here = g.call("GeometryNodeSetPosition", {"Geometry": routes, "Position": g.vector("SCALE", where, scale=radius)})
        here = g.store(here, "since", g.add(g.named("start"), delay))
        discs = g.call("GeometryNodeInstanceOnPoints", {"Points": here, "Instance": disc, "Rotation": g.up(where), "Scale": (0.062, 0.062, 0.062)})
        tree.links.new(g.call("GeometryNodeRealizeInstances", {"Geometry": discs}), join.inputs[0])
    g.feed(out, g.call("GeometryNodeSetMaterial", {"Geometry": join.outputs[0], "Material": material}))
    return tree


# ---------------------------------------------------------------------------------------------
# materials
# ---------------------------------------------------------------------------------------------

def clock():
    tree, g, _, out = kit.group("Clock", (), (("Seconds", F),))
    g.feed(out[0], kit.seconds(g))
    return tree


def emission(g, color, strength):
    return g.call("ShaderNodeEmission", {"Color": color, "Strength": strength})


def unlit(g, surface, color, strength, cover=None):
    """Light alone: over what is behind it, or covering it as far as `cover` says."""
    light = emission(g, color, strength)
    clear = g.call("ShaderNodeBsdfTransparent")
    if cover is None:
        g.feed(surface, g.call("ShaderNodeAddShader", {0: light, 1: clear}))
    else:
        g.feed(surface, g.call("ShaderNodeMixShader", {0: cover, 1: clear, 2: light}))


def day(g):
    """0 on the side away from the sun, 1 towards it."""
    normal = g.node("ShaderNodeNewGeometry").outputs["Normal"]
    return g.step(g.vector("DOT_PRODUCT", normal, tuple(SUN)), -0.35, 0.95)


def facing(g):
    """The cosine of the angle between the surface and the ray that sees it."""
    where = g.node("ShaderNodeNewGeometry")
    return g.vector("DOT_PRODUCT", where.outputs["Normal"], where.outputs["Incoming"])


def materials(palette, time):
    made = {}
    made["Dots"], g, surface = kit.material("Dots")
    colors, t = g.group(palette), g.group(time)[0]
    place = g.split(g.vector("NORMALIZE", g.node("ShaderNodeTexCoord").outputs["Object"]))
    sweep = g.sub(g.mul(t, 1.25), g.mul(g.sub(1.0, place[2]), 0.95))               # from the north pole down
    front = g.mul(g.step(sweep, -0.06, 0.05), g.step(sweep, 0.05, 0.45, 1.0, 0.0))
    on = g.step(sweep, -0.05, 0.35, 0.4, 1.0)
    lit = g.attr("lit", "Fac")                                                    # 0: not in the region; else its turn
    late = g.sub(t, g.add(4.0, g.mul(lit, 1.5)))
    wake = g.mul(g.step(late, 0.0, 0.35), g.math("GREATER_THAN", lit, 0.0))
    spark = g.mul(wake, g.step(late, 0.1, 0.9, 1.0, 0.0))
    wave = g.add(0.86, g.mul(0.14, g.sin(g.sub(g.mul(t, 3.0), g.mul(place[2], 9.0)))))
    color = g.mix(g.mul(wake, 0.9), colors["Dot"], colors["Arc"])
    color = g.mix(g.mul(front, 0.45), color, (1, 1, 1, 1))
    light = g.add(g.mul(on, g.step(day(g), 0.0, 1.0, 0.16, 1.05, "LINEAR")), g.mul(front, 0.9), g.mul(wake, wave, 0.55), g.mul(spark, 1.2))
    g.feed(surface, emission(g, color, light))

    made["Arcs"], g, surface = kit.material("Arcs")
    colors, t = g.group(palette), g.group(time)[0]
    along, age = g.attr("t", "Fac"), g.sub(t, g.attr("start", "Fac"))
    reach = g.mul(g.step(age, 0.0, GROW), 1.03)
    behind = g.sub(reach, along)                                                   # how far the head is past here
    head = g.mul(g.step(behind, 0.0, 0.16, 1.0, 0.0), g.step(age, GROW, GROW + 0.5, 1.0, 0.0))
    beat = g.math("FRACT", g.sub(g.add(g.mul(age, 0.42), g.attr("chance", "Fac")), along))
    pulse = g.mul(g.power(g.sub(1.0, beat), 9.0), g.step(beat, 0.0, 0.012), g.step(age, GROW, GROW + 0.6))
    hot = g.math("MAXIMUM", head, pulse)
    color = g.mix(g.mul(hot, 0.6), colors["Arc"], (1, 1, 1, 1))
    unlit(g, surface, color, g.add(0.75, g.mul(hot, 7.0)), g.step(behind, 0.0, 0.006))

    made["Ports"], g, surface = kit.material("Ports")
    colors, t = g.group(palette), g.group(time)[0]
    r, age = g.attr("r", "Fac"), g.sub(t, g.attr("since", "Fac"))
    born = g.step(age, 0.0, 0.3)
    u = g.math("FRACT", g.mul(age, 0.5))
    ring = g.mul(g.step(g.math("ABSOLUTE", g.sub(r, g.mul(g.power(u, 0.6), 0.92))), 0.0, 0.075, 1.0, 0.0), g.power(g.sub(1.0, u), 1.6))
    core = g.step(r, 0.1, 0.2, 1.0, 0.0)
    glow = g.power(g.step(r, 0.0, 0.9, 1.0, 0.0, "LINEAR"), 3.0)
    light = g.mul(born, g.add(g.mul(core, 3.2), g.mul(ring, 1.3), g.mul(glow, 0.5)))
    unlit(g, surface, g.mix(g.mul(core, 0.5), colors["Arc"], (1, 1, 1, 1)), light)

    made["Ball"], g, surface = kit.material("Ball")
    colors = g.group(palette)
    skin = g.node("ShaderNodeBsdfPrincipled")
    g.feed(skin.inputs["Base Color"], g.mix(0.8, (0.004, 0.006, 0.012, 1), colors["Background"]))
    skin.inputs["Roughness"].default_value = 0.42
    rim = g.power(g.sub(1.0, g.math("ABSOLUTE", facing(g))), 3.2)
    g.feed(skin.inputs["Emission Color"], colors["Dot"])
    g.feed(skin.inputs["Emission Strength"], g.mul(rim, g.step(day(g), 0.0, 1.0, 0.05, 0.5, "LINEAR")))
    g.feed(surface, skin.outputs[0])

    # the air: on a shell around the globe, by how close to the globe a ray would pass
    made["Air"], g, surface = kit.material("Air")
    colors = g.group(palette)
    cosine = facing(g)
    passes = g.mul(g.math("SQRT", g.sub(1.0, g.mul(cosine, cosine))), AIR)
    fall = g.math("EXPONENT", g.mul(g.math("MAXIMUM", g.sub(passes, 1.0), 0.0), -26.0))
    edge = g.mul(g.power(g.step(passes, 0.72, 1.0, kind="LINEAR"), 3.0), fall, g.step(passes, 1.0, AIR - 0.02, 1.0, 0.0))
    light = g.mul(edge, g.step(day(g), 0.0, 1.0, 0.03, 0.5, "LINEAR"), g.sub(1.0, g.node("ShaderNodeNewGeometry").outputs["Backfacing"]))
    unlit(g, surface, colors["Dot"], light)
    return made


def sky(scene, palette):
    """The background: a soft pool of its colour behind the globe, for the camera alone."""
    world = scene.world = bpy.data.worlds.new("Sky")
    world.use_nodes = True
    world.cycles.sampling_method = "NONE"
    g = kit.Graph(world.node_tree, clear=True)
    color = g.group(palette)["Background"]
    window = g.node("ShaderNodeTexCoord").outputs["Window"]
    off = g.vector("MULTIPLY", g.vector("SUBTRACT", window, (0.6, 0.56, 0.0)), (1.0, 0.78, 0.0))
    pool = g.step(g.vector("LENGTH", off), 0.0, 0.78, 1.0, 0.0)
    level = g.add(0.12, g.mul(pool, 1.5))
    seen = g.node("ShaderNodeLightPath").outputs["Is Camera Ray"]
    shade = g.call("ShaderNodeBackground", {"Color": color, "Strength": g.step(seen, 0.0, 1.0, 0.25, level, "LINEAR")})
    g.feed(g.node("ShaderNodeOutputWorld").inputs["Surface"], shade)


# ---------------------------------------------------------------------------------------------
# scene
# ---------------------------------------------------------------------------------------------

def view(region):
    """Rotations of Tilt and Turn that bring a region in front of the camera, a little above the middle."""
    longitude, latitude = land.VIEWS[region]
    return (math.radians(latitude * 0.8 - 8), math.radians(-5), 0.0), (0.0, 0.0, math.radians(-90 - longitude))


def globe(palette, time):
    parts, rig = kit.collection("Globe"), kit.collection("Rig")
    tilt = kit.link("Tilt", None, rig)
    spin = kit.link("Spin", None, rig, parent=tilt)
    turn = kit.link("Turn", None, rig, parent=spin)
    tilt.rotation_euler, turn.rotation_euler = view("europe")
    kit.settle(kit.key(spin, "rotation_euler", ((1, math.radians(-118)), (kit.LAST + 1, math.radians(6))), index=2)[0], 0.12, 0.62, 0.10)

    M = materials(palette, time)
    highlight = land.REGIONS.index("europe")
    dots = kit.link("Dots", land_mesh(), parts, parent=turn)
    kit.modifier(dots, dots_nodes(M["Dots"]), Density=1.0, Highlight=highlight)
    routes = routes_mesh()
    for name, nodes in (("Arcs", routes_nodes), ("Ports", ports_nodes)):
        thing = kit.link(name, routes, parts, parent=turn)
        kit.modifier(thing, nodes(M[name]), Arcs=20, Highlight=highlight)
        thing.visible_shadow = thing.visible_diffuse = False
    for name, radius in (("Ball", 0.997), ("Air", AIR)):
        thing = kit.link(name, bpy.data.meshes.new(name), parts)
        kit.modifier(thing, sphere_nodes(name, radius, M[name]))
    air = bpy.data.objects["Air"]
    air.visible_shadow = air.visible_diffuse = air.visible_glossy = False
    for made in M.values():
        made.cycles.emission_sampling = "NONE"


def light_and_camera():
    rig = bpy.data.collections["Rig"]
    kit.lamp("Sun side", "AREA", rig, SUN * 7, (0.6, 0.8, 1.0), 170, shape="DISK", size=6, specular_factor=0.3)
    kit.lamp("Rim", "AREA", rig, (4.5, 4.0, -2.2), (0.4, 0.6, 1.0), 55, shape="RECTANGLE", size=2, size_y=7)
    room = kit.link("Room", None, rig)
    aim = kit.link("Aim", None, rig, parent=room)
    cam, data = kit.camera(rig, (0, -9.2, 0.5), aim, lens=50)
    # An upright picture has no room beside the globe: it stands in the middle, a little smaller.
    picture = stage.shape(rig)
    stage.upright(data, "lens", picture, 50, 41, 24)
    stage.upright(room, "scale", picture, 1, 0.15, 0, index=0)
    for thing, index, a, b in ((cam, 1, -6.9, -5.1), (cam, 2, -0.9, 0.6), (cam, 0, -1.5, 0.3), (aim, 0, 0.1, -0.36), (aim, 2, 0.05, 0.16)):
        kit.settle(kit.key(thing, "location", ((1, a), (kit.LAST, b)), index=index)[0], 0.22, 0.6, 0.05)


def build(scene):
    scene.name = "Data globe"
    palette = kit.values("Palette", (("Dot", "#4fb8ff"), ("Arc", "#ffab3d"), ("Background", "#0a1c40")))
    globe(palette, clock())
    light_and_camera()
    sky(scene, palette)
    kit.settings(scene, bounces=(3, 1, 2, 0), transparent=24)
    kit.bloom(scene, mix=-0.55)


kit.main(build)
