/* Stands in for libcycles_kernel_oneapi_aot.so, 132 MB of kernels for Intel GPUs. bpy is linked with it, so the names
   have to be there; Blender calls them only for an Intel GPU, and each tells that there is none. */
#include <stdbool.h>
#include <stddef.h>

bool oneapi_enqueue_kernel(void) { return false; }
bool oneapi_load_kernels(void) { return false; }
bool oneapi_run_test_kernel(void) { return false; }
bool oneapi_zero_memory_on_device(void) { return false; }
size_t oneapi_suggested_gpu_kernel_size(void) { return 0; }
void oneapi_set_error_cb(void) {}
