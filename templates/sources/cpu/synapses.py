"""The neural overlay on the die: rings of nodes, joined inwards."""

import math

from cpu.mesh import MeshData
from cpu.plan import DIE, Z_BLOCK
from cpu.shapes import lathe, ribbon

Z = Z_BLOCK + 0.018
RINGS = ((28, 1.16), (20, 0.86), (14, 0.6), (8, 0.36))   # nodes, and how far out
CORE = 0.30          # where the innermost links end
WAKE = 3.1           # seconds
STEP = 0.3           # of the path, from ring to ring


def ring(rng, count, reach):
    """Nodes on a loop between a circle and a square."""
    limit = DIE - 0.06
    made = []
    for k in range(count):
        a = 2 * math.pi * (k + 0.5 + rng.uniform(-0.18, 0.18)) / count
        square = reach / max(abs(math.cos(a)), abs(math.sin(a)))
        r = (0.55 * square + 0.45 * reach) * rng.uniform(0.95, 1.05)
        made.append(tuple(max(-limit, min(limit, r * part)) for part in (math.cos(a), math.sin(a))))
    return made


def links(rng, rings):
    """(from, to, depth): each node to the nearest of the next ring, the innermost to the core, some to their neighbour."""
    made = []
    for depth, (outer, inner) in enumerate(zip(rings, rings[1:])):
        for p in outer:
            near = sorted(inner, key=lambda q: (math.dist(p, q), q))
            made.append((p, near[0], depth))
            if rng.random() < 0.7:
                made.append((p, near[1], depth))
    for p in rings[-1]:
        e = CORE / max(abs(p[0]), abs(p[1]))
        made.append((p, (p[0] * e, p[1] * e), 3))
    for depth, nodes in enumerate(rings):
        for a, b in zip(nodes, nodes[1:] + nodes[:1]):
            if rng.random() < 0.3:
                made.append((a, b, depth + 0.5))
    return made


def add(rng, M, collection):
    rings = [ring(rng, *r) for r in RINGS]
    data = MeshData()
    for a, b, depth in links(rng, rings):
        phase, start = rng.random(), WAKE + rng.uniform(-0.1, 0.35)
        data.conduct(ribbon([a, b], 0.0085, Z), phase, start, depth * STEP)
    for depth, nodes in enumerate(rings):
        for at in nodes:
            r = rng.uniform(0.016, 0.03)
            verts, faces = lathe([(r, Z - 0.008), (r, Z + 0.004), (r * 0.8, Z + 0.007), (0, Z + 0.007)], 8, at)
            data.conduct((verts, faces, [0.01] * len(verts)), rng.random(), WAKE, depth * STEP)
    data.link("Synapses", M["Synapse"], collection)
