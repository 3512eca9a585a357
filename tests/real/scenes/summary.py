"""Prints what matters of a .blend as one line of JSON: enough to tell whether two are the same work.

usage: python summary.py FILE
"""
import json
import sys

import bpy

bpy.ops.wm.open_mainfile(filepath=sys.argv[1], load_ui=False, use_scripts=False)
data, scene = bpy.data, bpy.context.scene


def short(values):
    return [round(value, 4) for value in values]


def keys(curve):
    return [curve.data_path, curve.array_index, [short(point.co) for point in curve.keyframe_points],
            [modifier.type for modifier in curve.modifiers]]


blocks = [block for kind in (data.objects, data.materials, data.node_groups, data.scenes, data.cameras, data.lights) for block in kind]
trees = [block.node_tree for block in blocks if getattr(block, "node_tree", None)]
print("SUMMARY " + json.dumps({
    "objects": sorted([thing.name, thing.type, short(thing.location), short(thing.scale)] for thing in data.objects),
    "meshes": sorted([mesh.name, len(mesh.vertices), len(mesh.polygons)] for mesh in data.meshes),
    "nodes": sorted([tree.name, len(tree.nodes), len(tree.links)] for tree in list(data.node_groups) + trees),
    "curves": sorted([action.name] + keys(curve) for action in data.actions for curve in action.fcurves),
    "frames": [scene.frame_start, scene.frame_end, scene.render.fps, scene.render.fps_base],
    "look": [scene.view_settings.view_transform, scene.render.engine, scene.cycles.samples, scene.camera.name],
    "drivers": sum(len(block.animation_data.drivers) for block in blocks + trees if block.animation_data),
    "expressions": sum(curve.driver.type == "SCRIPTED" for block in blocks + trees if block.animation_data for curve in block.animation_data.drivers),
    "libraries": len(data.libraries), "texts": len(data.texts),
    "images": sum(image.source != "VIEWER" for image in data.images),
}))
