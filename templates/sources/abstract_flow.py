"""Builds abstract_flow.blend: satin ribbons that flow for ever.

    python abstract_flow.py OUT.blend                                  (bpy as a module)
    blender -b --factory-startup --python abstract_flow.py -- OUT.blend

A perfect loop: frame 241 is frame 1. All motion comes from one phase, which runs from 0 to 1 over the clip
(times the speed, a whole number, and only its fraction counts): waves that run on by whole lengths, and noise
in four dimensions of which two go once around a circle. Nothing is simulated.
"""

import math
import os
import sys

import bpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import geometry
import kit

LENGTH, STEPS, ACROSS = 13.0, 300, 4     # of a ribbon: its length, and the grid it is made of
F, I = "NodeSocketFloat", "NodeSocketInt"

# As the manifest's first palette: the backdrop, then the ribbons from the back of the sheaf to its front.
COLORS = (("Backdrop", "#2a1a52"), ("Colour 1", "#4a36c8"), ("Colour 2", "#a04fd0"), ("Colour 3", "#ff6d86"), ("Colour 4", "#ffcf96"))


def noise(g, x, y, circle, scale, radius):
    """Noise over x and y that comes back to itself with the phase; -1 to 1."""
    made = g.node("ShaderNodeTexNoise", noise_dimensions="4D")
    g.feed(made.inputs["Vector"], g.join(x, y, g.mul(circle[0], radius)))
    g.feed(made.inputs["W"], g.mul(circle[1], radius))
    g.feed(made.inputs["Scale"], scale)
    made.inputs["Detail"].default_value = 0.0
    return g.sub(g.mul(made.outputs[0], 2.0), 1.0)


def phase(g, speed):
    """The fraction of the loop, 0 to 1, that the clip has come to."""
    made = g.node("ShaderNodeValue", "Loop")
    curve = kit.key(made.outputs[0], "default_value", ((1, 0.0), (kit.LAST + 1, 1.0)), interpolation="LINEAR", handles="VECTOR")[0]
    curve.extrapolation = "LINEAR"
    return g.math("FRACT", g.mul(g.math("FRACT", made.outputs[0]), speed))


def ribbons_nodes(material):
    tree, g, inside, out = geometry.group("Flow", (("Ribbons", I), ("Width", F), ("Speed", I)))
    count = g.math("MAXIMUM", inside["Ribbons"], 1)
    turn = g.mul(phase(g, inside["Speed"]), math.tau)
    circle = g.cos(turn), g.sin(turn)

    # one point a ribbon, one flat strip on each
    points = g.call("GeometryNodePoints", {"Count": count})
    index = g.node("GeometryNodeInputIndex").outputs[0]
    points = g.store(points, "depth", g.div(g.add(index, 0.5), count))
    points = g.store(points, "whim", g.call("FunctionNodeRandomValue", {2: 0.0, 3: 1.0, "ID": index, "Seed": 7}, 1, data_type="FLOAT"))
    strip = g.call("GeometryNodeMeshGrid", {"Size X": 1.0, "Size Y": 1.0, "Vertices X": STEPS, "Vertices Y": ACROSS})
    x, y, _ = g.split(g.node("GeometryNodeInputPosition").outputs[0])
    strip = g.store(strip, "u", g.add(x, 0.5))
    strip = g.store(strip, "v", g.mul(y, 2.0))
    made = g.call("GeometryNodeInstanceOnPoints", {"Points": points, "Instance": strip})
    made = g.call("GeometryNodeRealizeInstances", {"Geometry": made})

    u, v, d, whim = g.named("u"), g.named("v"), g.named("depth"), g.named("whim")
    s = g.sub(g.mul(d, 2.0), 1.0)                                    # -1 at the back, 1 at the front
    # where its middle line runs: waves one and two lengths a loop, and slow wandering
    wave1 = g.sin(g.sub(g.add(g.mul(u, 6.6), g.mul(s, 0.55)), turn))
    wave2 = g.sin(g.sub(g.add(g.mul(u, 11.0), g.mul(s, 0.9), 1.3), g.mul(turn, 2.0)))
    drift = noise(g, g.mul(u, 2.2), g.mul(d, 0.7), circle, 1.0, 0.45)
    drift2 = noise(g, g.add(g.mul(u, 2.0), 7.7), g.mul(d, 0.6), circle, 1.0, 0.4)
    fan = g.add(0.74, g.mul(0.36, g.sin(g.add(g.mul(u, 4.4), 0.4))))   # wide open here, drawn together there
    px = g.mul(g.sub(u, 0.5), LENGTH)
    py = g.add(g.mul(s, fan, -1.5), g.mul(drift2, 0.9))
    pz = g.add(g.mul(wave1, 0.5), g.mul(wave2, 0.10), g.mul(drift, 0.9), g.mul(s, fan, -1.25))
    # how it lies: it turns around its line
    twist = g.add(1.74, g.mul(0.42, g.sin(g.sub(g.add(g.mul(u, 6.4), g.mul(s, 0.4)), turn))), g.mul(drift2, 0.4))
    half = g.mul(inside["Width"], g.add(0.85, g.mul(whim, 0.3)), g.step(d, 0.8, 1.0, 0.5, 0.24))
    off = g.mul(v, half)
    place = g.join(px, g.add(py, g.mul(off, g.cos(twist))), g.add(pz, g.mul(off, g.sin(twist))))
    made = g.call("GeometryNodeSetPosition", {"Geometry": made, "Position": place})
    made = g.call("GeometryNodeSetShadeSmooth", {"Geometry": made})
    g.feed(out, g.call("GeometryNodeSetMaterial", {"Geometry": made, "Material": material}))
    return tree


