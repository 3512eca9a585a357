"""Builds logo_sting.blend: a picture's shape, cast in metal or glass by a blade of light.

    python logo_sting.py OUT.blend                                  (bpy as a module)
    blender -b --factory-startup --python logo_sting.py -- OUT.blend

Nothing is read from disk and nothing is random. Written for Blender 4.2.

Timeline (30 fps): 1..240 is the clip, after that the picture holds.
  0.0 - 0.6 s  a blade of light ignites in a dark studio
  0.4 - 2.6 s  it travels across; behind it the logo stands, turning towards the camera
  2.4 - 3.6 s  the studio lights come up, a ring of light runs out over the floor
  4.4 - 6.4 s  a glint crosses the front; the camera keeps closing in
The shape is made by geometry nodes from the image's alpha, in the image's own aspect ratio, once: only transforms,
lights and shaders move.
"""

import math
import os
import sys
from array import array

import bpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit  # noqa: E402
import stage  # noqa: E402

F, V, GEO = "NodeSocketFloat", "NodeSocketVector", "NodeSocketGeometry"
WIDEST, HIGHEST = 5.0, 2.7      # the box a logo is fitted into
CELLS = 120000.0                # samples of the image over that fit; a square logo gets 346 x 346
PAD = 8                         # empty samples around
LAYERS = 28                     # voxels through the thickness
THICK, ROUND = 0.074, 0.375     # half the thickness, of the shorter side; how much of it the rounded edge takes
CENTRE = 1.5
SCAN = (0.45, 2.55)             # seconds in which the blade crosses the logo


