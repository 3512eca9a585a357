"""Shapes as (vertices, faces)."""

import math

import bmesh
from mathutils import Matrix, Vector


def box(size, bevel=0.0, segments=2, at=(0, 0, 0)):
    """A box standing on z = at.z, bevelled."""
    bm = bmesh.new()
    bmesh.ops.create_cube(bm, size=1.0)
    bmesh.ops.transform(bm, matrix=Matrix.Diagonal((*size, 1.0)), verts=bm.verts)
    bmesh.ops.translate(bm, vec=Vector(at) + Vector((0, 0, size[2] / 2)), verts=bm.verts)
    if bevel:
        bmesh.ops.bevel(bm, geom=list(bm.edges), offset=bevel, segments=segments, profile=0.5, affect="EDGES", clamp_overlap=True)
    bm.verts.index_update()
    made = [tuple(v.co) for v in bm.verts], [[v.index for v in f.verts] for f in bm.faces]
    bm.free()
    return made


def rectangle(x0, y0, x1, y1, z):
    return [(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)], [[0, 1, 2, 3]]


def lathe(profile, steps=28, at=(0.0, 0.0)):
    """Surface of revolution from (radius, z) pairs; a radius of zero closes the surface."""
    verts, faces, rows = [], [], []
    for r, z in profile:
        if r <= 1e-6:
            rows.append([len(verts)])
            verts.append((at[0], at[1], z))
        else:
            rows.append(list(range(len(verts), len(verts) + steps)))
            turns = [2 * math.pi * k / steps for k in range(steps)]
            verts.extend((r * math.cos(a) + at[0], r * math.sin(a) + at[1], z) for a in turns)
    for a, b in zip(rows, rows[1:]):
        for k in range(steps):
            n = (k + 1) % steps
            if len(a) == 1:
                faces.append([b[n], b[k], a[0]])
            elif len(b) == 1:
                faces.append([a[k], a[n], b[0]])
            else:
                faces.append([a[k], a[n], b[n], b[k]])
    return verts, faces


def ribbon(points, width, z, height=0.0, bevel=0.0):
    """A mitred band along a polyline. Returns (vertices, faces, distance of every vertex)."""
    verts, faces, dist = [], [], []
    run = 0.0
    offsets = [(-width / 2, z + height), (width / 2, z + height)]
    if bevel:
        offsets = [(-width / 2 - bevel, z)] + offsets + [(width / 2 + bevel, z)]
    k = len(offsets)
    for i, p in enumerate(points):
        if i:
            run += math.dist(points[i - 1], p)
        before = (Vector(p) - Vector(points[i - 1])).normalized() if i else None
        after = (Vector(points[i + 1]) - Vector(p)).normalized() if i < len(points) - 1 else None
        before, after = before or after, after or before
        along = (before + after).normalized()
        across = Vector((-along.y, along.x)) / max(0.5, along.dot(after))
        for offset, level in offsets:
            verts.append((p[0] + across.x * offset, p[1] + across.y * offset, level))
            dist.append(run)
        if i:
            b = len(verts) - 2 * k
            for j in range(b, b + k - 1):
                faces.append([j + 1, j + k + 1, j + k, j])
    return verts, faces, dist


def frame(outer, inner, z0, z1, chamfer):
    """A square frame with rounded outer corners and chamfered edges."""
    def loop(half, radius, z, steps=6):
        points = []
        for quarter, (cx, cy) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
            for k in range(steps + 1):
                a = quarter * math.pi / 2 + (math.pi / 2) * k / steps
                points.append((cx * (half - radius) + radius * math.cos(a), cy * (half - radius) + radius * math.sin(a), z))
        return points
    c = chamfer
    loops = [loop(outer, 0.26, z0), loop(outer, 0.26, z1 - c), loop(outer - c * 0.35, 0.25, z1 - c * 0.3), loop(outer - c, 0.24, z1),
             loop(inner + c * 1.8, 0.16, z1), loop(inner + c * 0.4, 0.13, z1 - c * 0.9), loop(inner, 0.12, z1 - c * 1.6), loop(inner, 0.12, z0)]
    n = len(loops[0])
    faces = []
    for row in range(0, (len(loops) - 1) * n, n):
        for k in range(n):
            m = (k + 1) % n
            faces.append([row + k, row + m, row + n + m, row + n + k])
    return [point for points in loops for point in points], faces
