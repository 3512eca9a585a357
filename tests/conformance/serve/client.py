"""Every verb of the official client, against the endpoint that RUNPOD_ENDPOINT_BASE_URL names."""

import requests
import runpod

runpod.api_key = "any"
endpoint = runpod.Endpoint("local")
assert endpoint.rp_client.endpoint_url_base.startswith("http://127.0.0.1:"), "the variable is used"

assert endpoint.health()["workers"]["ready"] == 1

# run, status, output
job = endpoint.run({"input": {"name": "x", "list": [1, None, "ü"]}})
assert job.job_id.endswith("-u1")
assert job.output(timeout=30)["echo"] == {"name": "x", "list": [1, None, "ü"]}
assert job.status() == "COMPLETED"

# The client wraps what has no input of its own.
assert endpoint.run({"name": "bare"}).output(timeout=30)["echo"] == {"name": "bare"}
assert endpoint.run({"input": {}}).output(timeout=30)["echo"] == {"input": {}}

# A failed job has no output for this client.
failed = endpoint.run({"input": {"mode": "boom"}, "policy": {"executionTimeout": 60000, "ttl": 120000}})
assert failed.output(timeout=30) is None
assert failed.status() == "FAILED"

# run_sync, also longer than the endpoint waits
assert endpoint.run_sync({"input": {"name": "sync"}})["echo"] == {"name": "sync"}
assert endpoint.run_sync({"input": {"mode": "boom"}}) is None

# stream of a job that is done, and of one that ends meanwhile
assert list(job.stream()) == []
running = endpoint.run({"input": {"mode": "wait"}, "policy": {"executionTimeout": 2500}})
assert list(running.stream()) == []
assert running.status() == "TIMED_OUT"

# cancel at work and in the queue, purge
running = endpoint.run({"input": {"mode": "wait"}})
queued = [endpoint.run({"input": {}}) for _ in range(3)]
while running.status() != "IN_PROGRESS":
    pass
assert running.output() == {"stage": "rendering", "done": 2} or running.output() is not None
assert queued[0].status() == "IN_QUEUE"
assert queued[0].cancel() == {"id": queued[0].job_id, "status": "CANCELLED"}
assert endpoint.health()["jobs"]["inQueue"] == 2
assert endpoint.purge_queue() == {"removed": 2, "status": "completed"}
assert running.cancel() == {"id": running.job_id, "status": "CANCELLED"}
assert running.status() == queued[0].status() == "CANCELLED"

# errors as this client tells them
for call in (queued[1].status, runpod.Endpoint("other").health):
    try:
        call()
    except requests.HTTPError as error:
        assert error.response.status_code == 404
    else:
        raise AssertionError("a 404 was expected")
try:
    endpoint.rp_client.post("local/run", {"input": [1]})
except requests.HTTPError as error:
    assert error.response.status_code == 400
else:
    raise AssertionError("a 400 was expected")
try:
    runpod.Endpoint("local", api_key=" ").health()
except (RuntimeError, requests.exceptions.InvalidHeader):
    pass
else:
    raise AssertionError("a 401 was expected")

print("every verb")
