#!/bin/sh
# Removes from a virtual environment with the bpy module what no NVIDIA host needs. Runs while the image is built; needs
# cc and strip.
#   usage: slim-blender.sh ENVIRONMENT
set -eu
site=$1/lib/python3.11/site-packages
here=$(dirname "$0")
cycles=$site/bpy/4.2/scripts/addons_core/cycles/lib

# Kernels for AMD's GPUs and for NVIDIA's before Maxwell, for which drivers ended with 470.
rm "$cycles"/kernel_gfx*.fatbin.zst "$cycles"/kernel_sm_3?.cubin.zst
# Denoising on AMD's and Intel's GPUs; OpenImageDenoise looks for its devices when it starts, and goes without.
rm "$site"/bpy/lib/libOpenImageDenoise_device_hip.so* "$site"/bpy/lib/libOpenImageDenoise_device_sycl.so*
# Kernels for Intel's GPUs.
oneapi=$site/bpy/lib/libcycles_kernel_oneapi_aot.so
cc -O2 -shared -fPIC -Wl,-soname,"$(basename "$oneapi")" -o "$oneapi" "$here/oneapi_stub.c"
nm -D --undefined-only "$site/bpy/__init__.so" | sed -n 's/^ *U \(oneapi_.*\)/\1/p' | sort > /tmp/wanted
nm -D --defined-only "$oneapi" | sed -n 's/^[0-9a-f]* T \(oneapi_.*\)/\1/p' | sort > /tmp/given
test -s /tmp/wanted && diff /tmp/wanted /tmp/given
rm /tmp/wanted /tmp/given
# Names that only a debugger reads.
find "$site/bpy" -type f '(' -name '*.so' -o -name '*.so.[0-9]*' ')' -exec strip --strip-unneeded '{}' +
# What installed it.
rm -rf "$site"/pip "$site"/pip-* "$site"/setuptools "$site"/setuptools-* "$site"/pkg_resources "$site"/_distutils_hack \
    "$site"/distutils-precedence.pth "$1"/bin/pip* "$1"/include
