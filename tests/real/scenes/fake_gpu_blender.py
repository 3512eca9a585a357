#!/usr/bin/env python3
"""A Blender on a machine with a GPU, as broll sees it from outside: for what no machine of the suite can show.

It answers broll's commands, has an OptiX and a CUDA device, and fails as FAKE_FAULTS says, or the file `faults` beside
the link that it was started by: `optix` cannot start OptiX, `memory` runs out of GPU memory as long as scene data is
kept, `memory-always` also without, `crash` loses the GPU in a frame, `die` ends itself there, `hang` never ends there,
`gone` has no devices any more, `dies-on-N` ends without a word when it renders on GPU N, `memory-on-N` always runs out of
memory there, `crash-on-N` loses GPU N in every frame, `never-up-on-N` ends before it answers there, `stuck-on-N` answers
nothing there, `unseen-on-N` finds no device there once a file is opened, `opens-late-on-N` takes a minute to open a file
there, `ordered` calls the scene an unbaked simulation, `narrow` has no memory for frames wider than 64 pixels while
another process is up on the same GPU.
The file `version` beside the link is its version. A frame takes FAKE_SECONDS, FAKE_BUSY of them sampling, from the FAKE_QUICK-th
frame of a process on none at all; with FAKE_PAIR it waits there for another process to render on its GPU. No frame is begun before FAKE_MEET GPUs have come to one of the same file. The first frame
compiles kernels for FAKE_COMPILE seconds, without a word, as FAKE_FORM says: with one thread `busy` or `still`, told in
the words of a `module`, an `executable` of 5.x, as a `status` message, or `silently`.
"""
import base64
import json
import os
import signal
import struct
import sys
import time
import zlib



def beside(name):
    """The text of a file beside the link that this was started by."""
    file = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), name)
    if os.path.exists(file):
        with open(file) as text:
            return text.read()
    return None


VERSION = beside("version") or "4.2.23"
if "--version" in sys.argv:
    print("Blender", VERSION, "LTS")
    sys.exit()

GPU = os.environ.get("CUDA_VISIBLE_DEVICES", "all")
SECONDS, BUSY = (float(os.environ.get(name, "0")) for name in ("FAKE_SECONDS", "FAKE_BUSY"))
state = {"frames": 0}


class Refused(Exception):
    """An answer with a code of its own."""


def faults():
    return (beside("faults") or os.environ.get("FAKE_FAULTS", "")).split(",")


