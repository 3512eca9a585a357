"""Puts a built image to work on the processor: doctor, the health check, one job by --test-input, and one job taken from
a platform and posted back.

usage: work.py --root ROOT --config CONFIG.json -- RUNNER...

RUNNER runs a command in the image when options such as `--env NAME=VALUE`, then the container's name and the command are
put behind it (the name is in BROLL_CONTAINER); ROOT is where the image's files lie.
"""

import argparse
import base64
import http.server
import json
import os
import pathlib
import signal
import subprocess
import threading
import time

JOB = {
    "template": "ai_cpu_activation", "device": "cpu", "encoder": "libx264", "resolution": [96, 54], "samples": 1,
    "frames": [1, 3], "quality": "draft",
}
LIMIT = 300  # Seconds for any one of the steps: a busy machine of two cores is the slowest that counts.


class Image:
    """Runs commands in the container, as the image's user and with its environment."""

    def __init__(self, root, config, runner):
        self.root, self.entrypoint, self.runner = root, config["Entrypoint"], runner

    def command(self, command, env=None):
        options = [word for pair in (env or {}).items() for word in ("--env", "=".join(pair))]
        return [*self.runner, *options, os.environ["BROLL_CONTAINER"], "--", *command]

    def run(self, command, env=None, code=0):
        done = subprocess.run(self.command(command, env), capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == code, f"{command} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def check_clip(self, response):
        """The clip of a response decodes to what was asked for."""
        assert response["gpu_used"] is False and response["blender_version"].startswith("4.2"), response
        clip = self.root / "tmp/clip.mp4"
        clip.write_bytes(base64.b64decode(response["video_base64"], validate=True))
        probe = "ffprobe -v error -count_frames -select_streams v -of json -show_entries stream=codec_name,width,height,nb_read_frames".split()
        stream = json.loads(self.run([*probe, "/tmp/clip.mp4"]))["streams"][0]
        clip.unlink()
        assert stream == {"codec_name": "h264", "width": 96, "height": 54, "nb_read_frames": "3"}, stream


class Platform(http.server.ThreadingHTTPServer):
    """The worker's side of the platform's API: one job to take, then nothing."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.jobs, self.posts, self.pings = [{"id": "job-1", "input": JOB}], [], 0
        self.done, self.lock = threading.Event(), threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, address):
        """A worker that ends gives up its long polls; nothing is wrong with that."""

    def env(self):
        base = f"http://127.0.0.1:{self.server_port}/v2/endpoint"
        return {
            "RUNPOD_WEBHOOK_GET_JOB": f"{base}/job-take/$ID?gpu=none",
            "RUNPOD_WEBHOOK_POST_OUTPUT": f"{base}/job-done/$RUNPOD_POD_ID/$ID?gpu=none",
            "RUNPOD_WEBHOOK_POST_STREAM": f"{base}/job-stream/$RUNPOD_POD_ID/$ID?gpu=none",
            "RUNPOD_WEBHOOK_PING": f"{base}/ping/$RUNPOD_POD_ID?gpu=none",
            "RUNPOD_POD_ID": "pod-1", "RUNPOD_AI_API_KEY": "key-1", "RUNPOD_PING_INTERVAL": "1000",
        }


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        platform = self.server
        if "/ping/" in self.path:
            platform.pings += 1
            return self.answer(200, b"{}")
        if "/job-take/" in self.path:
            with platform.lock:
                job = platform.jobs.pop(0) if platform.jobs else None
            if job:
                return self.answer(200, json.dumps(job).encode())
        # A long poll that ends empty.
        time.sleep(1)
        self.answer(204, b"")

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posts.append((self.path, self.headers["Authorization"], body))
        self.answer(200, b"{}")
        if "/job-done/" in self.path and body.get("status") != "IN_PROGRESS":
            self.server.done.set()

    def answer(self, status, body):
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def worker_below(pid):
    """The worker's process among those that a process started; signals go to it and not to what runs the container."""
    threads = pathlib.Path(f"/proc/{pid}/task").glob("*/children")
    for child in [word for children in threads for word in children.read_text().split()]:
        words = pathlib.Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        if words[0].endswith(b"broll") and words[1:2] == [b"worker"]:
            return int(child)
        found = worker_below(child)
        if found:
            return found
    return None


def take_to_done(image):
    platform = Platform()
    worker = subprocess.Popen(
        image.command(image.entrypoint, {**platform.env(), "BROLL_ALLOW_CPU": "1"}),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    log = []
    threading.Thread(target=lambda: log.extend(worker.stdout), daemon=True).start()
    told = lambda: "".join(log)[-3000:]
    started = time.monotonic()
    while not platform.done.wait(0.5):
        assert worker.poll() is None, f"the worker ended with {worker.returncode}:\n{told()}"
        assert time.monotonic() - started < LIMIT, f"no answer to the job:\n{told()}"
    seconds = time.monotonic() - started
    # A platform that takes a worker away sends this; a worker without a job has nothing to finish.
    os.kill(worker_below(worker.pid), signal.SIGTERM)
    code = worker.wait(timeout=60)
    assert code == 0, f"the worker ended with {code} after SIGTERM:\n{told()}"
    path, key, body = platform.posts[-1]
    assert "/job-done/pod-1/job-1?" in path and key == "key-1", (path, key)
    assert "output" in body, body
    image.check_clip(body["output"])
    assert platform.pings > 0
    progress = sum(body.get("status") == "IN_PROGRESS" for _, _, body in platform.posts)
    return f"{seconds:.0f} s from the worker's start to the job's result, {progress} snapshots of progress, ended by SIGTERM with 0"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=lambda path: pathlib.Path(path).resolve(), required=True)
    parser.add_argument("--config", type=pathlib.Path, required=True)
    parser.add_argument("runner", nargs="+")
    args = parser.parse_args()
    image = Image(args.root, json.loads(args.config.read_text())["Docker"]["config"], args.runner)
    cpu = {"BROLL_ALLOW_CPU": "1"}

    assert image.run(["id", "-u"]).strip() == "1000"
    image.run(["broll-healthy"], cpu)
    image.run(["broll-healthy"], code=1)
    print("  doctor:", doctor(image))
    started = time.monotonic()
    image.check_clip(json.loads(image.run([*image.entrypoint, "--test-input", json.dumps(JOB)], cpu)))
    print(f"  --test-input: 3 frames in {time.monotonic() - started:.0f} s, from process start to the answer")
    print("  take to done:", take_to_done(image))


def doctor(image):
    """Without a GPU it ends with 3 and names what belongs to one; all else has to be in order."""
    report = json.loads(image.run(["broll", "doctor", "--json"], code=3))
    failed = {check["name"] for check in report["checks"] if check["status"] == "failed"}
    assert report["cpu_ok"] and failed == {"GPU backends", "h264_nvenc"}, json.dumps(report, indent=1)
    found = {check["name"]: check["found"] for check in report["checks"]}
    return f"{found['Blender']}; {found['libx264']}; in order but for the GPU that is not here"


main()
