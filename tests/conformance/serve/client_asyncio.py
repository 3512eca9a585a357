"""Every verb of the official asyncio client, against the endpoint that RUNPOD_ENDPOINT_BASE_URL names."""

import asyncio

import runpod
from runpod import AsyncioEndpoint, http_client

runpod.api_key = "any"


async def main():
    async with http_client.AsyncClientSession() as session:
        endpoint = AsyncioEndpoint("local", session)
        assert (await endpoint.health())["workers"]["ready"] == 1

        jobs = await asyncio.gather(*(endpoint.run({"name": n}) for n in range(5)))
        outputs = await asyncio.gather(*(job.output(timeout=30) for job in jobs))
        assert [output["echo"]["name"] for output in outputs] == list(range(5))
        assert await jobs[0].status() == "COMPLETED"
        assert [chunk async for chunk in jobs[0].stream()] == []

        failed = await endpoint.run({"mode": "boom"})
        assert await failed.output(timeout=30) is None
        assert await failed.status() == "FAILED"

        running = await endpoint.run({"mode": "wait"})
        queued = await endpoint.run({})
        while await running.status() != "IN_PROGRESS":
            await asyncio.sleep(0.05)
        assert await endpoint.purge_queue() == {"removed": 1, "status": "completed"}
        assert await running.cancel() == {"id": running.job_id, "status": "CANCELLED"}
        assert await running.status() == "CANCELLED"
        assert queued.job_id != running.job_id


asyncio.run(main())
print("every verb")
