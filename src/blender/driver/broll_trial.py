"""Values tried in a file as it was saved, for `templates check`: whether each fits its place, and what was there."""
import base64
import os

import bpy

import broll_parameters
import broll_shot
from broll_errors import Refused

# Of a list that is longer only so much is told.
MOST = 16


def told(held):
    """What a place holds, as JSON has it."""
    if held is None or isinstance(held, (bool, int, float, str)):
        return held
    if isinstance(held, bpy.types.ID):
        return held.name
    try:
        return [told(one) for one in list(held)[:MOST]]
    except TypeError:
        return type(held).__name__


def own_font():
    """A typeface that comes with Blender, as its path travels."""
    folder = os.path.join(bpy.utils.system_resource("DATAFILES"), "fonts")
    fonts = sorted(name for name in os.listdir(folder) if name.endswith((".woff2", ".ttf", ".otf")))
    return base64.b64encode(os.fsencode(os.path.join(folder, fonts[0]))).decode()


class Trial(broll_shot.Shot):
    """A file that is open for nothing but this: no scene is chosen, nothing baked or overridden."""

    def __init__(self, path):
        self.warnings = []
        self.open(path)

    def run(self, assignments):
        cameras = [thing.name for thing in bpy.data.objects if thing.type == "CAMERA"]
        return {"tried": [self.attempt(item) for item in assignments], "cameras": cameras}

    def attempt(self, item):
        before = None
        try:
            if item["kind"] == "font" and item["value"] is None:
                item["value"] = own_font()
            before = told(broll_parameters.Place(item).known())
            broll_parameters.assign(item, self.warn)
            return {"before": before, "after": told(broll_parameters.Place(item).known())}
        except (Refused, RuntimeError, OSError) as error:
            return {"before": before, "error": str(error).strip() or type(error).__name__}