def picture(width, height):
    def chunk(code, data):
        return struct.pack(">I", len(data)) + code + data + struct.pack(">I", zlib.crc32(code + data))

    rows = b"".join(b"\0" + b"\x40\x80\xc0" * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def world(name):
    """A folder that all processes of one broll share."""
    folder = os.path.join(os.path.dirname(os.environ["BLENDER_USER_CONFIG"]), name)
    os.makedirs(folder, exist_ok=True)
    return folder


def enter(name):
    open(os.path.join(world(name), "%s %d" % (GPU, os.getpid())), "w").close()


def alone(where):
    """Whether no other process that is up has entered there with this GPU."""
    for name in os.listdir(world(where)):
        gpu, _, pid = name.rpartition(" ")
        if gpu == GPU and int(pid) != os.getpid() and is_up(pid):
            return False
    return True


def is_up(pid):
    try:
        with open("/proc/%s/stat" % pid) as stat:
            return ") Z " not in stat.read()
    except OSError:
        return False


def meet():
    """Waits for the others, which come as soon as they can."""
    folder = world("met-" + os.path.basename(os.fsdecode(base64.b64decode(state["file"]))))
    open(os.path.join(folder, GPU), "w").close()
    while len(os.listdir(folder)) < int(os.environ.get("FAKE_MEET", "0")):
        time.sleep(0.01)


def hello(command):
    seen = () if "gone" in faults() else ("OPTIX", "CUDA")
    devices = {name: [{"name": "Fake GPU", "id": name}] if name in seen else [] for name in command["backends"]}
    return {"version": [int(part) for part in VERSION.split(".")], "version_string": VERSION + " LTS", "cycles": True, "devices": devices}


def open_file(command):
    if "opens-late-on-" + GPU in faults():
        time.sleep(60)
    if "unseen-on-" + GPU in faults():
        raise Refused("no_device", "Blender finds no device")
    state.update(command)
    print("opened on", command["backend"], "persistent", command["persistent"], "gpu", GPU, "threads", command["threads"], flush=True)
    return {"scene": "Scene", "scenes": ["Scene"], "cameras": ["Camera"], "camera": "Camera", "fps": 24, "fps_base": 1.0,
            "frame_start": 1, "frame_end": 24, "view_layers": 1, "engine": "CYCLES", "resolution": [64, 36],
            "device": {"backend": command["backend"].lower(), "names": ["Fake GPU"]}, "files": [], "missing": [],
            "warnings": [], "baked": [], "ordered": "ordered" in faults()}


def render(command):
    if "resolution" not in state:
        raise Refused("not_open", "no file is open")
    meet()
    enter("at-work")
    state["frames"] += 1
    print("rendered", os.fsdecode(base64.b64decode(state["file"])), "gpu", GPU, flush=True)
    if float(os.environ.get("FAKE_COMPILE", "0")) and not state.get("compiled"):
        state["compiled"] = True
        compile_kernels()
    wrong = faults()
    if "optix" in wrong and state["backend"] == "OPTIX":
        raise RuntimeError("Error: Failed to load OptiX kernel from '/x/kernel_optix.ptx' (OPTIX_ERROR_INTERNAL_ERROR)")
    if "dies-on-" + GPU in wrong:
        os._exit(3)
    if "memory-on-" + GPU in wrong or ("narrow" in wrong and state["resolution"][0] > 64 and not alone("up")):
        raise RuntimeError("Error: System is out of GPU memory")
    quick = state["frames"] >= int(os.environ.get("FAKE_QUICK", "1000000"))
    while quick and "FAKE_PAIR" in os.environ and alone("at-work"):
        time.sleep(0.01)
    for sample, pause in ((0, BUSY), (4, SECONDS - BUSY)) if not quick else ((0, 0), (4, 0)):
        print("Fra:1 Mem:9.00M (Peak 9.00M) | Time:00:00.10 | Mem:500.00M, Peak:500.00M | Scene, ViewLayer | Sample %d/4" % sample, flush=True)
        time.sleep(max(pause, 0))
    if "memory-always" in wrong or ("memory" in wrong and state["persistent"]):
        raise RuntimeError("Error: System is out of GPU memory")
    if "crash" in wrong or "crash-on-" + GPU in wrong:
        raise RuntimeError("Error: Illegal address in CUDA queue synchronize (integrator_shade_surface)")
    if "die" in wrong:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "hang" in wrong:
        time.sleep(3600)
    with open(os.fsdecode(base64.b64decode(command["path"])), "wb") as file:
        file.write(picture(*state["resolution"]))
    return {"seconds": SECONDS or 0.01}


def compile_kernels():
    how, _, form = os.environ.get("FAKE_FORM", "busy module").partition(" ")
    told = "Loading render kernels (may take a few minutes the first time)"
    if form == "status":
        print("\n@broll-%s %s" % (nonce, json.dumps({"status": "Mem: 0M | " + told})), flush=True)
    elif form == "executable":
        print("00:01.140  render           | Fra: 1 | Mem: 9M | " + told, flush=True)
    elif form == "module":
        print("Fra:1 Mem:9.00M (Peak 9.00M) | Time:00:00.10 | Mem:0.00M, Peak:0.00M | Scene, ViewLayer | " + told, flush=True)
    seconds = float(os.environ.get("FAKE_COMPILE", "0"))
    until = time.monotonic() + seconds
    if how == "still":
        time.sleep(seconds)
    while time.monotonic() < until:
        pass


def say(names):
    print("environment", json.dumps({name: os.environ.get(name) for name in names}), flush=True)


if "never-up-on-" + GPU in faults():
    os._exit(3)
while "stuck-on-" + GPU in faults():
    time.sleep(3600)
enter("up")
nonce = json.loads(sys.stdin.readline())["nonce"]
say(["CUDA_CACHE_PATH", "CUDA_CACHE_MAXSIZE", "OPTIX_CACHE_PATH"])
for line in sys.stdin:
    command = json.loads(line)
    if command["cmd"] == "quit":
        break
    try:
        answer = {"result": {"hello": hello, "open": open_file, "render": render}[command["cmd"]](command)}
    except Refused as error:
        answer = {"error": {"code": error.args[0], "message": error.args[1]}}
    except RuntimeError as error:
        answer = {"error": {"code": "blender", "message": str(error)}}
    print("\n@broll-%s %s" % (nonce, json.dumps({"id": command["id"], **answer})), flush=True)