def satin(palette):
    made, g, surface = kit.material("Satin")
    colors = g.group(palette)
    d, u, v = (g.attr(name, "Fac") for name in ("depth", "u", "v"))
    at = g.add(d, g.mul(0.16, g.sub(u, 0.5)), g.mul(g.sub(g.attr("whim", "Fac"), 0.5), 0.22), g.mul(v, 0.05))
    color = colors["Colour 1"]
    for k in (2, 3, 4):
        color = g.mix(g.step(at, (k - 2) / 3, (k - 1) / 3), color, colors["Colour %d" % k])
    hem = g.step(g.math("ABSOLUTE", v), 0.95, 0.985)
    color = g.mix(g.mul(hem, 0.3), color, (1, 1, 1, 1))
    skin = g.node("ShaderNodeBsdfPrincipled")
    for socket, value in (("Base Color", color), ("Roughness", 0.31), ("Specular IOR Level", 0.5), ("Anisotropic", 0.55),
                          ("Sheen Weight", 0.25), ("Sheen Roughness", 0.4), ("Sheen Tint", color), ("Coat Weight", 0.3), ("Coat Roughness", 0.16)):
        g.feed(skin.inputs[socket], value)
    g.feed(surface, skin.outputs[0])
    return made


def studio(scene, palette):
    world = scene.world = bpy.data.worlds.new("Studio")
    world.use_nodes = True
    g = kit.Graph(world.node_tree, clear=True)
    color = g.group(palette)["Backdrop"]
    window = g.node("ShaderNodeTexCoord").outputs["Window"]
    off = g.vector("MULTIPLY", g.vector("SUBTRACT", window, (0.3, 0.75, 0.0)), (1.0, 0.75, 0.0))
    pool = g.step(g.vector("LENGTH", off), 0.0, 1.0, 1.0, 0.0)
    seen = g.node("ShaderNodeLightPath").outputs["Is Camera Ray"]
    shade = g.call("ShaderNodeBackground", {"Color": color, "Strength": g.step(seen, 0.0, 1.0, 1.7, g.add(0.3, g.mul(pool, 1.4)), "LINEAR")})
    g.feed(g.node("ShaderNodeOutputWorld").inputs["Surface"], shade)

    rig = kit.collection("Rig")
    kit.lamp("Key", "AREA", rig, (-3.5, -4.0, 6.5), (1.0, 0.95, 0.9), 640, (0, 0, 0), shape="RECTANGLE", size=8, size_y=2.5)
    kit.lamp("Back", "AREA", rig, (4.0, 6.0, 3.5), (0.9, 0.95, 1.0), 720, (0, 0, 0), shape="RECTANGLE", size=7, size_y=2)
    kit.lamp("Strip", "AREA", rig, (1.5, -2.0, 6.0), (1, 1, 1), 260, (0.8, 0, 0), shape="RECTANGLE", size=9, size_y=0.5)
    kit.lamp("Low", "AREA", rig, (2.0, -5.0, -4.5), (1.0, 0.94, 0.96), 760, (0, 0, 0), shape="RECTANGLE", size=8, size_y=5)
    aim = kit.link("Aim", None, rig, (0.1, 0, 0.75))
    focus = kit.link("Focus", None, rig, (0.6, -0.9, 0.0))
    kit.camera(rig, (-1.6, -9.0, 2.3), aim, lens=50, focus=focus, fstop=0.085)


def build(scene):
    scene.name = "Abstract flow"
    palette = kit.values("Palette", COLORS)
    flow = kit.link("Ribbons", bpy.data.meshes.new("Ribbons"), kit.collection("Flow"))
    flow.rotation_euler = (0.0, math.radians(-11), math.radians(10))
    kit.modifier(flow, ribbons_nodes(satin(palette)), Ribbons=26, Width=1.0, Speed=1)
    studio(scene, palette)
    kit.settings(scene, bounces=(4, 2, 2, 0), transparent=4, exposure=0.15)


kit.main(build)
