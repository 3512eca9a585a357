#!/usr/bin/env bash
# Runs a command that finds the tools which install-tools.sh put into FOLDER.
#   usage: with-tools.sh FOLDER COMMAND...
set -euo pipefail
folder=$1; shift
of() { python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]]["path"])' "$folder/$1.json" "$2"; }
BROLL_TEST_BLENDER=$(of setup blender)
BROLL_TEST_FFMPEG=$(of setup ffmpeg)
# The benches go without it.
BROLL_TEST_PTXAS=$([ ! -e "$folder/ptxas.json" ] || of ptxas ptxas)
BROLL_TEST_OLD_BLENDER=${BROLL_TEST_OLD_BLENDER:-/usr/bin/blender}
# A Python that has the official RunPod SDK.
BROLL_TEST_SDK=$folder/sdk/bin/python
# An S3 server.
BROLL_TEST_S3=$folder/s3/bin/s3s-fs
export BROLL_TEST_BLENDER BROLL_TEST_FFMPEG BROLL_TEST_OLD_BLENDER BROLL_TEST_PTXAS BROLL_TEST_SDK BROLL_TEST_S3
exec "$@"
