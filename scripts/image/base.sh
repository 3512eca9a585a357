#!/usr/bin/env bash
# Makes the archive of a small Debian 12, much as the official slim image is. Does nothing when it is there.
#   usage: base.sh ARCHIVE.tar [MIRROR]
set -euo pipefail
archive=$1; shift
[ ! -s "$archive" ] || exit 0
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase bookworm "$root/base" "$@" >"$root/log" 2>&1 || { tail -20 "$root/log" >&2; exit 1; }
cd "$root/base"
rm -rf var/cache/apt/archives/*.deb var/cache/apt/*.bin var/lib/apt/lists/* var/log/*.log var/log/apt \
    usr/share/man usr/share/locale usr/share/info
find usr/share/doc -type f ! -name copyright -delete
# As in the official image: no services are started, and packages bring neither manuals nor translations.
printf '#!/bin/sh\nexit 101\n' > usr/sbin/policy-rc.d
chmod 755 usr/sbin/policy-rc.d
printf 'path-exclude /usr/share/doc/*\npath-include /usr/share/doc/*/copyright\npath-exclude /usr/share/man/*\npath-exclude /usr/share/locale/*\n' \
    > etc/dpkg/dpkg.cfg.d/docker
tar -c --numeric-owner -f "$archive.part" .
mv "$archive.part" "$archive"
