"""One open file, ready to give any frame of its clip."""
import base64
import math
import os
import tempfile
import time

import bpy

import broll_assets
import broll_device
import broll_hazards
import broll_opengl
import broll_overrides
import broll_parameters
from broll_errors import Refused


def path_of(text):
    """A path as it travels: base64 of its bytes, which need not be UTF-8."""
    return os.fsdecode(base64.b64decode(text))


# The empty last chunk with its checksum, as every whole PNG ends.
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"


def check_whole(path):
    """Blender reports a picture as saved when the disk was full, and leaves the beginning of one."""
    end = b""
    if os.path.exists(path):
        with open(path, "rb") as file:
            file.seek(max(os.path.getsize(path) - len(PNG_END), 0))
            end = file.read()
    if end != PNG_END:
        disk = os.statvfs(os.path.dirname(path))
        full = disk.f_bavail * disk.f_frsize < 1 << 20
        raise Refused("disk_full" if full else "not_saved", "Blender saved only a part of the picture" if end else "Blender saved no picture")


class Shot:
    """A file as `open` leaves it: settings overridden, caches baked, hazards told."""

    def __init__(self, command):
        self.warnings = []
        names = broll_device.choose(command["backend"])
        self.open(path_of(command["file"]))
        self.device = {"backend": command["backend"].lower(), "names": names}
        self.scene = self.find_scene(command["scene"])
        self.engine = self.scene.render.engine
        self.file_size = [self.scene.render.resolution_x, self.scene.render.resolution_y]
        # A camera that is asked for by a parameter counts before one is missed.
        broll_parameters.apply(command["assignments"], self.warn)
        self.cut_to(command["camera"], command["sequencer"])
        self.files, self.missing = broll_assets.survey(self.scene, command["sequencer"])
        self.scenes = broll_overrides.rendered(self.scene, command["sequencer"])
        for other in self.scenes[1:]:
            if other.camera is None and not command["sequencer"]:
                raise Refused("no_camera", "scene %r, which the compositor uses, has no active camera" % other.name)
        broll_overrides.apply(self.scenes, command, command["backend"], self.warn)
        broll_opengl.check(self.scenes, self.warn)
        self.shutter(command["fps"])
        self.visited = None
        self.bake(command)
        broll_hazards.scripts(self.warn)
        broll_hazards.strangers(self.warn)

    def open(self, path):
        """Reads the file. What must not happen at its first evaluation is prevented by a handler that runs before it."""
        self.fluids = tempfile.TemporaryDirectory()
        unbaked = []
        handler = bpy.app.handlers.persistent(lambda *_: unbaked.extend(broll_hazards.keep_fluids_in(self.fluids.name)))
        bpy.app.handlers.load_post.append(handler)
        try:
            bpy.ops.wm.open_mainfile(filepath=path, load_ui=False, use_scripts=False)
        except RuntimeError as error:
            why = str(error).strip().removeprefix("Error: ").split(" failed: ", 1)[-1]
            raise Refused("damaged_blend", "Blender cannot read the file: %s" % why, "copy or download the file again, or save it again in Blender") from error
        finally:
            bpy.app.handlers.load_post.remove(handler)
        if unbaked and not bpy.app.binary_path:
            self.warn("fluid", "fluid domain %s: Blender as a Python module does not simulate what is not baked. Bake it and save the file, or name a Blender executable in BROLL_BLENDER" % ", ".join(map(repr, unbaked)))

    def warn(self, code, message):
        if {"code": code, "message": message} not in self.warnings:
            self.warnings.append({"code": code, "message": message})

    def find_scene(self, name):
        if not name:
            scene = bpy.context.scene
        else:
            scene = bpy.data.scenes.get(name)
            if scene is None:
                raise Refused("no_scene", "the file has no scene %r" % name, "it has: " + ", ".join(bpy.data.scenes.keys()))
            if bpy.context.window is not None:
                bpy.context.window.scene = scene
        if not any(layer.use for layer in scene.view_layers):
            raise Refused("no_view_layer", "every view layer of scene %r is switched off" % scene.name, "switch one on in the file")
        return scene

    def cameras(self):
        return [thing.name for thing in self.scene.objects if thing.type == "CAMERA"]

    def cut_to(self, name, sequencer):
        """The camera that was asked for, on all frames; else there must be one at all."""
        self.cuts = []
        if name:
            camera = self.scene.objects.get(name)
            if camera is None or camera.type != "CAMERA":
                raise Refused("no_such_camera", "scene %r has no camera %r" % (self.scene.name, name), "it has: " + (", ".join(self.cameras()) or "none"))
            # Each change of a marker cuts the scene to the markers that are left.
            for marker in self.scene.timeline_markers:
                marker.camera = None
            self.scene.camera = camera
            return
        self.cuts = sorted(((m.frame, m.camera) for m in self.scene.timeline_markers if m.camera), key=lambda cut: cut[0])
        if self.scene.camera is None and not self.cuts and not sequencer:
            hint = "choose one with --camera: " + ", ".join(self.cameras()) if self.cameras() else "add a camera to the scene in Blender and save the file"
            if self.scene.sequence_editor is not None and not self.cameras():
                hint += "; strips of the sequencer alone are rendered for a template whose manifest has `sequencer = true`"
            raise Refused("no_camera", "scene %r has no active camera" % self.scene.name, hint)

    def file_fps(self):
        return self.scene.render.fps / self.scene.render.fps_base

    def shutter(self, fps):
        """Frames closer together or further apart than the file's: the shutter stays the same share of a frame."""
        self.shutter_factor = self.file_fps() * fps[1] / fps[0]
        self.shutter_curves = []
        for scene in self.scenes:
            scene.render.motion_blur_shutter *= self.shutter_factor
            for curve in broll_overrides.curves(scene.animation_data):
                if curve.data_path == "render.motion_blur_shutter":
                    curve.mute = True
                    self.shutter_curves.append((scene, curve))

    def bake(self, command):
        first = self.scene.frame_start if command["first"] is None else command["first"]
        last = first + math.ceil(command["seconds"] * self.file_fps()) if command["last"] is None else command["last"]
        self.baked = [what for scene in self.scenes for what in broll_hazards.bake(scene, last + 1)]
        self.ordered = [reason for scene in self.scenes for reason in broll_hazards.unbakable(scene)]
        for reason in self.ordered:
            self.warn("simulation", "%s: frames are computed one after the other from the start" % reason)
        self.scene.frame_set(first)

    def facts(self):
        render = self.scene.render
        return {
            "scene": self.scene.name, "scenes": bpy.data.scenes.keys(), "cameras": self.cameras(),
            "camera": self.scene.camera.name if self.scene.camera else None,
            "fps": render.fps, "fps_base": render.fps_base,
            "frame_start": self.scene.frame_start, "frame_end": self.scene.frame_end,
            "view_layers": sum(layer.use for layer in self.scene.view_layers),
            "engine": self.engine, "resolution": self.file_size, "device": self.device,
            "files": self.files, "missing": self.missing, "warnings": self.warnings,
            "baked": self.baked, "ordered": bool(self.ordered),
        }  # fmt: skip

    def go_to(self, frame, subframe):
        """The scene at this moment. Where a simulation needs it, every frame on the way is visited once."""
        if self.ordered:
            start = self.scene.frame_start if self.visited is None or self.visited > frame + 1 else self.visited + 1
            for step in range(start, frame + 2 if subframe else frame + 1):
                for scene in self.scenes:
                    scene.frame_set(step)
                self.visited = step
        for scene in self.scenes:
            scene.frame_set(frame, subframe=subframe)
        if self.cuts:
            passed = [camera for at, camera in self.cuts if at <= frame]
            self.scene.camera = passed[-1] if passed else self.cuts[0][1]
        for scene, curve in self.shutter_curves:
            scene.render.motion_blur_shutter = curve.evaluate(frame + subframe) * self.shutter_factor

    def render(self, command):
        began = time.monotonic()
        target = path_of(command["path"])
        folder, name = os.path.split(target)
        partial = os.path.join(folder, ".%s.%d.tmp.png" % (os.path.splitext(name)[0], os.getpid()))
        self.go_to(command["frame"], command["subframe"])
        # From 4.5 on braces in an output path are a template.
        self.scene.render.filepath = partial.replace("{", "{{").replace("}", "}}") if bpy.app.version >= (4, 5, 0) else partial
        try:
            bpy.ops.render.render(write_still=True, scene=self.scene.name)
            check_whole(partial)
            os.rename(partial, target)
        finally:
            if os.path.exists(partial):
                os.remove(partial)
        return {"seconds": time.monotonic() - began}

    def inspect(self):
        """What the scene comes to, every instance counted."""
        graph = bpy.context.evaluated_depsgraph_get()
        triangles = 0
        for instance in graph.object_instances:
            data = getattr(instance.object, "data", None)
            if isinstance(data, bpy.types.Mesh):
                triangles += len(data.loop_triangles) or sum(max(len(face.vertices) - 2, 0) for face in data.polygons)
        texels = sum(image.size[0] * image.size[1] * (16 if image.is_float else 4) for image in bpy.data.images if image.users)
        return {"triangles": triangles, "image_bytes": texels, "objects": len(self.scene.objects)}
