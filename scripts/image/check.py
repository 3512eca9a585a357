"""Checks a built image without running it, and tells its size by what is in it.

usage: check.py ROOT CONFIG.json [--kernels sm_80,sm_90]

ROOT is where the image's files lie, CONFIG what `buildah inspect` says of it.
"""

import argparse
import json
import os
import pathlib
import stat
import subprocess

LIMIT = 1.6e9
BLENDER = "opt/blender/lib/python3.11/site-packages/bpy"
KERNELS = BLENDER + "/4.2/scripts/addons_core/cycles/lib"
# A CUDA toolkit, a display, Python SDKs, installers, and what only the build knows.
UNWANTED = [
    "usr/local/cuda*", "usr/bin/Xvfb", "usr/bin/gcc", "usr/bin/pip*", "opt/blender/bin/pip*",
    "opt/blender/lib/python3.11/site-packages/runpod", "usr/lib/x86_64-linux-gnu/libLLVM*", "root/.cache/*",
    "etc/pip.conf", "etc/apt/apt.conf.d/90build", "run/secrets/*", "tmp/*", "var/lib/apt/lists/*_Packages",
]


def walk(root):
    """Every file below, with its status, links not followed."""
    for folder, names, files in os.walk(root):
        for name in names + files:
            path = pathlib.Path(folder, name)
            yield path, path.lstat()


def size(root, paths=("",)):
    """Bytes on disk, each file once."""
    seen, total = set(), 0
    for path in paths:
        path = root / path
        found = [(path, path.lstat())] + (list(walk(path)) if path.is_dir() else [])
        for _, status in found:
            if status.st_ino not in seen:
                seen.add(status.st_ino)
                total += status.st_blocks * 512
    return total


def check_config(config):
    expected = {
        "Entrypoint": ["broll", "worker"],
        "User": "1000:1000",
        "WorkingDir": "/workspace",
        "StopSignal": "SIGTERM",
    }
    for name, value in expected.items():
        assert config.get(name) == value, f"{name} is {config.get(name)!r}, not {value!r}"
    assert config["Healthcheck"]["Test"] == ["CMD", "broll-healthy"], config.get("Healthcheck")
    env = dict(entry.split("=", 1) for entry in config["Env"])
    assert env["NVIDIA_DRIVER_CAPABILITIES"] == "compute,utility,graphics,video"
    for name in ("title", "description", "licenses", "version", "revision"):
        assert config["Labels"][f"org.opencontainers.image.{name}"], name


def check_files(root, kernels):
    left = [f"/{path.relative_to(root)}" for pattern in UNWANTED for path in root.glob(pattern) if path.stat().st_size]
    assert not left, f"this does not belong into the image: {left}"
    for path, status in walk(root):
        open_to_all = stat.S_ISREG(status.st_mode) and status.st_mode & stat.S_IWOTH
        assert not open_to_all, f"everybody may write to /{path.relative_to(root)}"
    # Nothing that is run may be changed by those who run it.
    for path in [root / "opt/blender", root / "usr/local/bin/broll", *(root / "opt/blender").rglob("*.so*")]:
        assert path.lstat().st_uid == 0, f"/{path.relative_to(root)} is not root's"
    for name in ("var/cache/broll", "var/lib/broll", "workspace"):
        assert (root / name).stat().st_uid == 1000, f"/{name} is not the worker's"
    for arch in [75, 86, 89] + [int(name.removeprefix("sm_")) for name in kernels]:
        kernel = root / KERNELS / f"kernel_sm_{arch}.cubin.zst"
        assert kernel.exists() and kernel.stat().st_size > 1e6, f"no kernel for sm_{arch}"
    for manifest in (root / "workspace/templates").glob("*.toml"):
        assert "redistribute = false" not in manifest.read_text(), f"{manifest.name} must not be passed on"
    for program in (f"/{BLENDER}/__init__.so", "/usr/bin/ffmpeg", "/usr/local/bin/broll"):
        libraries = subprocess.run(["chroot", str(root), "ldd", program], capture_output=True, text=True).stdout
        missing = [line.strip() for line in libraries.splitlines() if "not found" in line]
        assert not missing, f"{program}: {missing}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("config", type=pathlib.Path)
    parser.add_argument("--kernels", default="")
    args = parser.parse_args()
    check_config(json.loads(args.config.read_text())["Docker"]["config"])
    built = [name for name in args.kernels.split(",") if name]
    check_files(args.root, built)

    total = size(args.root)
    blender = size(args.root, ["opt/blender"])
    kernels = size(args.root, [str(path.relative_to(args.root)) for path in (args.root / KERNELS).glob("kernel_sm_*")])
    rest = ["usr/local/bin", "workspace/templates"]
    broll = size(args.root, rest)
    print(f"  Blender            {(blender - kernels) / 1e6:6.0f} MB")
    print(f"  kernels for NVIDIA {kernels / 1e6:6.0f} MB")
    print(f"  broll, templates   {broll / 1e6:6.0f} MB")
    print(f"  Debian, ffmpeg     {(total - blender - broll) / 1e6:6.0f} MB")
    print(f"  together           {total / 1e6:6.0f} MB unpacked")
    assert total <= LIMIT, f"more than {LIMIT / 1e6:.0f} MB"


main()
