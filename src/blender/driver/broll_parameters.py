"""Values for places in the file, named the way Blender itself names them. Nothing is evaluated as code."""
import bpy

import broll_animation
import broll_brought
from broll_errors import Refused

# A template's manifest comes from anywhere: a value never becomes a path that Blender reads or writes.
PATHS = ("FILE_PATH", "DIR_PATH", "FILE_NAME")
# What runs code, or animates by it.
CLOSED = ("Driver", "DriverTarget", "DriverVariable", "FCurve", "Library", "Text", "FreestyleModuleSettings")


def bad(target, why):
    return Refused("bad_target", "%s: %s" % (target, why), "run `broll templates check`")


def linear(channel):
    """One sRGB channel, 0 to 1, to scene-linear (IEC 61966-2-1)."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def whole(number):
    """A number for what only holds whole ones of 32 bits."""
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise TypeError("it takes a whole number, not %r" % (number,))
    number = round(number)
    if not -(2**31) <= number < 2**31:
        raise ValueError("%d has more than 32 bits" % number)
    return number


def truth(value):
    if isinstance(value, str) or value not in (0, 1):
        raise TypeError("it takes true or false, not %r" % (value,))
    return bool(value)


def number(value):
    if isinstance(value, (bool, str)) or not isinstance(value, (int, float)):
        raise TypeError("it takes a number, not %r" % (value,))
    return float(value)


def text(value):
    if not isinstance(value, str):
        raise TypeError("it takes text, not %r" % (value,))
    return value


READ = {"INT": whole, "BOOLEAN": truth, "FLOAT": number, "STRING": text, "ENUM": text}


def channels(old, value, linearised):
    """A colour for a place that holds as many numbers as `old`; what the colour does not say stays."""
    if linearised:
        value = [linear(channel) for channel in value[:3]] + value[3:]
    if len(old) not in (3, 4):
        raise TypeError("it holds %d numbers, and a colour has 3 or 4" % len(old))
    return value[: len(old)] + list(old)[len(value):]


def resolve(path):
    """What a path leads to; Blender's own walk does not know the collections themselves."""
    return bpy.data.path_resolve(path) if "[" in path or "." in path else getattr(bpy.data, path)


def nodes_input(path, key):
    """Path of an input of geometry nodes, `MODIFIER["KEY"]` up to Blender 5.1, where this one has it elsewhere."""
    modifier = resolve(path)
    if not isinstance(modifier, bpy.types.NodesModifier):
        return None
    inputs = getattr(getattr(modifier, "properties", None), "inputs", None)
    return "%s.properties.inputs.%s" % (path, key) if hasattr(inputs, key) else None


def current(owner, step):
    """The holder and the last step as this Blender has them; manifests are written for any."""
    head, _, tail = owner.rpartition('["')
    if "key" in step:
        found = nodes_input(owner, step["key"])
        return (found, {"name": "value"}) if found else (owner, step)
    if "index" in step and tail.endswith('"]') and "[" in head:
        # One channel of an input that holds several.
        found = nodes_input(head, tail[:-2])
        return (found + ".value" if found else owner), step
    return owner, step


class Place:
    """One place: what holds it and the last step to it."""

    def __init__(self, item):
        self.target = item["target"]
        try:
            self.holder, step = current(item["owner"], item["step"])
            self.moved = self.holder != item["owner"]
            self.owner = resolve(self.holder)
            # An array knows less of where it is than the path to it.
            self.block = getattr(self.owner, "id_data", None) or bpy.data.path_resolve(item["block"])
        except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
            raise bad("the template has no " + self.target, error) from error
        (self.step, self.key), = step.items()
        closed = getattr(getattr(self.owner, "bl_rna", None), "identifier", None) in CLOSED
        if self.owner is None or closed:
            raise bad("the template has no " + self.target, "nothing there can be set")

    def property(self):
        """The RNA property, for a step by name."""
        found = self.owner.bl_rna.properties.get(self.key) if isinstance(self.owner, bpy.types.bpy_struct) else None
        if found is None:
            raise bad("the template has no " + self.target, "%s has no %s" % (type(self.owner).__name__, self.key))
        pointer = found.type == "POINTER"
        if found.type == "COLLECTION" or (found.is_readonly and not pointer) or getattr(found, "is_enum_flag", False):
            raise bad(self.target, "it cannot be set")
        if found.subtype in PATHS or self.key.endswith("filepath"):
            raise bad(self.target, "it is a path of a file, which no value may be")
        return found

    def held(self):
        """What is there now."""
        try:
            return getattr(self.owner, self.key) if self.step == "name" else self.owner[self.key]
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise bad("the template has no " + self.target, error) from error

    def known(self):
        """The same as a manifest writes it: an item of a menu by its number where that is what it had up to Blender 5.1."""
        held = self.held()
        if self.moved and self.step == "name" and self.property().type == "ENUM":
            return next((one.value for one in self.property().enum_items if one.identifier == held), held)
        return held

    def put(self, value):
        if self.step == "name":
            if self.property().is_readonly:
                raise bad(self.target, "it cannot be set")
            setattr(self.owner, self.key, value)
        else:
            self.owner[self.key] = value
        # An update comes by itself only for properties that Blender declares.
        self.tag()

    def tag(self):
        if isinstance(self.block, bpy.types.ID):
            self.block.update_tag()

    def points(self, kind):
        """Whether a pointer to such a data-block stands here."""
        if self.step == "name":
            found = self.property()
            return found.type == "POINTER" and found.fixed_type.identifier == kind
        old = self.held()
        # An unset custom property holds nothing, or a number; one of a geometry-nodes modifier knows what it takes.
        return old is None or (isinstance(old, bpy.types.ID) and old.bl_rna.identifier == kind)


