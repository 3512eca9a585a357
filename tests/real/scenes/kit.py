"""What every scene of the suite is made of: flat light, a flat camera, straight motion."""
import math
import os

import bpy

FOLDER = ""


def linear(channel):
    """One sRGB channel, 0 to 255, to scene-linear."""
    channel /= 255
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def fresh(fps=24, start=1, end=24):
    """An empty Cycles scene whose pixels are what its materials say."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return settle(bpy.context.scene, fps, start, end)


def settle(scene, fps=24, start=1, end=24):
    scene.render.engine = "CYCLES"
    scene.render.fps = fps
    scene.frame_start, scene.frame_end = start, end
    scene.view_settings.view_transform = "Standard"
    scene.render.dither_intensity = 0
    scene.cycles.samples = 1
    return scene


def glow(name, rgb):
    """A material that shines in this sRGB colour."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes = material.node_tree.nodes
    nodes.clear()
    emission = nodes.new("ShaderNodeEmission")
    emission.inputs["Color"].default_value = [*map(linear, rgb), 1]
    output = nodes.new("ShaderNodeOutputMaterial")
    material.node_tree.links.new(emission.outputs[0], output.inputs["Surface"])
    return material


def sky(scene, rgb):
    """A background of one sRGB colour."""
    world = bpy.data.worlds.new("World")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = [*map(linear, rgb), 1]
    scene.world = world


def add(scene, name, data):
    thing = bpy.data.objects.new(name, data)
    scene.collection.objects.link(thing)
    return thing


def card(scene, name, rgb, at=(0, 0, 0), size=(2, 2), turn=0):
    """A glowing rectangle that faces the camera."""
    mesh = bpy.data.meshes.new(name)
    x, y = size[0] / 2, size[1] / 2
    mesh.from_pydata([(-x, -y, 0), (x, -y, 0), (x, y, 0), (-x, y, 0)], [], [(0, 1, 2, 3)])
    mesh.materials.append(glow(name, rgb))
    thing = add(scene, name, mesh)
    thing.location, thing.rotation_euler.z = at, math.radians(turn)
    return thing


def cube(scene, name, rgb, at=(0, 0, 0), size=1.0):
    """A glowing cube."""
    mesh = bpy.data.meshes.new(name)
    s = size / 2
    corners = [(x, y, z) for z in (-s, s) for y in (-s, s) for x in (-s, s)]
    mesh.from_pydata(corners, [], [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)])
    mesh.materials.append(glow(name, rgb))
    thing = add(scene, name, mesh)
    thing.location = at
    return thing


def camera(scene, name="Camera", at=(0, 0, 10), width=8.0):
    """Looks straight down; the picture is `width` units wide."""
    data = bpy.data.cameras.new(name)
    data.type, data.ortho_scale = "ORTHO", width
    thing = add(scene, name, data)
    thing.location = at
    if scene.camera is None:
        scene.camera = thing
    return thing


def front(scene, width=8.0):
    """Looks along +Y, with Z up: for things that fall."""
    thing = camera(scene, at=(0, -10, 0), width=width)
    thing.rotation_euler.x = math.pi / 2
    return thing


def straight(owner, path, keys, index=0):
    """Keys (frame, value) joined by straight lines that go on past both ends."""
    for frame, value in keys:
        holder, _, name = path.rpartition(".")
        target = owner.path_resolve(holder) if holder else owner
        if index is None:
            setattr(target, name, value)
            owner.keyframe_insert(path, frame=frame)
        else:
            getattr(target, name)[index] = value
            owner.keyframe_insert(path, index=index, frame=frame)
    for curve in owner.animation_data.action.fcurves:
        curve.extrapolation = "LINEAR"
        for point in curve.keyframe_points:
            point.interpolation = "LINEAR"


def plain():
    """The scene that the output tests start from: anything that crops, stretches, stamps or thins it out shows."""
    scene = fresh()
    sky(scene, (20, 40, 90))
    camera(scene)
    mover = card(scene, "Mover", (220, 60, 30), at=(-2, 0.5, 0), size=(2, 1.5), turn=20)
    straight(mover, "location", [(1, -2.0), (25, 2.0)])
    card(scene, "Corner", (60, 200, 90), at=(3.2, -1.7, 0), size=(1, 0.8), turn=10)
    return scene


def save(name, compress=False, **options):
    path = os.path.join(FOLDER, name + ".blend")
    bpy.ops.wm.save_as_mainfile(filepath=path, compress=compress, check_existing=False, **options)
