"""Values for places in the file, named the way Blender itself names them. Nothing is evaluated as code."""
import bpy

from broll_errors import Refused


def linear(channel):
    """One sRGB channel, 0 to 1, to scene-linear (IEC 61966-2-1)."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def resolve(path):
    """(owner, attribute or key) of a path below bpy.data."""
    head, _, attribute = path.rpartition(".")
    try:
        if path.endswith("]") and "[" in path[len(head):]:
            head, _, key = path.rpartition("[")
            key = key[:-1]
            owner = bpy.data.path_resolve(head)
            return owner, (key[1:-1] if key[:1] in "\"'" else int(key))
        return bpy.data.path_resolve(head), attribute
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise Refused("bad_target", "the template has no %s: %s" % (path, error), "run `broll templates check`") from error


def assign(path, value, is_color):
    owner, key = resolve(path)
    try:
        if isinstance(key, int) or not hasattr(owner, str(key)):
            owner[key] = value
            if hasattr(owner, "update_tag"):
                owner.update_tag()
            return
        if is_color:
            old = getattr(owner, key)
            value = [linear(channel) for channel in value][: len(old)]
            value += list(old)[len(value):]
        setattr(owner, key, value)
    except (TypeError, ValueError, AttributeError) as error:
        raise Refused("bad_target", "%s does not take %r: %s" % (path, value, error), "run `broll templates check`") from error


def apply(assignments):
    for item in assignments:
        assign(item["target"], item["value"], item["color"])
