"""The routing grid of the board: which cells are taken, and the way of a trace through those that are not."""

import heapq
import math

from cpu.plan import GRID, PITCH, PKG

FREE, PART, TRACE = range(3)
HEADINGS = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))


class Grid:
    def __init__(self):
        self.row = 2 * GRID + 1
        self.taken = bytearray(self.row * self.row)

    def index(self, x, y):
        return (y + GRID) * self.row + (x + GRID)

    def at(self, x, y):
        return self.taken[self.index(x, y)]

    def set(self, x, y, value):
        self.taken[self.index(x, y)] = value

    def cells(self, cx, cy, hx, hy, margin):
        """The cells of a rectangle, given its middle and half its sides in board units."""
        x0, x1 = math.ceil((cx - hx - margin) / PITCH - 1e-6), math.floor((cx + hx + margin) / PITCH + 1e-6)
        y0, y1 = math.ceil((cy - hy - margin) / PITCH - 1e-6), math.floor((cy + hy + margin) / PITCH + 1e-6)
        return [(x, y) for y in range(y0, y1 + 1) for x in range(x0, x1 + 1)]

    def fits(self, cx, cy, hx, hy, margin):
        return all(inside(x, y, 2) and not self.at(x, y) for x, y in self.cells(cx, cy, hx, hy, margin))

    def claim(self, cx, cy, hx, hy, margin=0.08):
        for x, y in self.cells(cx, cy, hx, hy, margin):
            if inside(x, y):
                self.set(x, y, PART)

    def claim_package(self):
        self.claim(0, 0, PKG, PKG, 0.2)

    def draw(self, path):
        for x, y in path:
            self.set(x, y, TRACE)

    def beside_trace(self, x, y):
        return any(inside(x + dx, y + dy) and self.at(x + dx, y + dy) == TRACE for dx, dy in HEADINGS[::2])

    def blocked(self, x, y, dx, dy):
        """Whether the step from a cell is barred: by what is there, or by both corners that it would slip between."""
        if not inside(x + dx, y + dy) or self.at(x + dx, y + dy):
            return True
        return bool(dx and dy and self.at(x + dx, y) and self.at(x, y + dy))

    def route(self, start, heading, goal, most=60000):
        """A* from a cell with a heading to another cell, turning 45 degrees at a time; None where there is no way,
        or none within `most` steps. Turns cost; to run beside another trace saves."""
        def left(x, y):
            u, v = abs(x - goal[0]), abs(y - goal[1])
            return 0.96 * (max(u, v) + 0.414 * min(u, v))
        first = (*start, heading)
        best, came = {first: 0.0}, {}
        queue = [(left(*start), 0, first)]
        steps = 0
        while queue:
            state = heapq.heappop(queue)[2]
            x, y, towards = state
            if (x, y) == goal:
                return walked(came, state)
            for turn in (0, 1, -1):
                ahead = (towards + turn) % 8
                dx, dy = HEADINGS[ahead]
                if self.blocked(x, y, dx, dy):
                    continue
                cost = (1.414 if dx and dy else 1.0) * (0.85 if self.beside_trace(x + dx, y + dy) else 1.0)
                cost += 1.1 if turn else 0.0
                there, total = (x + dx, y + dy, ahead), best[state] + cost
                if total < best.get(there, 1e18) - 1e-9:
                    best[there], came[there] = total, state
                    steps += 1
                    if steps > most:
                        return None
                    heapq.heappush(queue, (total + left(x + dx, y + dy) * 1.15, steps, there))
        return None


def inside(x, y, border=0):
    return abs(x) <= GRID - border and abs(y) <= GRID - border


def walked(came, state):
    """The cells on the way to a state."""
    cells = [state[:2]]
    while state in came:
        state = came[state]
        cells.append(state[:2])
    return cells[::-1]


def straighten(cells):
    """Without the points in the middle of straight runs; cells to board units."""
    points = [cells[0]]
    for a, b, c in zip(cells, cells[1:], cells[2:]):
        if (b[0] - a[0], b[1] - a[1]) != (c[0] - b[0], c[1] - b[1]):
            points.append(b)
    points.append(cells[-1])
    return [(x * PITCH, y * PITCH) for x, y in points]
