"""Builds ai_cpu_activation.blend: a processor waking up on a dark circuit board.

    python ai_cpu_activation.py OUT.blend                                  (bpy as a module)
    blender -b --factory-startup --python ai_cpu_activation.py -- OUT.blend

Everything is generated from one fixed seed; nothing is read from disk. Written for Blender 4.2.

Timeline (30 fps): 1..240 is the clip, after that the scene idles forever.
  0.0 - 2.5 s  light enters the traces at the board's edges
  2.5 - 5.0 s  it reaches the package, the die's blocks wake from the rim inwards
  5.0 - 8.0 s  the core ignites and starts to beat; the camera closes in on it
All shader motion comes from the node group "Clock": "Seconds" runs on linearly without end,
"Core wake" rises once and holds, "Heartbeat" repeats through a Cycles modifier.
Colours and glow come from the node group "Palette". The modules are in cpu/.
"""

import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit  # noqa: E402
from cpu import board, die, glow, light, materials, package, parts, placement, routing, signals, silkscreen, synapses, view  # noqa: E402
from cpu.grid import Grid  # noqa: E402

SEED = 20417


def build(scene):
    scene.name = "AI processor activation"
    rng = random.Random(SEED)                            # one stream: the order of what draws from it is part of the design
    on_board, components, chip, rig = (kit.collection(name) for name in ("Board", "Parts", "Processor", "Camera and light"))
    clock, palette = signals.clock(), signals.palette()
    pulse = signals.pulse(clock)
    M = {**materials.still(), **materials.board(palette, pulse), **glow.materials(clock, palette, pulse)}

    grid = Grid()
    grid.claim_package()
    places = placement.place(rng, grid)
    buses, shorts = routing.route(rng, grid, places)
    board.slab(M, on_board)
    vias = board.traces(rng, M, buses, shorts, on_board)
    silkscreen.add(M, places, on_board)
    meshes = parts.meshes(M)
    board.populate(rng, grid, meshes, places, vias, components)

    package.add(M, meshes, chip)
    die.add(rng, M, chip)
    synapses.add(rng, M, chip)

    light.add(scene, clock, palette, rig)
    view.add(rig)
    kit.settings(scene, bounces=(3, 1, 2, 0), transparent=2, exposure=0.3)
    kit.bloom(scene, mix=-0.72)


kit.main(build)
