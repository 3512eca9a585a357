"""What the builders of title_reveal, logo_sting and data_globe share: drivers that follow the picture, a set that steps
aside for transparent clips."""

import math

import bpy

from kit import Graph, link, shine


def driver(thing, prop, index=-1):
    """A driver that sums, so it runs no code and is never blocked."""
    curve = thing.driver_add(prop, index)
    curve.driver.type = "SUM"
    while curve.modifiers:
        curve.modifiers.remove(curve.modifiers[0])
    return curve


def follow(thing, prop, setting, index=-1):
    """Drives a property with a render setting."""
    curve = driver(thing, prop, index)
    variable = curve.driver.variables.new()
    variable.type = "SINGLE_PROP"
    variable.targets[0].id_type = "SCENE"
    variable.targets[0].id = bpy.context.scene
    variable.targets[0].data_path = "render." + setting
    return curve


def follow_transparent(thing, prop, opaque, transparent):
    """Drives a property with the scene's film_transparent."""
    curve = follow(thing, prop, "film_transparent")
    line = curve.modifiers.new("GENERATOR")
    line.poly_order = 1
    line.coefficients = (opaque, transparent - opaque)


def portrait(graph):
    """How wide the picture is for its height, 1 at most: a camera shows less to the sides in a picture that stands upright."""
    sides = []
    for name, setting in (("Picture width", "resolution_x"), ("Picture height", "resolution_y")):
        side = graph.node("ShaderNodeValue", name)
        follow(side.outputs[0], "default_value", setting)
        sides.append(side.outputs[0])
    return graph.math("MINIMUM", graph.div(*sides), 1.0)


def shape(rig):
    """An empty whose turn about Z is the angle of the picture's diagonal: 45 degrees for a square, more for one that stands
    upright. A driver can sum but not divide, at least without code."""
    corner = link("Corner", None, rig)
    for axis, setting in enumerate(("resolution_x", "resolution_y")):
        follow(corner, "location", setting, axis)
    made = link("Shape", None, rig)
    track = made.constraints.new("DAMPED_TRACK")
    track.target, track.track_axis = corner, "TRACK_X"
    return made


def upright(thing, prop, shape, square, portrait, tower, index=-1):
    """Drives a property with the picture's shape: `square` for a square and all that is wider, then 9:16, then 1:3."""
    curve = driver(thing, prop, index)
    turn = curve.driver.variables.new()
    turn.type = "TRANSFORMS"
    turn.targets[0].id, turn.targets[0].transform_type = shape, "ROT_Z"
    curve.keyframe_points.clear()
    for sides, value in (((1, 1), square), ((16, 9), portrait), ((3, 1), tower)):
        curve.keyframe_points.insert(math.atan2(*sides), value).interpolation = "LINEAR"
    curve.extrapolation = "CONSTANT"
    curve.update()


def set_piece(thing):
    """Part of the set: in a transparent clip it still lights and mirrors, but the camera looks through it."""
    follow_transparent(thing, "visible_camera", 1, 0)


def floor_piece(thing):
    """The floor: in a transparent clip it covers what is below it and leaves no trace of its own."""
    follow_transparent(thing, "is_holdout", 0, 1)


def tint(lamp, palette, name):
    """A lamp in a colour of the palette; its energy stays that of the lamp."""
    shine(lamp, lambda graph: (graph.group(palette)[name], 1.0))


def bloom(scene, strength=0.12, threshold=1.0, size=6):
    """Light around what shines, only where the picture is covered: a transparent clip keeps clean edges."""
    scene.use_nodes = True
    graph = Graph(scene.node_tree, clear=True)
    layers = graph.node("CompositorNodeRLayers")
    glare = graph.node("CompositorNodeGlare", glare_type="BLOOM", quality="MEDIUM", threshold=threshold, size=size, mix=1)
    graph.feed(glare.inputs["Image"], layers.outputs["Image"])
    share = graph.call("CompositorNodeMath", {0: layers.outputs["Alpha"], 1: strength}, operation="MULTIPLY")
    added = graph.call("CompositorNodeMixRGB", {0: share, 1: layers.outputs["Image"], 2: glare.outputs["Image"]}, blend_type="ADD")
    whole = graph.call("CompositorNodeSetAlpha", {"Image": added, "Alpha": layers.outputs["Alpha"]}, mode="REPLACE_ALPHA")
    graph.feed(graph.node("CompositorNodeComposite").inputs["Image"], whole)


def animated_world(scene, name):
    """A world whose light changes: with a small importance map, which is made anew for every frame. Its graph."""
    made = bpy.data.worlds.new(name)
    scene.world = made
    made.use_nodes = True
    made.cycles.sampling_method, made.cycles.sample_map_resolution = "MANUAL", 64
    return Graph(made.node_tree, clear=True)
