"""The files outside the .blend: which it uses, and which are missing."""
import base64
import os
import re

import bpy


def absolute(block, path):
    return os.path.normpath(bpy.path.abspath(path, library=block.library))


def wanted():
    """(what, name, path) of every external file that rendering may read."""
    for library in bpy.data.libraries:
        yield "library", library.name, absolute(library, library.filepath)
    for image in bpy.data.images:
        packed = image.packed_file is not None or len(image.packed_files) > 0
        if image.source in ("FILE", "SEQUENCE", "MOVIE", "TILED") and image.filepath and image.users and not packed:
            yield "image", image.name, absolute(image, image.filepath)
    for clip in bpy.data.movieclips:
        if clip.users:
            yield "movie clip", clip.name, absolute(clip, clip.filepath)
    for font in bpy.data.fonts:
        if font.users and font.filepath not in ("", "<builtin>") and font.packed_file is None:
            yield "font", font.name, absolute(font, font.filepath)
    for volume in bpy.data.volumes:
        if volume.users and volume.packed_file is None:
            yield "volume", volume.name, absolute(volume, volume.filepath)
    for cache in bpy.data.cache_files:
        if cache.users:
            yield "cache file", cache.name, absolute(cache, cache.filepath)


def files_of(path):
    """The files behind a path: itself, the tiles of a UDIM, or the numbered files of a sequence."""
    folder, name = os.path.split(path)
    tiles = re.search(r"<(UDIM|UVTILE)>", name)
    numbers = None if tiles else re.search(r"\d+(?=\D*$)", name)
    if os.path.exists(path) and numbers is None:
        return [path]
    part = tiles or numbers
    if part is None:
        return []
    shape = re.compile(re.escape(name[:part.start()]) + r"[\du_v]+" + re.escape(name[part.end():]) + "$")
    try:
        return sorted(entry.path for entry in os.scandir(folder) if shape.match(entry.name))
    except OSError:
        return []


def survey():
    """(files, missing): what exists, with size and time for the frame store, and what does not."""
    files, missing = {}, []
    for what, name, path in wanted():
        found = files_of(path)
        for file in found:
            stat = os.stat(file)
            files[base64.b64encode(os.fsencode(file)).decode()] = [stat.st_size, stat.st_mtime_ns]
        if not found or (not os.path.exists(path) and "<" not in path and what != "image"):
            missing.append({"what": what, "name": name, "path": path})
    return [[path, *stat] for path, stat in sorted(files.items())], missing
