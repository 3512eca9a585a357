"""What the handler of the tests does, served by the official SDK."""

import asyncio

import runpod


async def handler(job):
    wanted = job["input"]
    what, pause = wanted.get("do"), wanted.get("ms", 0) / 1000
    if what == "fail":
        return {"error": wanted["message"]}
    if what == "sleep":
        await asyncio.sleep(pause)
        return "slept"
    if what == "progress":
        for step in range(wanted["steps"]):
            runpod.serverless.progress_update(job, {"step": step})
            await asyncio.sleep(pause)
        return {"steps": wanted["steps"]}
    return {"echo": wanted}


runpod.serverless.start({"handler": handler})
