#!/usr/bin/env bash
# Installs what the tests run: the managed Blender, ffmpeg and ptxas by `broll setup` itself, and Debian's ffmpeg (with
# ffprobe) and Blender 3.4, the one that must be refused. Idempotent; a second run takes a second or two.
#   usage: install-tools.sh FOLDER [--tests]
set -euo pipefail
folder=$1; tests=${2:-}
mkdir -p "$folder"

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

if [ "$tests" = --tests ]; then
    packages=()
    command -v ffprobe >/dev/null || packages+=(ffmpeg)
    [ -x "${BROLL_TEST_OLD_BLENDER:-/usr/bin/blender}" ] || packages+=(blender)
    if [ ${#packages[@]} -gt 0 ]; then
        echo "installing ${packages[*]}"
        export DEBIAN_FRONTEND=noninteractive
        as_root apt-get update -qq
        as_root apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
    fi
fi

if [ "$tests" = --tests ] && ! "$folder/sdk/bin/python" -c 'import runpod' 2>/dev/null; then
    echo "installing the official RunPod SDK"
    rm -rf "$folder/sdk"
    python3 -m venv "$folder/sdk"
    "$folder/sdk/bin/pip" install --quiet --disable-pip-version-check runpod==1.12.0
fi

# A server that checks every signature, for the tests of delivery to S3.
if [ "$tests" = --tests ] && [ "$("$folder/s3/bin/s3s-fs" --version 2>/dev/null)" != "s3s-fs 0.14.1" ]; then
    echo "building an S3 server (once, two minutes)"
    cargo install --locked --quiet --force s3s-fs --version 0.14.1 --features binary --root "$folder/s3"
fi

cargo build --locked --quiet
export BROLL_DATA_DIR="$folder/data" BROLL_CACHE_DIR="$folder/cache" BROLL_STATE_DIR="$folder/state" BROLL_CONFIG_DIR="$folder/config"
broll="${CARGO_TARGET_DIR:-target}/debug/broll"
"$broll" setup --system-packages --json >"$folder/setup.json"
if [ "$tests" = --tests ]; then "$broll" setup --kernels --json >"$folder/ptxas.json"; fi
