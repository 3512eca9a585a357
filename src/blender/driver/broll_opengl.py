"""What Blender draws with OpenGL, also beside Cycles: where there is none it would end by itself in the middle of a frame."""
import ctypes
import sys

import broll_overrides
from broll_errors import Refused

EGL_OPENGL_API = 0x30A2
EGL_PLATFORM_SURFACELESS_MESA = 0x31DD


def there_is():
    """Whether EGL, which Blender uses without a screen, comes up: on no surface, as Blender itself tries, or on a display."""
    if sys.platform != "linux":
        return True
    try:
        egl = ctypes.CDLL("libEGL.so.1")
        egl.eglGetDisplay.restype = egl.eglGetPlatformDisplay.restype = ctypes.c_void_p
    except (OSError, AttributeError):
        return False
    egl.eglGetDisplay.argtypes = [ctypes.c_void_p]
    egl.eglGetPlatformDisplay.argtypes = [ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p]
    egl.eglInitialize.argtypes = [ctypes.c_void_p] * 3
    displays = (egl.eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, None, None), egl.eglGetDisplay(None))
    # It stays up: Blender shares it, and may be using it already.
    return any(display and egl.eglInitialize(display, None, None) for display in displays) and bool(egl.eglBindAPI(EGL_OPENGL_API))


def grease_pencil(scene):
    """Objects of Grease Pencil that can show in the picture, those of instanced collections too."""
    for thing in scene.objects:
        within = thing.instance_collection.all_objects if thing.instance_type == "COLLECTION" and thing.instance_collection else ()
        for one in (thing, *within):
            if one.type in ("GPENCIL", "GREASEPENCIL") and not one.hide_render:
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
