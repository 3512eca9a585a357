"""`broll decode` beside `base64 -d`: the same bytes, both to a file. No ffmpeg is at hand, which would decode the clip.

Run by run.py; alone (`python3 decode.py [BYTES OF BASE64]`) it prints what it measures.
"""
import base64
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile

from measure import BROLL, peak, seconds

STEP = 3 << 20


class Decode:
    """A real clip, made large by a box of noise at its end, as bare base64 and in the answer of a job."""

    def __init__(self, folder, ffmpeg, base64_bytes):
        names = ("clip.mp4", "clip.b64", "answer.json", "theirs.mp4", "ours.mp4")
        self.clip, self.bare, self.answer, self.theirs, self.ours = (os.path.join(folder, "decode-" + name) for name in names)
        self.folders = {"BROLL_%s_DIR" % name: os.path.join(folder, "decode") for name in ("CONFIG", "DATA", "CACHE", "STATE")}
        subprocess.run([ffmpeg, "-y", "-v", "error", "-f", "lavfi", "-i", "testsrc=d=2:s=320x180:r=30", "-pix_fmt", "yuv420p",
                        "-movflags", "+faststart", self.clip], check=True)
        self.grow(base64_bytes // 4 * 3)
        self.write()

    def grow(self, size):
        noise = os.urandom(STEP)
        with open(self.clip, "ab") as file:
            left = size - file.tell()
            left -= file.write(struct.pack(">I", left) + b"free")
            while left > 0:
                left -= file.write(noise[:left])

    def pieces(self):
        with open(self.clip, "rb") as file:
            yield from iter(lambda: file.read(STEP), b"")

    def write(self):
        digest = hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        output = {"sha256": digest.hexdigest(), "file_size_bytes": os.path.getsize(self.clip), "video_base64": "|", "frames": 60}
        before, after = json.dumps({"id": "bench-u1", "status": "COMPLETED", "output": output}).split("|")
        with open(self.bare, "wb") as bare, open(self.answer, "wb") as answer:
            answer.write(before.encode())
            for piece in self.pieces():
                text = base64.b64encode(piece)
                bare.write(text)
                answer.write(text)
            answer.write(after.encode())

    def command(self):
        return [BROLL, "decode", self.answer, "-o", self.ours, "--force"]

    def broll(self):
        """With its digest, its check, and all of it flushed to the disk; the other does none of these."""
        return seconds(self.command(), PATH="/nowhere", **self.folders)

    def base64(self):
        took = seconds(["sh", "-c", 'base64 -d "$1" > "$2"', "sh", self.bare, self.theirs])
        subprocess.run(["cmp", self.ours, self.theirs], check=True)
        return took

    def memory(self):
        return peak(self.command(), PATH="/nowhere", **self.folders)

    def remove(self):
        for path in (self.clip, self.bare, self.answer, self.theirs, self.ours):
            os.remove(path)


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = Decode(folder, os.environ["BROLL_TEST_FFMPEG"], int(sys.argv[1]) if len(sys.argv) > 1 else 1 << 30)
        for _ in range(3):
            ours, theirs = work.broll(), work.base64()
            print("broll decode %.2f s, base64 -d %.2f s, ratio %.2f" % (ours, theirs, ours / theirs), flush=True)
        print("broll's peak memory %.1f MiB" % work.memory())


if __name__ == "__main__":
    main()
