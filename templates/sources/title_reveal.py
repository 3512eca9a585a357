"""Builds title_reveal.blend: letters rise out of a black mirror and a light sweeps over them.

    python title_reveal.py OUT.blend                                  (bpy as a module)
    blender -b --factory-startup --python title_reveal.py -- OUT.blend

Nothing is read from disk and nothing is random. Written for Blender 4.2.

Timeline (30 fps): 1..240 is the clip, after that the picture holds.
  0.0 - 1.2 s  a line of light is drawn along the horizon
  0.5 - 2.8 s  the letters rise out of the mirror, dark against the glow, turning to face the camera
  2.4 - 4.2 s  a bar of light sweeps across, the front light comes up behind it
  3.5 - 5.0 s  the subtitle writes itself
  5.0 - 8.0 s  a last glint; the camera keeps closing in
The title stays inside the title-safe area whatever its length: the node group "Typeset" measures and scales it.
"""

import math
import os
import sys

import bpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit  # noqa: E402
import stage  # noqa: E402

F, V, GEO = "NodeSocketFloat", "NodeSocketVector", "NodeSocketGeometry"
BASE = 1.12          # where the title's last line stands
SAFE = 8.3           # widest title; the camera's last view is 10.3 wide here
WRAP = 14.5          # ems on a line before it wraps


def typeset():
    """Geometry nodes: text measured, scaled into its place, each letter on its way up at its own time."""
    tree, g, given, out = kit.group(
        "Typeset",
        (("Geometry", GEO), ("Width", F), ("Height", F), ("Largest", F), ("Start", F), ("Stagger", F), ("Rise time", F),
         ("Depth", F), ("Turn", F)),
        (("Geometry", GEO),), kind="GeometryNodeTree")
    clock = kit.seconds(g)
    whole = g.call("GeometryNodeMergeByDistance", {"Geometry": given["Geometry"], "Distance": 1e-4})
    box = g.node("GeometryNodeBoundBox")
    g.feed(box.inputs[0], whole)
    low, high = box.outputs["Min"], box.outputs["Max"]
    size, middle = g.split(g.vector("SUBTRACT", high, low)), g.vector("SCALE", g.vector("ADD", low, high), scale=0.5)
    scale = g.fold("MINIMUM", g.div(given["Width"], size[0]), g.div(given["Height"], size[1]), given["Largest"])
    anchor = g.join(g.split(middle)[0], g.split(low)[1], 0.0)
    position = g.node("GeometryNodeInputPosition").outputs[0]
    placed = g.vector("SCALE", g.vector("SUBTRACT", position, anchor), scale=scale)
    fitted = g.call("GeometryNodeSetPosition", {"Geometry": whole, "Position": placed})

    # A letter is one island or a few above each other (i, Ä): all that matters is where it stands on the line.
    island = g.node("GeometryNodeInputMeshIsland").outputs["Island Index"]
    place = g.split(position)
    total = g.call("GeometryNodeAccumulateField", {"Value": place[0], "Group ID": island}, out="Total")
    count = g.call("GeometryNodeAccumulateField", {"Value": 1.0, "Group ID": island}, out="Total")
    centre = g.div(total, count)
    along = g.add(g.div(centre, g.math("MAXIMUM", g.mul(size[0], scale), 0.01)), 0.5)
    begin = g.add(given["Start"], g.mul(given["Stagger"], along))
    moved = g.step(g.div(g.sub(clock, begin), given["Rise time"]), 0.0, 1.0)
    eased = g.sub(1.0, g.power(g.sub(1.0, moved), 2.6))
    fixed = g.node("GeometryNodeStoreNamedAttribute", data_type="FLOAT", domain="POINT")
    for name, value in (("Geometry", fitted), ("Name", "reveal"), ("Value", eased)):
        g.feed(fixed.inputs[name], value)
    left = g.sub(1.0, eased)
    turned = g.call("ShaderNodeVectorRotate", {"Vector": position, "Center": g.join(centre, 0.0, 0.0), "Angle": g.mul(left, given["Turn"])},
                    rotation_type="Y_AXIS")
    # Every line of the text starts below the floor: the way up is the text's own height and a bit.
    way = g.mul(left, g.add(g.mul(size[1], scale), given["Depth"]))
    raised = g.call("GeometryNodeSetPosition", {"Geometry": fixed.outputs[0], "Position": turned, "Offset": g.join(0.0, g.mul(way, -1.0), 0.0)})

    # Fronts and backs flat, the rounded edges smooth.
    facing = g.math("ABSOLUTE", g.split(g.node("GeometryNodeInputNormal").outputs[0])[2])
    front = g.node("GeometryNodeStoreNamedAttribute", data_type="FLOAT", domain="FACE")
    for name, value in (("Geometry", fixed.outputs[0]), ("Name", "facing"), ("Value", facing)):
        g.feed(front.inputs[name], value)
    g.feed(raised.node.inputs["Geometry"], front.outputs[0])
    flat = g.call("GeometryNodeInputNamedAttribute", {"Name": "facing"}, data_type="FLOAT")
    smooth = g.call("GeometryNodeSetShadeSmooth", {"Geometry": raised, "Shade Smooth": g.math("LESS_THAN", flat, 0.99)})
    edge = g.node("GeometryNodeInputMeshEdgeAngle").outputs["Unsigned Angle"]
    smooth = g.call("GeometryNodeSetShadeSmooth", {"Geometry": smooth, "Shade Smooth": g.math("LESS_THAN", edge, 0.7)}, domain="EDGE")
    g.feed(out[0], smooth)
    return tree


