#!/bin/sh
# Whether the container can still work, cheaply. The worker is its first process, so the container ends with it; what a
# running worker may not notice is a disk that became read-only and a GPU that fell off the bus.
test -w "$BROLL_CACHE_DIR" || exit 1
case $BROLL_ALLOW_CPU in
1 | [Tt][Rr][Uu][Ee] | [Yy][Ee][Ss]) ;;
*) nvidia-smi -L >/dev/null 2>&1 || exit 1 ;;
esac
