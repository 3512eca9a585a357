"""Runs another script and ends at once: Blender's module may crash while Python clears up behind it."""
import os
import runpy
import sys
import traceback

sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[0])))
code = 0
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except BaseException:  # noqa: BLE001
    traceback.print_exc()
    code = 1
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)
