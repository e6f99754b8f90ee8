// Compares the declarations with cuda.h, where that is to be had. A difference is a compile error that names the symbol.

#include "ccuda_abi.h"

#if defined(__has_include)
#if __has_include(<cuda.h>)
#define CCUDA_HAS_HEADER 1
#endif
#endif

#if defined(CCUDA_HAS_HEADER)

#include <cuda.h>

// In the header some of the symbols are macros for newer ones of the same type; those are compared then.
#define CCUDA_CHECK_FUNCTION(presence, symbol, parameters)                                                             \
    _Static_assert(                                                                                                    \
        __builtin_types_compatible_p(ccuda_result(*) parameters, __typeof__(&symbol)), #symbol ": other parameters");
#define CCUDA_CHECK_CONSTANT(own, name) _Static_assert((int)own == (int)name, #name ": another number");

CCUDA_FUNCTIONS(CCUDA_CHECK_FUNCTION)
CCUDA_CONSTANTS(CCUDA_CHECK_CONSTANT)

_Static_assert(sizeof(CUresult) == sizeof(int32_t), "CUresult: another size");
_Static_assert(sizeof(CUdevice) == sizeof(int32_t), "CUdevice: another size");
_Static_assert(sizeof(CUdeviceptr) == sizeof(uint64_t), "CUdeviceptr: another size");

#if defined(CCUDA_CHECK_THE_CHECK)
// Both are wrong, and must not compile.
CCUDA_CHECK_FUNCTION(REQUIRED, cuMemAlloc_v2, (unsigned int *, size_t))
CCUDA_CHECK_CONSTANT(CCUDA_SUCCESS, CUDA_ERROR_NOT_SUPPORTED)
#endif

int32_t ccuda_checked_version(void) { return CUDA_VERSION; }

#else

int32_t ccuda_checked_version(void) { return 0; }

#endif
