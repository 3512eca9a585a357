# A worker of an endpoint: Blender 4.2 LTS, an ffmpeg for NVIDIA drivers from 470 on, kernels, templates, broll.
# docs/deploy.md says how to use it; `make image-test` builds and runs it without a container engine.
# Package managers behind a mirror or a proxy get their configuration at build time, as the secrets pip.conf, apt.conf,
# cargo.toml and ca.crt; nothing of them is left in the image.

ARG BASE=debian:bookworm-20260824-slim@sha256:88200866dfff7ea7f5cbcb6ec7c8a701889efe6fe859fe64d6990e4b07ea4171
ARG RUST=rust:1.95.0-slim-bookworm
# Where broll comes from: `source` compiles it, `context` takes target/image/broll (x86-64, glibc 2.36 or older, or static).
ARG BROLL=source


FROM ${RUST} AS broll-source
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY templates templates
RUN --mount=type=secret,id=cargo.toml,target=/usr/local/cargo/config.toml \
    --mount=type=secret,id=ca.crt \
    --mount=type=cache,target=/usr/local/cargo/registry \
    mkdir -p tests/cli tests/conformance tests/real \
    && touch tests/cli/main.rs tests/conformance/main.rs tests/real/main.rs \
    && cargo build --locked --release --bin broll \
    && install -D target/release/broll /out/broll


FROM ${BASE} AS broll-context
COPY --chmod=755 target/image/broll /out/broll


FROM broll-${BROLL} AS broll


# Blender as the bpy module, without what no NVIDIA host needs.
FROM ${BASE} AS blender
RUN --mount=type=secret,id=apt.conf,target=/etc/apt/apt.conf.d/90build \
    apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        binutils=2.* gcc=4:12.* libc6-dev=2.36-* python3.11-venv=3.11.* \
    && rm -rf /var/lib/apt/lists/*
COPY src/toolchain/requirements.lock scripts/image/slim-blender.sh scripts/image/oneapi_stub.c /build/
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf --mount=type=secret,id=ca.crt \
    --mount=type=cache,target=/root/.cache/pip \
    python3.11 -m venv /opt/blender \
    && grep '^bpy==' /build/requirements.lock > /build/bpy.lock \
    && /opt/blender/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r /build/bpy.lock \
    && sh /build/slim-blender.sh /opt/blender


# Blender ships no kernels for A100, H100, H200, B200 and RTX 50: their driver would compile for minutes.
FROM blender AS kernels
# Any of sm_80,sm_90,sm_100,sm_120; empty builds none.
ARG KERNELS=sm_80,sm_90,sm_100,sm_120
ENV BROLL_BLENDER=/opt/blender/bin/python
COPY --from=broll /out/broll /usr/local/bin/broll
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf --mount=type=secret,id=ca.crt \
    --mount=type=cache,target=/root/.cache/pip \
    mkdir /kernels \
    && touch /build/before \
    && if [ -n "$KERNELS" ]; then broll setup --kernels && broll kernels build --arch "$KERNELS"; fi \
    && find /opt/blender -name 'kernel_sm_*' -newer /build/before -exec cp -p '{}' /kernels/ ';'


# The library without templates whose licence does not let them be passed on: an image that is pushed is passed on.
FROM ${BASE} AS library
# `all` keeps them, for an image that stays in a private registry.
ARG TEMPLATES=shareable
COPY templates/*.blend templates/*.toml /library/
COPY scripts/image/templates.sh /build/
RUN sh /build/templates.sh /library "$TEMPLATES"


FROM ${BASE} AS worker
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="broll worker" \
    org.opencontainers.image.description="Renders Blender templates to B-roll clips as a RunPod serverless worker" \
    org.opencontainers.image.licenses="MIT AND GPL-3.0-or-later" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION"

# libGL is linked but never used without a display; an empty package stands in for Mesa's drivers and LLVM behind it.
# libGL's dispatcher and the driver's own libraries, which the container runtime brings, are what a GPU host uses.
COPY scripts/image/no-mesa.control /tmp/no-mesa/DEBIAN/control
RUN --mount=type=secret,id=apt.conf,target=/etc/apt/apt.conf.d/90build \
    dpkg-deb --build /tmp/no-mesa /tmp/no-mesa.deb >/dev/null \
    && apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        /tmp/no-mesa.deb \
        ffmpeg=7:5.1.* \
        libgl1=1.6.* libgomp1=12.* libsm6=2:1.* libxfixes3=1:6.* libxi6=2:1.* libxkbcommon0=1.* libxrender1=1:0.* \
        libxxf86vm1=1:1.* \
        libpython3.11-stdlib=3.11.* python3.11-minimal=3.11.* \
    && rm -rf /tmp/no-mesa* /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/log/apt /var/log/dpkg.log \
        /usr/share/doc-base /usr/share/man /usr/share/lintian \
    && find /usr/share/doc -type f ! -name copyright -delete \
    && find /usr/share/locale -mindepth 2 -name '*.mo' -delete \
    && useradd --uid 1000 --user-group --home-dir /var/lib/broll --shell /usr/sbin/nologin broll \
    && install -d -o broll -g broll /var/lib/broll /var/lib/broll/state /var/cache/broll /workspace \
    && install -d /etc/broll /runpod-volume

COPY --from=blender /opt/blender /opt/blender
COPY --from=kernels /kernels/ /opt/blender/lib/python3.11/site-packages/bpy/4.2/scripts/addons_core/cycles/lib/
COPY --from=library /library/ /workspace/templates/
COPY --chmod=755 scripts/image/healthy.sh /usr/local/bin/broll-healthy
COPY --from=broll /out/broll /usr/local/bin/broll

# `graphics` brings OptiX, `video` NVENC. Every folder is named, whatever HOME a host sets.
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics,video \
    BROLL_BLENDER=/opt/blender/bin/python \
    BROLL_FFMPEG=/usr/bin/ffmpeg \
    BROLL_CONFIG_DIR=/etc/broll \
    BROLL_DATA_DIR=/var/lib/broll \
    BROLL_STATE_DIR=/var/lib/broll/state \
    BROLL_CACHE_DIR=/var/cache/broll \
    HOME=/var/lib/broll
USER 1000:1000
WORKDIR /workspace
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=120s --retries=3 CMD ["broll-healthy"]
ENTRYPOINT ["broll", "worker"]
