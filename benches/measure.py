"""Time and memory of commands."""
import os
import subprocess
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BROLL = os.path.abspath(os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "..", "target")), "release", "broll"))


def seconds(command, **environment):
    began = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment})
    return time.monotonic() - began


def peak(command, **environment):
    """Peak resident memory in MiB of the command itself, not of what it starts."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment})
    highest = [0]

    def watch():
        while process.poll() is None:
            try:
                with open("/proc/%d/status" % process.pid) as status:
                    highest[0] = max([highest[0]] + [int(line.split()[1]) for line in status if line.startswith("VmHWM")])
            except OSError:
                pass
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    watcher.join()
    if process.returncode != 0:
        raise SystemExit("%s failed" % command)
    return highest[0] / 1024
