#!/usr/bin/env bash
# Checks what a release binary needs of the machine it runs on: no glibc newer than said, or nothing at all.
#   usage: check-binary.sh BINARY .2.17|""
set -euo pipefail
binary=$1 glibc=${2#.}
"$binary" --version
if [ -z "$glibc" ]; then
    if readelf -d "$binary" | grep -q NEEDED; then
        echo "$binary is not static" >&2
        exit 1
    fi
    exit 0
fi
newest=$(readelf --version-info "$binary" | grep -oE 'GLIBC_[0-9.]+' | cut -d_ -f2 | sort -Vu | tail -1)
echo "needs glibc $newest"
if [ "$(printf '%s\n' "$glibc" "$newest" | sort -V | tail -1)" != "$glibc" ]; then
    echo "$binary needs glibc $newest, newer than $glibc" >&2
    exit 1
fi
