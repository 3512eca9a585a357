#!/usr/bin/env bash
# Renders the stills of the bundled templates anew, as `broll templates add` does for everybody's: 480 pixels wide, up to 64
# samples, 60 kB at most. All of them, or those that are named. A new one is then marked in src/template/bundled.rs.
#   usage: stills.sh BROLL [NAME...]
set -euo pipefail
broll=$1; shift
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
export BROLL_BLENDER=${BROLL_BLENDER:-$BROLL_TEST_BLENDER}
for folder in CONFIG DATA CACHE STATE; do export BROLL_${folder}_DIR="$work/$folder"; done
[ $# -gt 0 ] || set -- $(cd templates && printf '%s\n' *.blend | sed 's/\.blend$//')
for name in "$@"; do
    "$broll" templates add "templates/$name.blend" --library "$work" >/dev/null
    install -m 644 "$work/$name.png" "templates/$name.png"
    echo "templates/$name.png: $(stat -c %s "templates/$name.png") bytes"
done