def text(name, body, collection, at, look, wrap, **shape):
    curve = bpy.data.curves.new(name, "FONT")
    curve.body = body
    curve.align_x = "CENTER"
    curve.text_boxes[0].width, curve.text_boxes[0].x = wrap, -wrap / 2
    for prop, value in shape.items():
        setattr(curve, prop, value)
    curve.materials.append(look)
    made = kit.link(name, curve, collection, at)
    made.rotation_euler.x = math.pi / 2
    return made


def letters_material(palette):
    look, g, surface = kit.material("Letters")
    colour = g.group(palette)["Text"]
    facing = g.attr("facing", "Fac")
    front, edge = g.step(facing, 0.985, 0.995), g.step(facing, 0.1, 0.3)
    tone = g.mix(edge, g.mix(0.86, colour, (0.0, 0.0, 0.0, 1.0)), g.mix(0.5, colour, (1.0, 1.0, 1.0, 1.0)))
    shader = g.node("ShaderNodeBsdfPrincipled")
    for name, value in (("Base Color", g.mix(front, tone, colour)), ("Metallic", g.mul(edge, g.step(front, 0.0, 1.0, 0.85, 0.0))),
                        ("Roughness", g.step(front, 0.0, 1.0, 0.24, 0.36)), ("Coat Weight", g.mul(front, 0.5)), ("Coat Roughness", 0.08)):
        g.feed(shader.inputs[name], value)
    g.feed(surface, shader.outputs[0])
    return look


def subtitle_material(palette):
    look, g, surface = kit.material("Subtitle")
    reveal = g.attr("reveal", "Fac")
    lit = g.call("ShaderNodeEmission", {"Color": g.mix(0.12, g.group(palette)["Text"], g.group(palette)["Accent"]), "Strength": 0.85})
    clear = g.node("ShaderNodeBsdfTransparent").outputs[0]
    g.feed(surface, g.call("ShaderNodeMixShader", {0: g.step(reveal, 0.05, 1.0), 1: clear, 2: lit}))
    return look


def floor_material(palette):
    look, g, surface = kit.material("Mirror")
    shader = g.node("ShaderNodeBsdfPrincipled")
    colour = g.mix(0.5, (0.0, 0.0, 0.0, 1.0), g.group(palette)["Background"])
    for name, value in (("Base Color", colour), ("Roughness", 0.13), ("IOR", 1.7)):
        g.feed(shader.inputs[name], value)
    g.feed(surface, shader.outputs[0])
    return look


def line_material(palette):
    """The line on the horizon: hot in the middle, running out to the sides as it is drawn."""
    look, g, surface = kit.material("Line of light")
    across = g.math("ABSOLUTE", g.split(g.node("ShaderNodeTexCoord").outputs["Object"])[0])
    clock = kit.seconds(g)
    drawn = g.math("MULTIPLY_ADD", g.step(clock, -0.25, 1.5), 75.0, 2.0)
    body = g.step(across, g.mul(drawn, 0.35), drawn, 1.0, 0.0)
    tip = g.step(across, 3.0, 45.0, 1.0, 0.2)
    level = g.mul(body, tip, g.step(clock, 0.0, 1.0, 9.0, 14.0))
    g.feed(surface, g.call("ShaderNodeEmission", {"Color": g.group(palette)["Accent"], "Strength": level}))
    return look


def world(scene, palette):
    """Haze over the horizon in the studio's colour, with the accent in its heart; darkness above."""
    g = stage.animated_world(scene, "Haze")
    clock = kit.seconds(g)
    x, y, z = g.split(g.node("ShaderNodeTexCoord").outputs["Generated"])
    height = g.math("ABSOLUTE", z)
    wide = g.math("EXPONENT", g.mul(height, -5.0))
    heart = g.math("EXPONENT", g.mul(g.add(g.mul(z, z, 90.0), g.mul(x, x, 5.0)), -1.0))
    ahead = g.step(y, -0.2, 0.6)
    wake = g.step(clock, -0.6, 2.4, 0.4, 1.0)
    base = g.vector("SCALE", g.group(palette)["Background"], scale=g.add(0.05, g.mul(wide, 0.36, wake, g.step(ahead, 0.0, 1.0, 0.35, 1.0))))
    glow = g.vector("SCALE", g.group(palette)["Accent"], scale=g.mul(wake, 0.34))
    sky = g.node("ShaderNodeBackground")
    g.feed(sky.inputs["Color"], g.mix(g.mul(heart, ahead, 0.8), base, glow))
    g.feed(g.node("ShaderNodeOutputWorld").inputs["Surface"], sky.outputs[0])


