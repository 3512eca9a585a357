"""The traces of the board: buses into the package, and short ones between the parts."""

import math

from cpu.grid import inside, straighten
from cpu.placement import SIZE
from cpu.plan import GRID, PITCH, PKG, SIDES, turned

EDGE = int(round((PKG + 0.2) / PITCH))       # cells from the centre to where the traces enter the package
FAR = GRID - 3                               # ... and to where they come from


def route(rng, grid, places):
    """(buses, shorts): a bus trace is (side, offset of its pin, polyline from the package out), a short one a polyline."""
    return buses(rng, grid), shorts(rng, grid, places)


def pins(rng):
    """The pins, those in the middle of a side first: (side, offset, cell far out along the side, early, share of the way)."""
    last = int((PKG - 0.2) / PITCH)
    made = []
    for side in SIDES:
        offset = -last
        while offset <= last:
            count = min(4 + int(rng.random() * 4), last - offset + 1)
            middle = offset + (count - 1) / 2
            goal = max(-FAR + 6, min(FAR - 6, round(middle * 4.3 + rng.uniform(-5, 5))))
            for k in range(count):
                lane = k - (count - 1) / 2
                early = rng.random()
                made.append((abs(offset + k), side, offset + k, int(round(goal + lane * 2)), early, rng.uniform(0.3, 0.75)))
            offset += count + (1 if rng.random() < 0.5 else 0)
    return [pin[1:] for pin in sorted(made)]


def buses(rng, grid):
    made = []
    for side, offset, goal, early, share in pins(rng):
        reach, along = FAR, goal
        if early < 0.16:                               # a few end at a via on the way
            reach = int(EDGE + (FAR - EDGE) * share)
            along = int(round(offset + (goal - offset) * share))
        for wiggle in (0, 1, -1, 2, -2, 3, -3):
            end = turned(side, reach, along + wiggle)
            if not inside(*end) or grid.at(*end):
                continue
            found = grid.route(turned(side, EDGE, offset), side * 2, end)
            if found:
                grid.draw(found)
                points = straighten(found)
                made.append((side, offset, [turned(side, PKG - 0.02, offset * PITCH)] + points if len(points) > 1 else points))
                break
    return made


def pads(places):
    """Where short traces may leave the parts: (cell, heading)."""
    for kind in ("Capacitor", "Resistor", "Controller", "Crystal", "Memory"):
        hx, hy = SIZE[kind]
        ends = ((hx + 0.2, 0), (-hx - 0.2, 0))
        if kind in ("Controller", "Memory"):
            ends = [(side * (hx + 0.3), k * 0.4) for side in (-1, 1) for k in (-1, 0, 1)]
        for x, y, turn in places[kind]:
            for ex, ey in ends:
                if turn % 2:
                    ex, ey = -ey, ex
                heading = (0 if ex > 0 else 4) if abs(ex) > abs(ey) else (2 if ey > 0 else 6)
                yield (round((x + ex) / PITCH), round((y + ey) / PITCH)), heading


def shorts(rng, grid, places):
    made = []
    for start, heading in pads(places):
        if len(made) > 170 or grid.at(*start):
            continue
        angle = rng.uniform(-0.9, 0.9) + heading * math.pi / 4
        far = rng.uniform(4, 17)
        end = (int(round(start[0] + far * math.cos(angle))), int(round(start[1] + far * math.sin(angle))))
        if not inside(*end, 1) or grid.at(*end):
            continue
        found = grid.route(start, heading, end, 2500)
        if found and len(found) > 3:
            grid.draw(found)
            made.append(straighten(found))
    return made
