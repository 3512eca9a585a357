"""A static heavy mesh and a moving camera: what keeping scene data between frames is for.

usage: python heavy_mesh.py OUT.blend
"""
import sys

import bpy

bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.mesh.primitive_cube_add()
cube = bpy.context.object
subdivision = cube.modifiers.new("Subdivision", "SUBSURF")
subdivision.levels = subdivision.render_levels = 8
camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
light = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
scene = bpy.context.scene
for thing in (camera, light):
    scene.collection.objects.link(thing)
scene.camera = camera
camera.location, camera.rotation_euler = (0, -6, 0), (1.5708, 0, 0)
camera.keyframe_insert("location", frame=1)
camera.location = (2, -6, 0)
camera.keyframe_insert("location", frame=40)
scene.render.engine = "CYCLES"
scene.render.fps = 20
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[1], compress=True)
