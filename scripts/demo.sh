#!/usr/bin/env bash
# From a fresh checkout to demo.mp4: the managed tools, then the bundled template, small and on the processor.
set -euo pipefail
broll="${CARGO_TARGET_DIR:-target}/release/broll"
"$broll" setup --system-packages
"$broll" render ai_cpu_activation --cpu --resolution 288x162 --samples 6 --fps 12 --output demo.mp4 --force
cat <<'TEXT'

demo.mp4 is the bundled template, small and with few samples. On a machine with a GPU, at full size:

  broll doctor
  broll render ai_cpu_activation -o clip.mp4
TEXT