def placeholder(size=512):
    """A neutral mark: an open ring around a play sign, with a dot in the opening."""
    corners = [(0.46 * math.cos(a) - 0.02, 0.46 * math.sin(a)) for a in (0, math.tau / 3, 2 * math.tau / 3)]
    edges = list(zip(corners, corners[1:] + corners[:1]))
    blue, orange = (0.16, 0.36, 0.92), (1.0, 0.42, 0.24)

    def distances(x, y):
        """From the edge of each shape, negative inside, with its colour."""
        far, turn = math.hypot(x, y), math.degrees(math.atan2(y, x))
        gap = (abs(turn - 45) - 21) * math.pi / 180 * far
        yield max(abs(far - 0.78) - 0.13, -gap), blue
        yield math.hypot(x - 0.78 * math.cos(math.pi / 4), y - 0.78 * math.sin(math.pi / 4)) - 0.13, orange
        yield max(
            ((by - ay) * (x - ax) - (bx - ax) * (y - ay)) / math.hypot(bx - ax, by - ay)
            for (ax, ay), (bx, by) in edges
        ), orange

    pixels = array("f", bytes(size * size * 16))
    for at in range(size * size):
        x, y = (((place + 0.5) / size * 2 - 1) for place in (at % size, at // size))
        for distance, colour in distances(x, y):
            if distance < 0.02:        # colour runs on under the soft edge
                pixels[at * 4 : at * 4 + 3] = array("f", colour)
            share = min(max(0.5 - distance * size / 2, 0), 1)
            pixels[at * 4 + 3] = max(pixels[at * 4 + 3], share)
    image = bpy.data.images.new("Logo", size, size, alpha=True)
    image.file_format = "PNG"
    image.pixels.foreach_set(pixels)
    image.update()
    image.pack()
    image.use_fake_user = True
    return image


# ---------------------------------------------------------------------------------------------
# the shape
# ---------------------------------------------------------------------------------------------

def measure(image):
    """Node group: width and height of the image when fitted into the box."""
    _, g, _, out = kit.group("Fit", (), (("Width", F), ("Height", F)), kind="GeometryNodeTree")
    info = g.node("GeometryNodeImageInfo")
    info.inputs["Image"].default_value = image
    aspect = g.div(info.outputs["Width"], g.math("MAXIMUM", info.outputs["Height"], 1.0))
    aspect = g.math("MINIMUM", g.math("MAXIMUM", aspect, 0.05), 20.0)
    width = g.math("MINIMUM", g.mul(stage.portrait(g), WIDEST), g.mul(aspect, HIGHEST))
    g.feed(out["Width"], width)
    g.feed(out["Height"], g.div(width, aspect))
    return g.tree


def cast(image, fit, look):
    """Geometry nodes: alpha on a grid, softened; a volume that is full where alpha is; its skin."""
    tree, g, _, out = kit.group("Cast", (), (("Geometry", GEO),), kind="GeometryNodeTree")
    fitted = g.group(fit)
    width, height = fitted["Width"], fitted["Height"]
    pitch = g.math("SQRT", g.div(g.mul(width, height), CELLS))
    columns, rows = (g.add(g.math("CEIL", g.div(side, pitch)), 2.0 * PAD + 1) for side in (width, height))
    reach = [g.mul(g.sub(count, 1.0), pitch) for count in (columns, rows)]
    grid = g.call("GeometryNodeMeshGrid", {"Size X": reach[0], "Size Y": reach[1], "Vertices X": columns, "Vertices Y": rows})

    position = g.node("GeometryNodeInputPosition").outputs[0]
    x, y, z = g.split(position)
    spot = g.join(g.add(g.div(x, width), 0.5), g.add(g.div(y, height), 0.5), 0.0)
    picture = g.node("GeometryNodeImageTexture", interpolation="Cubic", extension="CLIP")
    picture.inputs["Image"].default_value = image
    g.feed(picture.inputs["Vector"], spot)
    # At least two samples wide, and for a coarse image about one of its pixels: no staircase either way.
    info = g.node("GeometryNodeImageInfo")
    info.inputs["Image"].default_value = image
    pixel = g.div(g.div(width, pitch), g.math("MAXIMUM", info.outputs["Width"], 1.0))
    often = g.math("MINIMUM", g.math("MAXIMUM", g.mul(pixel, pixel, 1.6), 8.0), 200.0)
    soft = g.call("GeometryNodeBlurAttribute", {"Value": picture.outputs["Alpha"], "Iterations": often}, data_type="FLOAT")
    cell = [g.math("ROUND", g.div(g.add(at, g.mul(far, 0.5)), pitch)) for at, far in zip((x, y), reach)]
    here = g.node("GeometryNodeSampleIndex", data_type="FLOAT", domain="POINT", clamp=True)
    for name, value in (("Geometry", grid), ("Value", soft), ("Index", g.add(g.mul(cell[0], rows), cell[1]))):
        g.feed(here.inputs[name], value)

    # The softened alpha falls from 1 to 0 across an edge. Asking for more of it near the front and the back pulls the
    # outline in there: a rounded edge. Where alpha is 1 all around, the face stays flat.
    half = g.math("MINIMUM", g.math("MAXIMUM", g.mul(g.math("MINIMUM", width, height), THICK), 0.04), 0.2)
    near = g.math("MAXIMUM", g.div(g.sub(g.div(g.math("ABSOLUTE", z), half), 1.0 - ROUND), ROUND), 0.0)
    wanted = g.math("MULTIPLY_ADD", g.mul(near, near), 0.56, 0.42)
    deep = g.mul(half, 1.0 + 2.0 / LAYERS)
    volume = g.call("GeometryNodeVolumeCube", {
        "Density": g.sub(here.outputs[0], wanted), "Background": -1.0,
        "Min": g.join(g.mul(reach[0], -0.5), g.mul(reach[1], -0.5), g.mul(deep, -1.0)),
        "Max": g.join(g.mul(reach[0], 0.5), g.mul(reach[1], 0.5), deep),
        "Resolution X": columns, "Resolution Y": rows, "Resolution Z": LAYERS})
    skin = g.call("GeometryNodeVolumeToMesh", {"Volume": volume, "Threshold": 0.0, "Adaptivity": 0.0}, resolution_mode="GRID")
    smoothed = g.call("GeometryNodeBlurAttribute", {"Value": position, "Iterations": 3}, data_type="FLOAT_VECTOR")
    skin = g.call("GeometryNodeSetPosition", {"Geometry": skin, "Position": smoothed})
    for name, value in (("spot", spot), ("normal", g.node("GeometryNodeInputNormal").outputs[0])):
        stored = g.node("GeometryNodeStoreNamedAttribute", data_type="FLOAT_VECTOR", domain="POINT")
        for socket, wire in (("Geometry", skin), ("Name", name), ("Value", value)):
            g.feed(stored.inputs[socket], wire)
        skin = stored.outputs[0]
    skin = g.call("GeometryNodeSetShadeSmooth", {"Geometry": skin, "Shade Smooth": True})
    g.feed(out[0], g.call("GeometryNodeSetMaterial", {"Geometry": skin, "Material": look}))
    return tree


def blade_shape(fit, look):
    """Geometry nodes: the upright blade, where the scan is."""
    tree, g, _, out = kit.group("Blade", (), (("Geometry", GEO),), kind="GeometryNodeTree")
    fitted = g.group(fit)
    clock = kit.seconds(g)
    at = g.mul(scan(g, clock), fitted["Width"], 0.5)
    tall = g.add(fitted["Height"], 1.1)
    quad = g.call("GeometryNodeMeshGrid", {"Size X": 0.036, "Size Y": tall, "Vertices X": 2, "Vertices Y": 24})
    spot = g.call("ShaderNodeMath", {0: g.split(g.node("GeometryNodeInputPosition").outputs[0])[1], 1: tall}, operation="DIVIDE")
    stored = g.node("GeometryNodeStoreNamedAttribute", data_type="FLOAT", domain="POINT")
    for socket, wire in (("Geometry", quad), ("Name", "along"), ("Value", spot)):
        g.feed(stored.inputs[socket], wire)
    placed = g.call("GeometryNodeTransform", {"Geometry": stored.outputs[0], "Translation": g.join(at, 0.0, 0.0)})
    g.feed(out[0], g.call("GeometryNodeSetMaterial", {"Geometry": placed, "Material": look}))
    return tree


def scan(g, clock):
    """Where the blade is, -1 to 1 over the logo and a little beyond."""
    return g.step(clock, *SCAN, -1.12, 1.12)


# ---------------------------------------------------------------------------------------------
# looks
# ---------------------------------------------------------------------------------------------

def logo_material(image, palette):
    """One shader for every finish: "Finish" is 0 glass, 1 metal, 2 satin."""
    look, g, surface = kit.material("Logo")
    set_ = g.group(palette)
    finish = set_["Finish"]
    glass, metal = (g.math("COMPARE", finish, value, 0.5) for value in (0.0, 1.0))
    facing = g.math("ABSOLUTE", g.split(g.attr("normal"))[2])
    picture = g.node("ShaderNodeTexImage", image=image, interpolation="Linear", extension="EXTEND")
    g.feed(picture.inputs["Vector"], g.attr("spot"))
    own = g.mul(set_["Keep colours"], g.step(facing, 0.75, 0.95), picture.outputs["Alpha"])
    clear = g.mul(glass, g.sub(1.0, own))
    tint = g.mix(g.mul(clear, 0.5), set_["Colour"], (1.0, 1.0, 1.0, 1.0))
    shader = g.node("ShaderNodeBsdfPrincipled")
    rough = g.math("MULTIPLY_ADD", metal, -0.2, g.math("MULTIPLY_ADD", glass, -0.3, 0.42))
    for name, value in (("Base Color", g.mix(own, tint, picture.outputs["Color"])), ("Metallic", g.mul(metal, g.sub(1.0, g.mul(own, 0.6)))),
                        ("Roughness", rough), ("IOR", 1.46), ("Transmission Weight", clear),
                        ("Coat Weight", g.mul(g.sub(1.0, glass), 0.35)), ("Coat Roughness", 0.06)):
        g.feed(shader.inputs[name], value)

    place = g.math("MULTIPLY_ADD", g.split(g.attr("spot"))[0], 2.0, -1.0)
    behind = g.sub(scan(g, kit.seconds(g)), place)
    hot = g.mul(g.step(behind, 0.0, 0.012), g.power(g.step(behind, 0.0, 0.3, 1.0, 0.0, "LINEAR"), 4.0))
    # Glass is lit from its edges, or it would hardly be there.
    clock = kit.seconds(g, "Seconds of the edges")
    edges = g.mul(clear, g.step(facing, 0.05, 0.99, 0.85, 0.05, "LINEAR"), g.step(clock, 1.2, 3.4, 0.35, 1.0))
    g.feed(shader.inputs["Emission Color"], set_["Accent"])
    g.feed(shader.inputs["Emission Strength"], g.add(g.mul(hot, 7.0), edges))
    gone = g.node("ShaderNodeBsdfTransparent").outputs[0]
    g.feed(surface, g.call("ShaderNodeMixShader", {0: g.step(behind, 0.0, 0.012), 1: gone, 2: shader.outputs[0]}))
    look.cycles.emission_sampling = "NONE"               # its many faces as lamps would cost more than they light
    return look


def blade_material(palette):
    look, g, surface = kit.material("Blade")
    clock = kit.seconds(g)
    ends = g.step(g.math("ABSOLUTE", g.attr("along", "Fac")), 0.18, 0.5, 1.0, 0.0)
    life = g.mul(g.step(clock, -0.6, 0.5, 0.0, 1.0), g.step(clock, SCAN[1] - 0.3, SCAN[1] + 0.1, 1.0, 0.0))
    shine = g.call("ShaderNodeEmission", {"Color": g.group(palette)["Accent"], "Strength": g.mul(ends, life, 26.0)})
    gone = g.node("ShaderNodeBsdfTransparent").outputs[0]
    g.feed(surface, g.call("ShaderNodeMixShader", {0: g.mul(ends, life), 1: gone, 2: shine}))
    return look


def floor_material(palette):
    """A dark mirror with a ring of light that runs out from under the logo."""
    look, g, surface = kit.material("Mirror")
    clock = kit.seconds(g)
    shader = g.node("ShaderNodeBsdfPrincipled")
    far = g.vector("LENGTH", g.node("ShaderNodeTexCoord").outputs["Object"])
    front = g.math("MULTIPLY_ADD", g.power(g.math("MAXIMUM", g.sub(clock, 2.5), 0.0), 0.75), 5.2, -0.1)
    late = g.sub(front, far)
    ring = g.mul(g.step(late, 0.0, 0.10), g.power(g.step(late, 0.0, 1.5, 1.0, 0.0, "LINEAR"), 4.0), g.step(clock, 2.5, 5.2, 1.0, 0.0))
    for name, value in (("Base Color", g.mix(0.75, g.group(palette)["Background"], (0.0, 0.0, 0.0, 1.0))), ("Roughness", 0.16), ("IOR", 1.6),
                        ("Emission Color", g.group(palette)["Accent"]), ("Emission Strength", g.mul(ring, 1.6))):
        g.feed(shader.inputs[name], value)
    # Far away it runs into the studio's wall without a line.
    gone = g.node("ShaderNodeBsdfTransparent").outputs[0]
    g.feed(surface, g.call("ShaderNodeMixShader", {0: g.step(far, 3.0, 26.0), 1: shader.outputs[0], 2: gone}))
    look.cycles.emission_sampling = "NONE"
    return look


def world(scene, palette):
    """A pool of the studio's colour behind the logo, darkness around."""
    g = stage.animated_world(scene, "Studio")
    clock = kit.seconds(g)
    x, y, z = g.split(g.node("ShaderNodeTexCoord").outputs["Generated"])
    up = g.sub(z, 0.07)
    pool = g.mul(g.math("EXPONENT", g.mul(g.add(g.mul(x, x, 9.0), g.mul(up, up, 26.0)), -1.0)), 1.5)
    pool = g.mul(pool, g.step(y, 0.0, 0.5), g.step(clock, 1.6, 3.8, 0.3, 1.0))
    # Behind the camera, seen in the logo alone: bright above, dark below, in bands that wander as it turns.
    bands = g.math("MULTIPLY_ADD", g.cos(g.math("MULTIPLY_ADD", x, 13.0, 0.9)), 0.38, 0.62)
    over = g.mul(g.step(z, -0.16, 0.4), g.step(y, 0.1, -0.4), bands, g.step(clock, 1.4, 3.4, 0.12, 1.0))
    room = g.vector("SCALE", g.group(palette)["Background"], scale=g.add(0.035, pool))
    sky = g.node("ShaderNodeBackground")
    g.feed(sky.inputs["Color"], g.vector("ADD", room, g.vector("SCALE", (0.9, 0.95, 1.0), scale=over)))
    g.feed(g.node("ShaderNodeOutputWorld").inputs["Surface"], sky.outputs[0])


# ---------------------------------------------------------------------------------------------
# rig
# ---------------------------------------------------------------------------------------------

def lights(rig, mark, palette):
    """They light the logo alone: the floor would mirror each lamp as a bright box."""
    at = (0, 0, CENTRE)
    front = kit.lamp("Front box", "AREA", rig, (-2.2, -9.0, 5.6), (1.0, 0.98, 0.96), 0, at, shape="RECTANGLE", size=7, size_y=4.5)
    kit.key(front.data, "energy", ((66, 8.0), (108, 1050.0)))
    top = kit.lamp("Top box", "AREA", rig, (0, -0.6, 6.2), (0.95, 0.97, 1.0), 0, at, shape="RECTANGLE", size=6, size_y=1.6)
    kit.key(top.data, "energy", ((40, 60.0), (100, 420.0)))
    for side, name in ((-1, "Left edge"), (1, "Right edge")):
        edge = kit.lamp(name, "AREA", rig, (side * 6.0, 2.2, 2.4), (1, 1, 1), 0, at, shape="RECTANGLE", size=1.0, size_y=5)
        kit.key(edge.data, "energy", ((1, 90.0), (72, 320.0), (90, 1500.0), (130, 800.0)))
        stage.tint(edge, palette, "Accent")
    glint = kit.lamp("Glint", "AREA", rig, (-7, -7.5, 2.2), (1, 1, 1), 0, (-5.5, 0, CENTRE), shape="RECTANGLE", size=0.3, size_y=7)
    kit.key(glint, "location", ((128, -7.0), (196, 7.0)), index=0)
    kit.key(glint.data, "energy", ((128, 0.0), (142, 240.0), (182, 240.0), (196, 0.0)))
    for lamp in [thing for thing in rig.objects if thing.type == "LIGHT"]:
        lamp.visible_camera = False
        lamp.light_linking.receiver_collection = mark


def view(rig):
    aim = kit.link("Camera aim", None, rig, (0, 0, 1.36))
    camera, _ = kit.camera(rig, (0, -10.5, 1.2), aim, lens=45)
    for index, first, last in ((0, 1.5, 0.0), (1, -10.6, -8.8), (2, 0.8, 1.35)):
        kit.settle(kit.key(camera, "location", ((1, first), (kit.LAST, last)), index=index)[0], start=0.2, end=0.6)


def build(scene):
    palette = kit.values("Palette", (("Colour", "#d8dde6"), ("Accent", "#3d8bff"), ("Background", "#26456f"), ("Finish", 1.0),
                                     ("Keep colours", 0.0)))
    image = placeholder()
    fit = measure(image)
    mark, set_, rig = (kit.collection(name) for name in ("Mark", "Set", "Rig"))
    turn = kit.link("Turn", None, rig, (0, 0, CENTRE))
    kit.key(turn, "rotation_euler", ((1, math.radians(-62)), (112, math.radians(-4)), (kit.LAST, math.radians(5))), index=2)
    for name, tree, into in (("Logo", cast(image, fit, logo_material(image, palette)), mark),
                             ("Blade", blade_shape(fit, blade_material(palette)), set_)):
        thing = kit.link(name, bpy.data.meshes.new(name), into, parent=turn)
        thing.rotation_euler.x = math.pi / 2
        kit.modifier(thing, tree)
    stage.set_piece(bpy.data.objects["Blade"])

    plane = bpy.data.meshes.new("Floor")
    plane.from_pydata([(-300, -40, 0), (300, -40, 0), (300, 500, 0), (-300, 500, 0)], [], [(0, 1, 2, 3)])
    plane.materials.append(floor_material(palette))
    stage.set_piece(kit.link("Floor", plane, set_))
    world(scene, palette)
    lights(rig, mark, palette)
    view(rig)
    kit.settings(scene, bounces=(8, 2, 4, 8), transparent=8)
    scene.cycles.film_transparent_glass, scene.cycles.film_transparent_roughness = True, 0.2
    stage.bloom(scene, strength=0.1, threshold=1.2)


kit.main(build)