def plain(place, value):
    """A number, truth value, text or list, as what is there demands."""
    if place.step == "name":
        found = place.property()
        if found.type not in READ:
            raise TypeError("it holds a %s" % found.type.lower())
        if found.type == "ENUM" and place.moved:
            # What was a number there; a menu's items keep theirs.
            value = next((one.identifier for one in found.enum_items if one.value == value), value)
        read, many = READ[found.type], getattr(found, "is_array", False)
        if many != isinstance(value, list):
            raise TypeError("it holds %s" % ("a list of numbers" if many else "one value"))
        return [read(one) for one in value] if many else read(value)
    old = place.held()
    if isinstance(old, bool):
        return truth(value)
    for kind, read in ((int, whole), (float, number), (str, text)):
        if isinstance(old, kind):
            return read(value)
    if hasattr(old, "__len__") and not hasattr(old, "keys") and not isinstance(old, bpy.types.bpy_struct):
        if not isinstance(value, list) or len(value) != len(old):
            raise TypeError("it holds %d numbers" % len(old))
        read = truth if isinstance(old[0], bool) else whole if isinstance(old[0], int) else number
        return [read(one) for one in value]
    raise TypeError("it holds a %s" % type(old).__name__)


def color(place, value, warn):
    gamma = place.step == "name" and place.property().subtype == "COLOR_GAMMA"
    old = place.held()
    if not hasattr(old, "__len__") or isinstance(old, str):
        raise TypeError("it holds no colour")
    if len(old) == 3 and len(value) == 4 and value[3] != 1:
        warn("no_alpha", "%s holds no alpha: that of the colour is left out" % place.target)
    return channels(list(old), value, not gamma)


def camera(place, name):
    """A camera object of the file."""
    if not place.points("Object"):
        raise TypeError("it holds no object")
    found = bpy.data.objects.get(name)
    if found is None or found.type != "CAMERA":
        cameras = [thing.name for thing in bpy.data.objects if thing.type == "CAMERA"]
        raise Refused("no_such_camera", "the file has no camera %r" % name, "it has: " + (", ".join(cameras) or "none"))
    if isinstance(place.owner, bpy.types.Scene) and place.key == "camera":
        # Markers would cut back to theirs.
        for marker in place.owner.timeline_markers:
            marker.camera = None
    return found


POINTS = {"image": "Image", "font": "VectorFont", "camera": "Object"}


def try_out(place, holds):
    """Whether such a value could go there."""
    everywhere = {"image": bpy.data.images, "font": bpy.data.fonts}.get(holds)
    if place.owner == everywhere:
        place.held()
    elif not place.points(POINTS[holds]):
        raise TypeError("it holds no %s" % holds)


def assign(item, warn):
    place, kind, value = Place(item), item["kind"], item["value"]
    try:
        if kind == "nothing":
            try_out(place, value)
        elif kind in ("image", "font"):
            broll_brought.bring(place, kind, value, item["name"])
        else:
            value = color(place, value, warn) if kind == "color" else {"plain": plain, "camera": camera}[kind](place, value)
            place.put(value)
    except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
        raise bad("%s does not take %r" % (place.target, value) if kind not in ("image", "font") else place.target, error) from error
    if broll_animation.silence(place):
        warn("parameter_animated", "%s is animated in the file: its keyframes or driver are off, so that the value which was asked for holds" % place.target)


def apply(assignments, warn):
    for item in assignments:
        assign(item, warn)
