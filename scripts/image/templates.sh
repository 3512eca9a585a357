#!/bin/sh
# Takes templates out of a folder that must not be passed on: their manifest says `redistribute = false`.
#   usage: templates.sh FOLDER shareable|all
set -eu
case $2 in
shareable) ;;
all) exit 0 ;;
*) echo "TEMPLATES is shareable or all, not $2" >&2; exit 2 ;;
esac
for manifest in "$1"/*.toml; do
    if grep -Eq "^[[:space:]]*[\"']?redistribute[\"']?[[:space:]]*=[[:space:]]*false" "$manifest"; then
        echo "left out, since its licence does not let it be passed on: $(basename "$manifest" .toml) (--build-arg TEMPLATES=all keeps it)"
        rm -f "$manifest" "${manifest%.toml}.blend" "${manifest%.toml}.png"
    fi
done
