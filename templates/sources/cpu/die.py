"""The die: tiles cut into blocks, strips of cells round the rim, and the stepped plates of the core."""

import math

from cpu.mesh import MeshData
from cpu.plan import DIE, SIDES, Z_BLOCK, Z_DIE, Z_PKG
from cpu.shapes import box

INNER = DIE - 0.2    # half size of the field of tiles
TILES = 6            # along a side of it
PLATES = 5


def add(rng, M, collection):
    data = MeshData()
    data.add(*box((2 * DIE + 0.06, 2 * DIE + 0.06, Z_DIE - Z_PKG), 0.008, 1, at=(0, 0, Z_PKG)))
    data.link("Die", M["Silicon"], collection)
    blocks(rng, tiles(rng) + rim(rng)).link("Die blocks", M["Die blocks"], collection)
    core(rng).link("Core", M["Core"], collection)


def cut(rng, x0, y0, x1, y1, depth=3):
    """A rectangle, cut up at random."""
    w, h = x1 - x0, y1 - y0
    if depth == 0 or max(w, h) < 0.09 or (depth < 2 and rng.random() < 0.25):
        return [(x0, y0, x1, y1)]
    share = rng.uniform(0.32, 0.68)
    if w > h * rng.uniform(0.8, 1.25):
        m = x0 + w * share
        return cut(rng, x0, y0, m, y1, depth - 1) + cut(rng, m, y0, x1, y1, depth - 1)
    m = y0 + h * share
    return cut(rng, x0, y0, x1, m, depth - 1) + cut(rng, x0, m, x1, y1, depth - 1)


def tiles(rng):
    """Blocks (x0, y0, x1, y1, kind) of four tile designs, mirrored about both axes; the middle is left to the core."""
    designs = [cut(rng, 0, 0, 1, 1) for _ in range(4)]
    side = 2 * INNER / TILES
    gap = 0.016
    scale = side - 2 * gap
    made = []
    for j in range(TILES):
        for i in range(TILES):
            if 2 <= i <= 3 and 2 <= j <= 3:
                continue
            mi, mj = min(i, TILES - 1 - i), min(j, TILES - 1 - j)
            bx, by = -INNER + i * side + gap, -INNER + j * side + gap
            for x0, y0, x1, y1 in designs[(mi * 2 + mj + (mi == mj)) % 4]:
                if i >= TILES / 2:
                    x0, x1 = 1 - x1, 1 - x0
                if j >= TILES / 2:
                    y0, y1 = 1 - y1, 1 - y0
                made.append((bx + x0 * scale, by + y0 * scale, bx + x1 * scale, by + y1 * scale, 0.25 + 0.5 * ((mi + mj) % 2)))
    return made


def rim(rng):
    """Strips of input and output cells, as blocks."""
    made = []
    for side in SIDES:
        o = -INNER
        while o < INNER - 0.02:
            w = min(rng.uniform(0.07, 0.26), INNER - o)
            if INNER - (o + w) < 0.05:
                w = INNER - o
            for a, b, kind in ((INNER + 0.025, INNER + 0.085, 0.0), (INNER + 0.095, INNER + 0.185, 1.0)):
                strip = ((a, o, b, o + w), (-o - w, a, -o, b), (-b, -o - w, -a, -o), (o, -b, o + w, -a))[side]
                made.append((*strip, kind))
            o += w
    return made


def cell(data, cx, cy, hx, hy, top, block):
    """A raised rectangle; its UV is the place in it from its middle, in scene units."""
    flat = [(-hx, -hy), (hx, -hy), (hx, hy), (-hx, hy)]
    verts = [(cx + x, cy + y, z) for z in (top, Z_DIE - 0.001) for x, y in flat]
    data.add(verts, [[0, 1, 2, 3], [4, 5, 1, 0], [5, 6, 2, 1], [6, 7, 3, 2], [7, 4, 0, 3]], uv=flat + flat,
             face={"block": block, "half": (hx, hy, 0)})


def middle(x0, y0, x1, y1, gap):
    """Centre and half sides of a rectangle with a gap around it."""
    return (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2 - gap, (y1 - y0) / 2 - gap


def blocks(rng, rects):
    """block = (0 core .. 1 rim, random, kind)."""
    data = MeshData()
    for *rect, kind in rects:
        cx, cy, hx, hy = middle(*rect, 0.006)
        if hx < 0.008 or hy < 0.008:
            continue
        out = (max(abs(cx), abs(cy)) * 0.6 + math.hypot(cx, cy) * 0.4) / DIE
        out = max(0.0, min(1.0, (out - 0.28) / 0.72))
        block = (out, rng.random(), kind)
        cell(data, cx, cy, hx, hy, Z_BLOCK + rng.random() * 0.006, block)
    return data


def core(rng):
    """Nested plates, stepping up: each a frame of cells round the next. block = (0 centre .. 1 outer plate, random, 0)."""
    data = MeshData()
    size = INNER / 3 - 0.03
    for k in range(PLATES):
        h = size * (1 - k / PLATES)
        cells = [(-h, -h, h, h)]
        if k < PLATES - 1:
            cells = plate(h, h - (size * (1 - (k + 1) / PLATES) + 0.012), 3 - k // 2)
        for rect in cells:
            cell(data, *middle(*rect, 0.005), Z_BLOCK + 0.008 * k, (1 - (k + 0.5) / PLATES, rng.random(), 0))
    return data


def plate(h, w, count):
    """A square frame `w` wide, `count` cells along a side."""
    def edges(far):
        cuts = [-far + 2 * far * i / count for i in range(count + 1)]
        return zip(cuts, cuts[1:])
    made = []
    for a, b in edges(h):
        made += [(a, h - w, b, h), (a, -h, b, -h + w)]
    for a, b in edges(h - w):
        made += [(h - w, a, h, b), (-h, a, -h + w, b)]
    return made
