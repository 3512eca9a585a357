"""The half of a session that lives inside Blender: takes commands, answers them.

Runs under a Blender executable (`--python driver.py`) and under Python with the bpy module, 4.2 to 5.x; `hello`
also under older ones, so that they can be refused by name. Commands are JSON lines on stdin. Answers are lines
on stdout that start with a nonce which came on stdin: nothing that a file makes Blender print can forge one.
"""
import json
import os
import queue
import sys
import threading
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

# Both must stand before bpy is loaded: as a module it takes a while, and broll may vanish meanwhile.
COMMANDS = queue.Queue()


def listen():
    """Queues commands; ends the process when broll asks or is gone, even in the middle of a frame."""
    for line in sys.stdin.buffer:
        command = json.loads(line)
        if command["cmd"] == "quit":
            break
        COMMANDS.put(command)
    os._exit(0)


def die_with_parent():
    """On Linux the kernel ends this process with its parent (prctl PR_SET_PDEATHSIG = 1, SIGKILL = 9)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)


die_with_parent()
threading.Thread(target=listen, daemon=True).start()

import bpy  # noqa: E402

from broll_errors import Refused  # noqa: E402


def clean(value):
    """Text without lone surrogates, which JSON cannot carry; all else as it is."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(item) for item in value]
    return value


class Wire:
    """Writes answers to stdout, each in one write that starts with a newline: Blender may be mid-line."""

    nonce = b""

    def send(self, message):
        data = b"\n@broll-" + self.nonce + b" " + json.dumps(clean(message)).encode() + b"\n"
        while data:
            data = data[os.write(1, data):]


class Driver:
    """What one process knows between commands."""

    def __init__(self):
        self.wire = Wire()
        self.shot = None

    def hello(self, command):
        """Version and devices."""
        if tuple(bpy.app.version) >= (4, 2):
            bpy.ops.wm.read_factory_settings(use_empty=True)
        bpy.context.preferences.filepaths.use_scripts_auto_execute = False
        import broll_device

        return {
            "version": list(bpy.app.version),
            "version_string": bpy.app.version_string,
            "cycles": "cycles" in bpy.context.preferences.addons,
            "devices": broll_device.devices(command["backends"], command["all"]),
        }

    def open(self, command):
        """Reads a file anew and makes it ready to render."""
        import broll_shot

        self.shot = None
        if bpy.app.version >= (5, 0, 0):
            self.report_status()
        self.shot = broll_shot.Shot(command)
        return self.shot.facts()

    def render(self, command):
        """One frame to one file, which exists only when it is whole."""
        if self.shot is None:
            raise Refused("not_open", "no file is open")
        return self.shot.render(command)

    def inspect(self, _command):
        """What `templates check` tells beyond the facts of `open`."""
        if self.shot is None:
            raise Refused("not_open", "no file is open")
        return self.shot.inspect()

    def pack(self, command):
        """Files beside a .blend go inside it, in a new file."""
        import broll_pack

        self.shot = None
        return broll_pack.pack(command)

    def attempt(self, command):
        """Tries values in a file; no file is open afterwards."""
        import broll_shot
        import broll_trial

        self.shot = None
        return broll_trial.Trial(broll_shot.path_of(command["file"])).run(command["assignments"])

    def report_status(self):
        """From 5.0 on a render that a script starts prints no progress: its status comes as messages."""

        def status(text, *_):
            self.wire.send({"status": str(text)})

        bpy.app.handlers.render_stats.clear()
        bpy.app.handlers.render_stats.append(bpy.app.handlers.persistent(status))

    def answer(self, command):
        """The answer to one command, whatever happens in it."""
        try:
            if command["cmd"] not in ("hello", "open", "render", "inspect", "pack", "attempt"):
                raise Refused("unknown_command", "the driver does not know this command")
            return {"id": command["id"], "result": getattr(self, command["cmd"])(command)}
        except Refused as refused:
            error = {"code": refused.code, "message": str(refused), "hint": refused.hint}
        except RuntimeError as failure:
            # bpy.ops puts Blender's reports into the text, one `Error: …` a line.
            error = {"code": "blender", "message": str(failure).strip()}
        except MemoryError:
            error = {"code": "blender", "message": "Error: std::bad_alloc"}
        except Exception as failure:  # noqa: BLE001
            trace = traceback.extract_tb(failure.__traceback__)[-1]
            where = "%s:%s" % (os.path.basename(trace.filename), trace.lineno)
            error = {"code": "driver", "message": "%s: %s (%s)" % (type(failure).__name__, failure, where)}
        return {"id": command.get("id"), "error": error}

    def run(self):
        """The first line brings the nonce; it has no answer."""
        self.wire.nonce = COMMANDS.get()["nonce"].encode()
        while True:
            self.wire.send(self.answer(COMMANDS.get()))


if __name__ == "__main__":
    Driver().run()