def lights(rig, words, palette):
    """They light the words alone: the floor would mirror each lamp as a bright box."""
    key = kit.lamp("Front light", "AREA", rig, (-1.5, -8.0, 5.5), (1.0, 0.98, 0.95), 0, (0, 0, 1.3), shape="RECTANGLE", size=9, size_y=3)
    kit.key(key.data, "energy", ((62, 4.0), (120, 2100.0)))
    key.visible_camera = False
    for side, name in ((-1, "Left rim"), (1, "Right rim")):
        rim = kit.lamp(name, "AREA", rig, (side * 7.5, 4.5, 3.2), (1, 1, 1), 0, (0, 0, 1.3), shape="RECTANGLE", size=1.2, size_y=5)
        kit.key(rim.data, "energy", ((1, 120.0), (45, 1100.0)))
        rim.visible_camera = False
        stage.tint(rim, palette, "Accent")
    back = kit.lamp("Top rim", "AREA", rig, (0, 3.2, 5.2), (0.9, 0.95, 1.0), 260, (0, 0, 1.3), shape="RECTANGLE", size=9, size_y=0.8)
    back.visible_camera = False
    sweep = kit.lamp("Sweep", "AREA", rig, (-10, -3.2, 1.9), (1, 1, 1), 0, (-10, 0, 1.5), shape="RECTANGLE", size=0.5, size_y=4.5)
    sweep.visible_camera = False
    kit.key(sweep, "location", ((70, -10.0), (128, 10.0), (168, -10.0), (222, 10.0)), index=0)
    kit.key(sweep.data, "energy", ((70, 0.0), (84, 230.0), (114, 230.0), (128, 0.0), (168, 0.0), (184, 150.0), (206, 150.0), (222, 0.0)))
    for lamp in [thing for thing in rig.objects if thing.type == "LIGHT"]:
        lamp.light_linking.receiver_collection = words


def view(scene, rig):
    aim = kit.link("Camera aim", None, rig, (0, 0, 0.78))
    camera, lens = kit.camera(rig, (0, -12.0, 0.7), aim, lens=40)
    lens.sensor_fit = "HORIZONTAL"      # a picture that stands upright shows as much to the sides: the whole title
    for path, index, first, last in (("location", 0, -2.6, 0.0), ("location", 1, -12.6, -11.3), ("location", 2, 0.5, 1.02)):
        kit.settle(kit.key(camera, path, ((1, first), (kit.LAST, last)), index=index)[0], start=0.2, end=0.6)
    kit.settle(kit.key(aim, "location", ((1, 0.75), (kit.LAST, 1.08)), index=2)[0], start=0.2, end=0.6)


def build(scene):
    palette = kit.values("Palette", (("Text", "#f4f1ea"), ("Accent", "#ff7a1a"), ("Background", "#22597f")))
    tree = typeset()
    words, set_, rig = (kit.collection(name) for name in ("Words", "Set", "Rig"))
    title = text("Title", "BEYOND THE LIGHT", words, (0, 0, BASE), letters_material(palette), WRAP, extrude=0.13, bevel_depth=0.022,
                 bevel_resolution=3, offset=0.006, space_character=1.12, space_line=0.95)
    kit.modifier(title, tree, Width=SAFE, Height=2.0, Largest=1.9, Start=0.45, Stagger=0.95, Depth=BASE + 0.25,
                 Turn=math.radians(-55), **{"Rise time": 1.5})
    sub = text("Subtitle", "A story in eight seconds", words, (0, -0.02, 0.27), subtitle_material(palette), 60.0, extrude=0.004, size=1.0,
               space_character=1.25)
    kit.modifier(sub, tree, Width=SAFE * 0.86, Height=0.42, Largest=0.3, Start=3.4, Stagger=0.9, Depth=-0.12, Turn=0.0, **{"Rise time": 0.9})

    plane = bpy.data.meshes.new("Floor")
    plane.from_pydata([(-300, -40, 0), (300, -40, 0), (300, 46, 0), (-300, 46, 0)], [], [(0, 1, 2, 3)])
    plane.materials.append(floor_material(palette))
    stage.floor_piece(kit.link("Floor", plane, set_))
    line = bpy.data.meshes.new("Line of light")
    line.from_pydata([(-90, 0, 0), (90, 0, 0), (90, 0, 0.11), (-90, 0, 0.11)], [], [(0, 1, 2, 3)])
    line.materials.append(line_material(palette))
    stage.set_piece(kit.link("Line of light", line, set_, (0, 44, 0.02)))
    world(scene, palette)
    lights(rig, words, palette)
    view(scene, rig)
    kit.settings(scene, bounces=(4, 2, 3, 0), transparent=6)
    stage.bloom(scene, strength=0.08, threshold=1.2)


kit.main(build)
