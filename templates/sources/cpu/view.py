"""The camera: once over the board in an arc, down to the core; then it idles."""

import math

import kit
from cpu.plan import Z_BLOCK


def add(collection):
    def empty(name, size, parent=None):
        made = kit.link(name, None, collection, parent=parent)
        made.empty_display_size = size
        return made
    drift = empty("Camera drift", 1.0)                   # endless small sway, from the first frame on
    orbit = empty("Camera orbit", 1.4, drift)
    aim, focus = empty("Camera aim", 0.3), empty("Focus", 0.2)
    camera, data = kit.camera(collection, (0, 0, 0), aim, 42, focus, 0.1)
    camera.parent = orbit
    data.clip_end = 100

    sway = ((1, 0.0), (121, math.radians(1.6)), (361, math.radians(-1.6)), (481, 0.0))
    kit.key(drift, "rotation_euler", sway, index=2, handles="AUTO")[0].modifiers.new("CYCLES")

    def move(owner, path, first, last, index=-1):
        kit.settle(kit.key(owner, path, ((1, first), (kit.LAST, last)), index=index)[0], end=0.46)
    move(orbit, "rotation_euler", math.radians(-58), math.radians(16), 2)
    move(camera, "location", -17.5, -3.9, 1)
    move(camera, "location", 7.6, 3.6, 2)
    move(aim, "location", -0.4, 0.0, 2)
    move(aim, "location", 0.0, 0.02, 1)
    move(focus, "location", 0.2, Z_BLOCK, 2)
    kit.key(focus, "location", ((1, -2.6), (150, -0.4), (kit.LAST, -0.12)), index=1)
    move(data.dof, "aperture_fstop", 0.1, 0.23)
