#!/usr/bin/env bash
# Writes what this machine's package managers need to reach their registries, as the files that the Dockerfile takes for
# secrets: pip.conf, apt.conf, ca.crt. Only what is configured here; on most machines that is nothing.
#   usage: secrets.sh FOLDER
set -euo pipefail
folder=$1
ca=${PIP_CERT:-${SSL_CERT_FILE:-}}
[ -z "$ca" ] || cp "$ca" "$folder/ca.crt"
{
    # `global.index-url='…'` becomes `index-url = …`; folders of this machine mean nothing in the image.
    python3 -m pip config list 2>/dev/null |
        sed -nE "s/^(global|install|:env:)\.(index-url|extra-index-url|trusted-host|proxy|timeout|default-timeout)='(.*)'$/\2 = \3/p"
    [ ! -e "$folder/ca.crt" ] || echo "cert = /run/secrets/ca.crt"
} | sed 's/^default-timeout/timeout/' | sort -u > "$folder/pip"
[ ! -s "$folder/pip" ] || { echo '[global]'; cat "$folder/pip"; } > "$folder/pip.conf"
rm "$folder/pip"
apt-config dump 2>/dev/null | grep -E '^Acquire::https?::Proxy' > "$folder/apt.conf" || rm "$folder/apt.conf"
