"""What Blender draws with OpenGL, also beside Cycles: where there is none it would end by itself in the middle of a frame."""
import ctypes
import os
import sys

import bpy

import broll_overrides
from broll_errors import Refused

EGL_OPENGL_API = 0x30A2
EGL_PLATFORM_SURFACELESS_MESA = 0x31DD


def by_egl():
    """Whether EGL, which Blender uses without a screen, comes up: on no surface, as Blender itself tries, or on a display."""
    try:
        egl = ctypes.CDLL("libEGL.so.1")
        egl.eglGetDisplay.restype = ctypes.c_void_p
    except (OSError, AttributeError):
        # Programs of Nix and Guix find libraries where nobody else does.
        return os.path.realpath(bpy.app.binary_path or bpy.__file__).startswith(("/nix/store/", "/gnu/store/"))
    egl.eglGetDisplay.argtypes = [ctypes.c_void_p]
    egl.eglInitialize.argtypes = [ctypes.c_void_p] * 3
    displays = [egl.eglGetDisplay(None)]
    # Before EGL 1.5 it is not there.
    if hasattr(egl, "eglGetPlatformDisplay"):
        egl.eglGetPlatformDisplay.restype = ctypes.c_void_p
        egl.eglGetPlatformDisplay.argtypes = [ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p]
        displays.insert(0, egl.eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, None, None))
    # It stays up: Blender shares it, and may be using it already.
    return any(display and egl.eglInitialize(display, None, None) for display in displays) and bool(egl.eglBindAPI(EGL_OPENGL_API))


def by_x():
    """Whether there is an X screen with GLX: Blender uses it instead of EGL, also in the background."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        x, gl = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libGL.so.1")
        x.XOpenDisplay.restype, x.XOpenDisplay.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
        x.XCloseDisplay.argtypes, gl.glXQueryExtension.argtypes = [ctypes.c_void_p], [ctypes.c_void_p] * 3
    except (OSError, AttributeError):
        return False
    display = x.XOpenDisplay(None)
    if not display:
        return False
    numbers = [ctypes.c_int(), ctypes.c_int()]
    try:
        return bool(gl.glXQueryExtension(display, *map(ctypes.addressof, numbers)))
    finally:
        x.XCloseDisplay(display)


def there_is():
    """Whether Blender has OpenGL here, in one way or another."""
    return sys.platform != "linux" or by_egl() or by_x()


def rendered(layer):
    """Objects of the collections that are rendered, of this one and those within."""
    if layer.collection.hide_render:
        return
    if not layer.exclude:
        yield from layer.collection.objects
    for child in layer.children:
        yield from rendered(child)


def grease_pencil(scene):
    """Objects of Grease Pencil that can show in the picture, those of instanced collections too."""
    for layer in scene.view_layers:
        for thing in rendered(layer.layer_collection) if layer.use else ():
            instanced = thing.instance_collection if thing.instance_type == "COLLECTION" else None
            within = instanced.all_objects if instanced and not instanced.hide_render else ()
            for one in (thing, *within):
                if one.type in ("GPENCIL", "GREASEPENCIL") and not (thing.hide_render or one.hide_render):
                    yield one.name


def composites_on_gpu(scene):
    """From 5.x on every new scene says so, whether it has anything to composite or not."""
    used = scene.render.use_compositing and getattr(scene, "use_nodes", True) and broll_overrides.compositor(scene) is not None
    return used and scene.render.compositor_device == "GPU"


def check(scenes, warn):
    """The compositor can do without; Grease Pencil cannot."""
    drawn = [name for scene in scenes for name in grease_pencil(scene)]
    composited = [scene for scene in scenes if composites_on_gpu(scene)]
    if not (drawn or composited) or there_is():
        return
    if drawn:
        raise Refused(
            "no_opengl",
            "object %r is Grease Pencil, which Blender draws with OpenGL, and there is no OpenGL here" % drawn[0],
            "install Mesa (Debian and Ubuntu: apt-get install libegl1 libgl1-mesa-dri), or in an NVIDIA container set NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics,video",
        )
    for scene in composited:
        scene.render.compositor_device = "CPU"
        warn("compositor", "the compositor of scene %r is set to the GPU, and there is no OpenGL here: it runs on the CPU" % scene.name)
