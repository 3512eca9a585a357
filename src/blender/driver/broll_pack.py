"""Puts what lies beside a .blend inside it: a template is one file."""
import base64
import os

import bpy

import broll_assets


def path_within(folder, path):
    """Whether a path, links followed, leads to a file below the folder: nothing else of this machine goes along."""
    real = os.path.realpath(path)
    return os.path.isfile(real) and os.path.commonpath([folder, real]) == folder


def packable():
    """(data-block, path) of what Blender can keep inside a file and does not yet."""
    for image in bpy.data.images:
        if image.source == "FILE" and image.filepath and image.packed_file is None and len(image.packed_files) == 0:
            yield image, image.filepath
    for font in bpy.data.fonts:
        if font.filepath not in ("", "<builtin>") and font.packed_file is None:
            yield font, font.filepath
    for sound in bpy.data.sounds:
        if sound.filepath and sound.packed_file is None:
            yield sound, sound.filepath


def pack(command):
    """Opens the file without running anything in it. Saves only when something was packed: saving makes it a file of
    this Blender's version."""
    source, target = (os.fsdecode(base64.b64decode(command[name])) for name in ("file", "to"))
    bpy.ops.wm.open_mainfile(filepath=source, load_ui=False, use_scripts=False)
    folder = os.path.dirname(os.path.realpath(source))
    packed = 0
    for block, path in list(packable()):
        if block.library is None and path_within(folder, bpy.path.abspath(path)):
            try:
                block.pack()
            except RuntimeError:
                # It stays outside, and is told below.
                continue
            packed += 1
    external = []
    wanted = [*broll_assets.data_blocks(), *broll_assets.modifiers_and_nodes()]
    for what, name, path, _ in wanted:
        if {"what": what, "name": name, "path": path} not in external:
            external.append({"what": what, "name": name, "path": path})
    if packed:
        bpy.ops.wm.save_as_mainfile(filepath=target, compress=True, copy=True, relative_remap=False)
    return {"packed": packed, "external": external, "saved": packed > 0}
