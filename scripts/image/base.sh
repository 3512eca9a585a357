#!/usr/bin/env bash
# Makes the archive of a small Debian 12, much as the official slim image is. One of the last 30 days is kept.
#   usage: base.sh ARCHIVE.tar [MIRROR]
set -euo pipefail
archive=$1; shift
[ -z "$(find "$archive" -mtime -30 2>/dev/null)" ] || exit 0
root=$(mktemp -d)
leave() {
    # A debootstrap that was stopped leaves these mounted.
    umount "$root/base/proc" "$root/base/sys" 2>/dev/null || true
    rm -rf --one-file-system "$root"
}
trap leave EXIT
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
