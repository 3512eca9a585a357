"""Time: rates, ranges, cuts, motion blur."""
import bpy

import kit


def crossing():
    """A white card at x = -3 on frame 1 and at x = 3 on frame 25, one second later; it goes on like that."""
    scene = kit.fresh()
    kit.camera(scene)
    card = kit.card(scene, "Mover", (255, 255, 255), size=(1, 1))
    kit.straight(card, "location", [(1, -3.0), (25, 3.0)])
    return scene


def late():
    """Frames 100 to 150; a card crosses in 300 frames from the first, x = -3 to 3."""
    scene = kit.fresh(start=100, end=150)
    kit.camera(scene)
    card = kit.card(scene, "Mover", (255, 255, 255), size=(1, 1))
    kit.straight(card, "location", [(100, -3.0), (400, 3.0)])
    kit.save("late")


def cuts():
    """Three cameras over three colours; markers cut at frames 1, 3 and 8."""
    scene = kit.fresh()
    for number, (name, rgb) in enumerate((("Red", (255, 0, 0)), ("Green", (0, 255, 0)), ("Blue", (0, 0, 255)))):
        x = 20.0 * number
        kit.card(scene, name, rgb, at=(x, 0, 0), size=(10, 10))
        kit.camera(scene, name + " camera", at=(x, 0, 10))
    for frame, name in ((8, "Blue"), (1, "Red"), (3, "Green")):
        scene.timeline_markers.new(name, frame=frame).camera = scene.objects[name + " camera"]
    kit.save("cuts")


def blur():
    """A narrow card that covers a unit a frame, with a half-open shutter; and the same with a shutter on a curve."""
    scene = kit.fresh()
    kit.camera(scene)
    card = kit.card(scene, "Mover", (255, 255, 255), size=(0.25, 1))
    kit.straight(card, "location", [(1, -3.0), (7, 3.0)])
    scene.render.use_motion_blur = True
    scene.render.motion_blur_shutter = 0.5
    kit.save("blur")
    kit.straight(scene, "render.motion_blur_shutter", [(1, 0.5), (25, 0.5)], index=None)
    kit.save("blur_animated")


def build():
    crossing()
    kit.save("crossing")
    late()
    cuts()
    blur()
