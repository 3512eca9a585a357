"""Prints broll's time against the plain way of doing the same work, side by side in one run, as ratios.

Run by `make bench`. Machines are noisy: the ways take turns, and each counts with its median.
"""
import argparse
import os
import shutil
import statistics
import sys
import tempfile

import decode
from measure import BROLL, HERE, peak, seconds as run

BLENDER, FFMPEG = os.environ["BROLL_TEST_BLENDER"], os.environ["BROLL_TEST_FFMPEG"]
TEMPLATE = os.path.join(HERE, "..", "templates", "ai_cpu_activation.blend")
ROWS = []


class Work:
    """One clip: a file, its size, samples, frames and rate."""

    def __init__(self, folder, file, size, samples, frames, fps, denoise):
        self.folder, self.file, self.size, self.samples = folder, file, size, samples
        self.frames, self.fps, self.denoise = frames, fps, denoise

    def plain(self, persistent, encode):
        out = os.path.join(self.folder, "plain")
        shutil.rmtree(out, ignore_errors=True)
        width, height = map(str, self.size)
        took = run([BLENDER, os.path.join(HERE, "plain.py"), self.file, out, width, height, str(self.samples),
                    str(self.frames), str(int(self.denoise)), str(int(persistent))])
        if encode:
            took += run([FFMPEG, "-y", "-framerate", str(self.fps), "-i", out + "/%04d.png", "-c:v", "libx264", "-crf", "18",
                         "-pix_fmt", "yuv420p", "-movflags", "+faststart", os.path.join(self.folder, "plain.mp4")])
        return took

    def command(self):
        return [BROLL, "render", self.file, "--cpu", "--resolution", "%dx%d" % self.size, "--samples", str(self.samples),
                "--fps", str(self.fps), "--duration", repr(self.frames / self.fps), "--fresh", "--force", "--progress", "off",
                "-o", os.path.join(self.folder, "broll.mp4")] + ([] if self.denoise else ["--no-denoise"])

    def environment(self):
        folders = {"BROLL_%s_DIR" % name: os.path.join(self.folder, name) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
        return {**folders, "BROLL_BLENDER": BLENDER, "BROLL_FFMPEG": FFMPEG}

    def broll(self):
        return run(self.command(), **self.environment())


def compare(name, goal, ours, theirs, rounds):
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    mine, other = (statistics.median(column) for column in zip(*pairs))
    row(name, "%.2f s against %.2f s" % (mine, other), mine / other, goal, "%.2f")


def row(name, what, value, goal, form):
    ROWS.append((name, what, form % value, goal, value <= goal))
    print("%-52s %-28s %8s   goal %s %s" % (name, what, form % value, goal, "" if value <= goal else "MISSED"), flush=True)


def listing(folder, count):
    library = os.path.join(folder, "library")
    os.makedirs(library)
    for number in range(count):
        shutil.copy(TEMPLATE, os.path.join(library, "t%04d.blend" % number))
        shutil.copy(TEMPLATE.replace(".blend", ".toml"), os.path.join(library, "t%04d.toml" % number))
    folders = {"BROLL_%s_DIR" % name: os.path.join(folder, "list" + name) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    return [run([BROLL, "templates", "list", "--library", library], **folders) * 1000 for _ in range(5)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        heavy = os.path.join(folder, "heavy.blend")
        run([BLENDER, os.path.join(HERE, "heavy_mesh.py"), heavy])
        mesh = Work(folder, heavy, (192, 108), 2, 20, 20, False)
        board = Work(folder, TEMPLATE, (320, 180), 8, 24, 30, True)
        longer = Work(folder, TEMPLATE, (640, 360), 16, 6, 30, True)
        big = Work(folder, TEMPLATE, (1920, 1080), 1, 4, 30, False)
        two_stages = "against Blender, then ffmpeg"
        compare("static heavy mesh, " + two_stages, 0.55, mesh.broll, lambda: mesh.plain(False, True), rounds)
        compare("bundled template, " + two_stages, 1.0, board.broll, lambda: board.plain(False, True), rounds)
        compare("bundled template, against Blender alone", 1.05, longer.broll, lambda: longer.plain(True, False), rounds)
        version = statistics.median(run([BROLL, "--version"]) for _ in range(20)) * 1000
        row("broll --version", "milliseconds", version, 10, "%.1f")
        times = listing(folder, 1000)
        row("templates list, 1,000 templates, first time", "milliseconds", times[0], 100, "%.0f")
        row("templates list, 1,000 templates, again", "milliseconds", statistics.median(times[1:]), 100, "%.0f")
        row("broll's own memory, 1080p", "MiB", peak(big.command(), **big.environment()), 64, "%.1f")
        pairs = decode.Decode(folder, FFMPEG, 1 << 30)
        compare("decode, 1 GiB of base64, against base64 -d", 2.0, pairs.broll, pairs.base64, rounds)
        row("decode's memory, 1 GiB of base64", "MiB", pairs.memory(), 32, "%.1f")
        pairs.remove()
        row("release binary", "MiB", os.path.getsize(BROLL) / 2**20, 12, "%.1f")
    return 0 if all(met for *_, met in ROWS) else 1


if __name__ == "__main__":
    sys.exit(main())
