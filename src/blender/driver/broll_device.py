"""What Cycles can render on, and choosing it."""
import bpy

from broll_errors import Refused


def preferences():
    return bpy.context.preferences.addons["cycles"].preferences


def of_backend(backend):
    """The backend's own devices. The list that Cycles gives holds the CPU too, which must never count."""
    try:
        return [device for device in preferences().get_devices_for_type(backend) if device.type == backend]
    except (KeyError, AttributeError, TypeError, ValueError):
        return []


def devices(backends, every):
    """Devices of each backend in order; unless every one is asked for, the search ends at the first real one,
    because asking a backend loads its driver."""
    found = {}
    for backend in backends:
        entries = [{"name": device.name, "id": device.id} for device in of_backend(backend)]
        found[backend] = entries
        if entries and not every:
            break
    return found


def processor():
    """The processor's name, which Cycles lists among the devices of any backend."""
    import _cycles

    return [device[0] for device in _cycles.available_devices("CPU") if device[1] == "CPU"]


def choose(backend):
    """Switches exactly this backend's devices on. With none in use Cycles would render on the CPU and say
    nothing, so that is checked here, before every open."""
    settings = preferences()
    if backend == "CPU":
        settings.compute_device_type = "NONE"
        return processor()
    chosen = of_backend(backend)
    if not chosen:
        raise Refused("no_device", "Blender sees no %s device" % backend)
    settings.compute_device_type = backend
    for device in settings.devices:
        device.use = device.type == backend
    in_use = [device.name for device in settings.devices if device.use]
    if settings.compute_device_type != backend or not in_use:
        raise Refused("no_device", "Blender did not take the %s device" % backend)
    return in_use
