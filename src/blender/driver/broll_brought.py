"""Pictures and typefaces that a request brings along, in place of the file's own."""
import base64
import os

import bpy

import broll_upright
from broll_errors import Refused


def unreadable(name, kind):
    return Refused("bad_parameter", "Blender cannot read the %s %r" % (kind, name), "save it again in another program, or convert it: PNG and TTF always work")


def bring(place, kind, value, name):
    path = os.fsdecode(base64.b64decode(value))
    (image if kind == "image" else font)(place, path, name)


def keep_colours(image, old):
    """What a pixel's numbers mean is the template's choice; only light itself is never taken for encoded colour."""
    if old is None:
        return
    name, alpha = old
    # A PNG or TIFF of 16 bits is held as fractions too, and is encoded nevertheless.
    if image.filepath.endswith((".exr", ".hdr")) and name == "sRGB":
        name = "Linear Rec.709"
    try:
        image.colorspace_settings.name = name
    except TypeError:
        pass
    image.alpha_mode = alpha


def colours(image):
    return (image.colorspace_settings.name, image.alpha_mode) if image else None


def loaded(path, name):
    """The picture as a new data-block, whole and inside the open file: what happens on disk no longer matters."""
    try:
        image = bpy.data.images.load(path)
    except RuntimeError as error:
        raise unreadable(name, "image") from error
    check(image, name)
    broll_upright.turn(image, path)
    image.pack()
    return image


def check(image, name):
    if image.size[0] == 0 or image.size[1] == 0:
        raise unreadable(name, "image")


def image(place, path, name):
    """Either the pixels of an image of the file, for all that use it, or a pointer to a new image."""
    old = place.held()
    if isinstance(old, bpy.types.Image) and place.owner == bpy.data.images:
        kept = colours(old)
        if old.packed_file is not None or len(old.packed_files):
            old.unpack(method="REMOVE")
        old.source = "FILE"
        old.filepath = path
        old.reload()
        check(old, name)
        broll_upright.turn(old, path)
        old.pack()
        keep_colours(old, kept)
        old.update_tag()
        return
    if not place.points("Image"):
        raise TypeError("it holds no image")
    new = loaded(path, name)
    keep_colours(new, colours(old))
    place.put(new)


def font(place, path, name):
    """Either a font of the file, for all that use it, or a pointer to a new one."""
    old = place.held()
    everywhere = isinstance(old, bpy.types.VectorFont) and place.owner == bpy.data.fonts
    if not everywhere and not place.points("VectorFont"):
        raise TypeError("it holds no font")
    try:
        new = bpy.data.fonts.load(path)
    except RuntimeError as error:
        raise unreadable(name, "font") from error
    new.pack()
    if everywhere:
        old.user_remap(new)
        for thing in bpy.data.objects:
            thing.update_tag()
    else:
        place.put(new)
