"""The files outside the .blend: which it uses, and which are missing."""
import base64
import os
import re

import bpy

from broll_overrides import nodes_of


def absolute(block, path):
    return os.path.normpath(bpy.path.abspath(path, library=block.library))


def data_blocks():
    """(what, name, path, whether it stands for many files) of what rendering reads through data-blocks."""
    for library in bpy.data.libraries:
        yield "library", library.name, absolute(library, library.filepath), False
    for image in bpy.data.images:
        packed = image.packed_file is not None or len(image.packed_files) > 0
        if image.source in ("FILE", "SEQUENCE", "MOVIE", "TILED") and image.filepath and image.users and not packed:
            yield "image", image.name, absolute(image, image.filepath), image.source in ("SEQUENCE", "TILED")
    for clip in bpy.data.movieclips:
        if clip.users:
            yield "movie clip", clip.name, absolute(clip, clip.filepath), clip.source == "SEQUENCE"
    for font in bpy.data.fonts:
        if font.users and font.filepath not in ("", "<builtin>") and font.packed_file is None:
            yield "font", font.name, absolute(font, font.filepath), False
    for volume in bpy.data.volumes:
        if volume.users and volume.packed_file is None:
            yield "volume", volume.name, absolute(volume, volume.filepath), volume.is_sequence
    for cache in bpy.data.cache_files:
        if cache.users:
            yield "cache file", cache.name, absolute(cache, cache.filepath), cache.is_sequence


def modifiers_and_nodes():
    """The same for what modifiers and shader nodes read."""
    for thing in bpy.data.objects:
        for modifier in thing.modifiers:
            if modifier.type == "MESH_CACHE" and modifier.filepath and modifier.show_render:
                yield "mesh cache", thing.name, absolute(thing, modifier.filepath), False
    owners = [*bpy.data.materials, *bpy.data.lights, *bpy.data.worlds]
    seen = set()
    for owner in owners:
        for node in nodes_of(owner.node_tree, seen) if owner.users else ():
            if node.bl_idname in ("ShaderNodeTexIES", "ShaderNodeScript") and node.mode == "EXTERNAL" and node.filepath:
                what = "IES file" if node.bl_idname == "ShaderNodeTexIES" else "OSL script"
                yield what, owner.name, absolute(owner, node.filepath), False


def strips(scene):
    """The same for what the sequencer shows."""
    editor = scene.sequence_editor
    every = (editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all) if editor else ()
    for strip in every:
        if strip.type == "MOVIE" and not strip.mute:
            yield "movie", strip.name, absolute(scene, strip.filepath), False
        elif strip.type == "IMAGE" and not strip.mute:
            for element in strip.elements:
                yield "image", strip.name, absolute(scene, os.path.join(strip.directory, element.filename)), False


def folders():
    """Where bakes on disk lie; whatever is in there counts."""
    for thing in bpy.data.objects:
        for modifier in thing.modifiers:
            if modifier.type == "NODES" and modifier.bake_directory:
                yield absolute(thing, modifier.bake_directory)
            # One that is not baked is written while frames render.
            if modifier.type == "FLUID" and modifier.fluid_type == "DOMAIN" and modifier.domain_settings.has_cache_baked_any:
                yield absolute(thing, modifier.domain_settings.cache_directory)


def files_of(path, many):
    """The files behind a path: itself, the tiles of a UDIM, or the numbered files of a sequence."""
    if not many:
        return [path] if os.path.exists(path) else []
    folder, name = os.path.split(path)
    part = re.search(r"<(UDIM|UVTILE)>", name) or re.search(r"\d+(?=\D*$)", name)
    if part is None:
        return [path] if os.path.exists(path) else []
    shape = re.compile(re.escape(name[:part.start()]) + r"[\du_v]+" + re.escape(name[part.end():]) + "$")
    try:
        return sorted(entry.path for entry in os.scandir(folder) if shape.match(entry.name))
    except OSError:
        return []


def survey(scene, sequencer):
    """(files, missing): what exists, with size and time for the frame store, and what does not."""
    files, missing = {}, []

    def note(path):
        try:
            stat = os.stat(path)
        except OSError:
            return
        files[base64.b64encode(os.fsencode(path)).decode()] = [stat.st_size, stat.st_mtime_ns]

    wanted = [*data_blocks(), *modifiers_and_nodes(), *(strips(scene) if sequencer else ())]
    for what, name, path, many in wanted:
        found = files_of(path, many)
        for file in found:
            note(file)
        if not found and {"what": what, "name": name, "path": path} not in missing:
            missing.append({"what": what, "name": name, "path": path})
    # Blender's own list may know of more; what it names and is not there may well not matter.
    for path in bpy.utils.blend_paths(absolute=True, packed=False, local=False):
        note(path)
    for folder in folders():
        for where, _, names in os.walk(folder):
            for name in names:
                note(os.path.join(where, name))
    return [[path, *stat] for path, stat in sorted(files.items())], missing
