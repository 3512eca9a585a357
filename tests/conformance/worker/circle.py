"""The official client asks, `broll worker` renders, the official client reads what it posted."""
import base64
import sys

import runpod

runpod.api_key = "any"
endpoint = runpod.Endpoint("ep123")

small = {"template": "ai_cpu_activation", "duration": 0.2, "fps": 10, "resolution": [64, 36], "samples": 1, "denoise": False}
job = endpoint.run({"input": {**small, "device": "cpu", "encoder": "libx264"}})
output = job.output(timeout=120)
assert job.status() == "COMPLETED", job.status()
clip = base64.b64decode(output["video_base64"], validate=True)
assert clip[4:8] == b"ftyp" and len(clip) == output["file_size_bytes"], output["file_size_bytes"]
documented = ["template", "duration", "resolution", "render_time_seconds", "file_size_bytes", "gpu_used"]
assert all(field in output for field in documented), output.keys()

wrong = endpoint.run({"input": {**small, "sample": 3}})
assert wrong.output(timeout=60) is None and wrong.status() == "FAILED", wrong.status()
sys.stdout.write("read back")
