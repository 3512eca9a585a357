#!/usr/bin/env bash
# What every change of the container's files has to pass.
#   usage: lint.sh HADOLINT
set -euo pipefail
"$1" --config scripts/image/hadolint.yaml Dockerfile
for script in scripts/*.sh scripts/image/*.sh; do bash -n "$script"; done
python3 - <<'P'
import ast, json, pathlib, sys

for file in pathlib.Path("scripts/image").glob("*.py"):
    ast.parse(file.read_text(), str(file))
hub, tests = (json.loads(pathlib.Path(".runpod", name).read_text()) for name in ("hub.json", "tests.json"))
manifest = pathlib.Path("templates")
for test in tests["tests"]:
    assert (manifest / f"{test['input']['template']}.toml").exists(), f"{test['name']}: no such template"
assert hub["type"] == "serverless" and hub["config"]["runsOn"] == "GPU"
same = "allowedCudaVersions"
assert hub["config"][same] == tests["config"][same], f"{same} of hub.json and tests.json differ"
P
