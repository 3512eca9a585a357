"""The circuit board: the slab, its traces, and the parts, vias and contact fingers on it."""

import math

from cpu.mesh import MeshData, scatter
from cpu.plan import BOARD, DIE, PITCH, RING_IN, SIDES, Z_PKG, turned
from cpu.shapes import box, ribbon

DARK = 1e4           # a start that never comes, seconds


def slab(M, collection):
    data = MeshData()
    data.add(*box((2 * BOARD, 2 * BOARD, 0.3), 0.03, 2, at=(0, 0, -0.3)))
    data.link("Board", M["Board"], collection)


def traces(rng, M, buses, shorts, collection):
    """All traces as one mesh; returns the vias at their ends."""
    data, vias, lanes = MeshData(), [], []
    last, bundle = 10 ** 6, 0.0
    for side, offset, points in sorted(buses):
        points = points[::-1]
        if offset not in range(last, last + 2) or rng.random() < 0.25:
            bundle = -0.6 + 1.5 * rng.random() ** 1.1    # neighbours start together, as on a bus
        last = offset
        phase, start = rng.random(), bundle + 0.55 * rng.random() ** 2
        data.conduct(ribbon(points, 0.07, 0.0, 0.014, 0.008), phase, start)
        vias.append((*points[0], 0))
        lanes.append((side, offset, phase, start, sum(math.dist(a, b) for a, b in zip(points, points[1:]))))
    for points in shorts:
        phase, start = rng.random(), rng.uniform(0.2, 4.5)
        if rng.random() < 0.5:
            points = points[::-1]
        if rng.random() < 0.45:
            start = DARK
        data.conduct(ribbon(points, 0.055, 0.0, 0.012, 0.008), phase, start)
        vias.extend(((*points[0], 0), (*points[-1], 0)))
    for side, offset, phase, start, run in lanes:        # on the package: from under the frame into the die
        data.conduct(ribbon(lane(side, offset), 0.034, Z_PKG, 0.008, 0.004), phase, start, run + 1.0)
    data.link("Traces", M["Trace"], collection)
    return vias


def lane(side, offset):
    """The way of a bus trace over the package, drawn together towards the die."""
    a, b = offset * PITCH * (1.75 / 2.8), offset * PITCH * (1.22 / 2.8)
    jog = abs(a - b)
    points = [(RING_IN + 0.05, a), (RING_IN - 0.03, a), (RING_IN - 0.03 - jog, b), (DIE + 0.02, b)]
    if jog < 1e-6:                                       # the middle lane runs straight
        points = [points[0], points[-1]]
    return [turned(side, *point) for point in points]


def populate(rng, grid, meshes, places, vias, collection):
    for kind, spots in places.items():
        scatter(kind, meshes[kind], spots, collection)
    scatter("Via", meshes["Via"], vias + stitching(rng, grid), collection, 0.001)
    fingers = [(*turned(side, BOARD - 0.3, k * PITCH), side + 1) for side in SIDES for k in range(-68, 69, 2)]
    scatter("Pad", meshes["Pad"], fingers, collection)


def stitching(rng, grid):
    """Vias on free ground."""
    made = []
    for _ in range(420):
        x, y = int(rng.uniform(-66, 66)) * PITCH, int(rng.uniform(-66, 66)) * PITCH
        if grid.fits(x, y, 0.1, 0.1, 0.12):
            grid.claim(x, y, 0.05, 0.05, 0.0)
            made.append((x, y, 0))
    return made
