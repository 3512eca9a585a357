"""The plain way of rendering a file: one process, one animation render. What broll is compared with.

usage: python plain.py FILE OUT_FOLDER WIDTH HEIGHT SAMPLES FRAMES DENOISE PERSISTENT
"""
import sys

import bpy

file, folder, width, height, samples, frames, denoise, persistent = sys.argv[1:]
bpy.ops.wm.open_mainfile(filepath=file, load_ui=False, use_scripts=False)
scene = bpy.context.scene
render = scene.render
render.engine = "CYCLES"
render.resolution_x, render.resolution_y, render.resolution_percentage = int(width), int(height), 100
render.use_persistent_data = persistent == "1"
render.image_settings.file_format = "PNG"
render.image_settings.color_mode = "RGB"
render.filepath = folder + "/"
scene.cycles.device = "CPU"
scene.cycles.samples = int(samples)
scene.cycles.use_denoising = denoise == "1"
scene.frame_end = scene.frame_start + int(frames) - 1
bpy.ops.render.render(animation=True)
