"""Meshes of many pieces, and instancers that put one mesh in many places."""

import math

import bpy      # before mathutils: as a module it brings that along
from mathutils import Vector

import kit


class MeshData:
    """Collects vertices, faces, a material per face and float-vector attributes."""

    def __init__(self):
        self.verts, self.faces, self.mats, self.smooth = [], [], [], []
        self.point, self.face = {}, {}
        self.uv = []

    def add(self, verts, faces, mat=0, smooth=False, uv=None, point=None, face=None):
        """A piece. `uv` and the values of `point` are per vertex; those of `face` are one for all its faces."""
        base = len(self.verts)
        self.verts.extend(verts)
        for corners in faces:
            self.faces.append([base + k for k in corners])
            self.mats.append(mat)
            self.smooth.append(smooth)
            if uv is not None:
                self.uv.extend(uv[k] for k in corners)
            for name, value in (face or {}).items():
                self.face.setdefault(name, []).append(value)
        for name, values in (point or {}).items():
            self.point.setdefault(name, []).extend(values)

    def conduct(self, band, phase, start, run=0.0):
        """A ribbon along which light runs from the second `start` on; `run` is what it has run before, in scene units.
        Its attribute "path" is (distance from the outer end, phase, start)."""
        verts, faces, dist = band
        self.add(verts, faces, point={"path": [(run + s, phase, start) for s in dist]})

    def mesh(self, name, *materials):
        made = bpy.data.meshes.new(name)
        made.from_pydata([tuple(kit.snap(c) for c in v) for v in self.verts], [], self.faces)
        for material in materials:
            made.materials.append(material)
        made.polygons.foreach_set("material_index", self.mats)
        made.polygons.foreach_set("use_smooth", self.smooth)
        for domain, table in (("POINT", self.point), ("FACE", self.face)):
            for key in sorted(table):
                flat = [kit.snap(c, 1024) for v in table[key] for c in v]
                made.attributes.new(key, "FLOAT_VECTOR", domain).data.foreach_set("vector", flat)
        if self.uv:
            layer = made.uv_layers.new(name="UVMap")
            layer.data.foreach_set("uv", [kit.snap(c) for v in self.uv for c in v])
        made.update()
        return made

    def link(self, name, material, collection, at=(0, 0, 0)):
        """An object of it, of one material."""
        return kit.link(name, self.mesh(name, material), collection, at)


def scatter(name, mesh, spots, collection, z=0.0):
    """An instancer: one small face per spot carries the mesh. Spot = (x, y, quarter turns)."""
    places = MeshData()
    for x, y, turn in spots:
        a = turn * math.pi / 2
        ex, ey = Vector((math.cos(a), math.sin(a))) * 0.5, Vector((-math.sin(a), math.cos(a))) * 0.5
        corners = [Vector((x, y)) + p * 0.1 for p in (-ex - ey, ex - ey, ex + ey, -ex + ey)]
        places.add([(p.x, p.y, z) for p in corners], [[0, 1, 2, 3]])
    carrier = kit.link(name + " places", places.mesh(name + " places"), collection)
    carrier.instance_type = "FACES"
    carrier.show_instancer_for_render = False
    carrier.show_instancer_for_viewport = False
    kit.link(name, mesh, collection, parent=carrier)
