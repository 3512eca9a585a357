"""Lettering as flat geometry from Blender's own font."""

import bpy

from cpu.mesh import MeshData


def lettering(labels):
    """Label = (text, x, y, size)."""
    data = MeshData()
    for text, x, y, size in labels:
        curve = bpy.data.curves.new("label", "FONT")
        curve.body, curve.size, curve.resolution_u = text, size, 1
        thing = bpy.data.objects.new("label", curve)
        mesh = thing.to_mesh()
        data.add([(x + v.co.x, y + v.co.y, 0.0) for v in mesh.vertices], [list(f.vertices) for f in mesh.polygons])
        thing.to_mesh_clear()
        bpy.data.objects.remove(thing)
        bpy.data.curves.remove(curve)
    for font in list(bpy.data.fonts):
        bpy.data.fonts.remove(font)
    return data
