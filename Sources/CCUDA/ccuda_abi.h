// The driver's interface: one list of functions and one of constants.
//
// From them come the table of addresses, the search for symbols, and the comparison with cuda.h. The types are the
// driver's own tags of structures, and unsigned int for its enumerations, which C calls compatible.

#ifndef CCUDA_ABI_H
#define CCUDA_ABI_H

#include "CCUDA.h"

typedef unsigned int ccuda_result;
typedef unsigned int ccuda_enum;
typedef struct CUmemPoolHandle_st *ccuda_pool;

// X(REQUIRED or OPTIONAL, exported symbol, types of its parameters).
//
// Every driver has the required ones, and emulators must. What else is missing is done in a slower way where there is
// one, as by the copies that wait, and otherwise refused with CCUDA_NOT_SUPPORTED.
#define CCUDA_FUNCTIONS(X)                                                                                             \
    X(REQUIRED, cuInit, (unsigned int))                                                                                \
    X(REQUIRED, cuDriverGetVersion, (int *))                                                                           \
    X(OPTIONAL, cuGetErrorName, (ccuda_result, const char **))                                                         \
    X(OPTIONAL, cuGetErrorString, (ccuda_result, const char **))                                                       \
    X(REQUIRED, cuDeviceGetCount, (int *))                                                                             \
    X(REQUIRED, cuDeviceGet, (int *, int))                                                                             \
    X(REQUIRED, cuDeviceGetName, (char *, int, int))                                                                   \
    X(REQUIRED, cuDeviceTotalMem_v2, (size_t *, int))                                                                  \
    X(REQUIRED, cuDeviceGetAttribute, (int *, ccuda_enum, int))                                                        \
    X(REQUIRED, cuDevicePrimaryCtxRetain, (ccuda_context *, int))                                                      \
    X(REQUIRED, cuCtxSetCurrent, (ccuda_context))                                                                      \
    X(REQUIRED, cuCtxSynchronize, (void))                                                                              \
    X(OPTIONAL, cuMemGetInfo_v2, (size_t *, size_t *))                                                                 \
    X(REQUIRED, cuMemAlloc_v2, (unsigned long long *, size_t))                                                         \
    X(REQUIRED, cuMemFree_v2, (unsigned long long))                                                                    \
    X(OPTIONAL, cuMemHostAlloc, (void **, size_t, unsigned int))                                                       \
    X(OPTIONAL, cuMemFreeHost, (void *))                                                                               \
    X(REQUIRED, cuMemcpyHtoD_v2, (unsigned long long, const void *, size_t))                                           \
    X(REQUIRED, cuMemcpyDtoH_v2, (void *, unsigned long long, size_t))                                                 \
    X(OPTIONAL, cuMemcpyDtoD_v2, (unsigned long long, unsigned long long, size_t))                                     \
    X(OPTIONAL, cuMemsetD8_v2, (unsigned long long, unsigned char, size_t))                                            \
    X(OPTIONAL, cuMemcpyHtoDAsync_v2, (unsigned long long, const void *, size_t, ccuda_stream))                        \
    X(OPTIONAL, cuMemcpyDtoHAsync_v2, (void *, unsigned long long, size_t, ccuda_stream))                              \
    X(OPTIONAL, cuMemcpyDtoDAsync_v2, (unsigned long long, unsigned long long, size_t, ccuda_stream))                  \
    X(OPTIONAL, cuMemsetD8Async, (unsigned long long, unsigned char, size_t, ccuda_stream))                            \
    X(REQUIRED, cuModuleLoadDataEx, (ccuda_module *, const void *, unsigned int, ccuda_enum *, void **))               \
    X(REQUIRED, cuModuleUnload, (ccuda_module))                                                                        \
    X(REQUIRED, cuModuleGetFunction, (ccuda_function *, ccuda_module, const char *))                                   \
    X(OPTIONAL, cuFuncGetAttribute, (int *, ccuda_enum, ccuda_function))                                               \
    X(OPTIONAL, cuFuncSetAttribute, (ccuda_function, ccuda_enum, int))                                                 \
    X(OPTIONAL, cuOccupancyMaxActiveBlocksPerMultiprocessor, (int *, ccuda_function, int, size_t))                     \
    X(REQUIRED, cuLaunchKernel,                                                                                        \
      (ccuda_function, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int,             \
       unsigned int, ccuda_stream, void **, void **))                                                                  \
    X(OPTIONAL, cuStreamCreate, (ccuda_stream *, unsigned int))                                                        \
    X(OPTIONAL, cuStreamDestroy_v2, (ccuda_stream))                                                                    \
    X(OPTIONAL, cuStreamSynchronize, (ccuda_stream))                                                                   \
    X(OPTIONAL, cuStreamQuery, (ccuda_stream))                                                                         \
    X(OPTIONAL, cuStreamWaitEvent, (ccuda_stream, ccuda_event, unsigned int))                                          \
    X(OPTIONAL, cuEventCreate, (ccuda_event *, unsigned int))                                                          \
    X(OPTIONAL, cuEventDestroy_v2, (ccuda_event))                                                                      \
    X(OPTIONAL, cuEventRecord, (ccuda_event, ccuda_stream))                                                            \
    X(OPTIONAL, cuEventQuery, (ccuda_event))                                                                           \
    X(OPTIONAL, cuEventSynchronize, (ccuda_event))                                                                     \
    X(OPTIONAL, cuEventElapsedTime, (float *, ccuda_event, ccuda_event))                                               \
    X(OPTIONAL, cuDevicePrimaryCtxRelease_v2, (int))                                                                   \
    X(OPTIONAL, cuDevicePrimaryCtxRelease, (int))                                                                      \
    X(OPTIONAL, cuMemAllocAsync, (unsigned long long *, size_t, ccuda_stream))                                         \
    X(OPTIONAL, cuMemFreeAsync, (unsigned long long, ccuda_stream))                                                    \
    X(OPTIONAL, cuDeviceGetDefaultMemPool, (ccuda_pool *, int))                                                        \
    X(OPTIONAL, cuMemPoolSetAttribute, (ccuda_pool, ccuda_enum, void *))                                               \
    X(OPTIONAL, cuMemPoolTrimTo, (ccuda_pool, size_t))                                                                 \
    X(OPTIONAL, cuStreamBeginCapture_v2, (ccuda_stream, ccuda_enum))                                                   \
    X(OPTIONAL, cuStreamEndCapture, (ccuda_stream, ccuda_graph *))                                                     \
    X(OPTIONAL, cuGraphInstantiateWithFlags, (ccuda_graph_exec *, ccuda_graph, unsigned long long))                    \
    X(OPTIONAL, cuGraphDestroy, (ccuda_graph))                                                                         \
    X(OPTIONAL, cuGraphLaunch, (ccuda_graph_exec, ccuda_stream))                                                       \
    X(OPTIONAL, cuGraphExecDestroy, (ccuda_graph_exec))

// Numbers used only inside the calls.
enum {
    CCUDA_SUCCESS = 0,
    CCUDA_INVALID_VALUE = 1,
    CCUDA_OUT_OF_MEMORY = 2,
    CCUDA_NOT_SUPPORTED = 801,
    CCUDA_NOT_READY = 600,
    CCUDA_JIT_INFO_LOG = 3,
    CCUDA_JIT_INFO_LOG_SIZE = 4,
    CCUDA_JIT_ERROR_LOG = 5,
    CCUDA_JIT_ERROR_LOG_SIZE = 6,
    CCUDA_JIT_LOG_VERBOSE = 12,
    CCUDA_POOL_RELEASE_THRESHOLD = 4,
    CCUDA_STREAM_NON_BLOCKING = 1,
    CCUDA_EVENT_DISABLE_TIMING = 2,
    CCUDA_CAPTURE_THREAD_LOCAL = 1
};

// X(own number, name in cuda.h).
#define CCUDA_CONSTANTS(X)                                                                                             \
    X(CCUDA_SUCCESS, CUDA_SUCCESS)                                                                                     \
    X(CCUDA_INVALID_VALUE, CUDA_ERROR_INVALID_VALUE)                                                                   \
    X(CCUDA_OUT_OF_MEMORY, CUDA_ERROR_OUT_OF_MEMORY)                                                                   \
    X(CCUDA_NOT_SUPPORTED, CUDA_ERROR_NOT_SUPPORTED)                                                                   \
    X(CCUDA_NOT_READY, CUDA_ERROR_NOT_READY)                                                                           \
    X(CCUDA_JIT_INFO_LOG, CU_JIT_INFO_LOG_BUFFER)                                                                      \
    X(CCUDA_JIT_INFO_LOG_SIZE, CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES)                                                      \
    X(CCUDA_JIT_ERROR_LOG, CU_JIT_ERROR_LOG_BUFFER)                                                                    \
    X(CCUDA_JIT_ERROR_LOG_SIZE, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES)                                                    \
    X(CCUDA_JIT_LOG_VERBOSE, CU_JIT_LOG_VERBOSE)                                                                       \
    X(CCUDA_POOL_RELEASE_THRESHOLD, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD)                                                 \
    X(CCUDA_STREAM_NON_BLOCKING, CU_STREAM_NON_BLOCKING)                                                               \
    X(CCUDA_EVENT_DISABLE_TIMING, CU_EVENT_DISABLE_TIMING)                                                             \
    X(CCUDA_CAPTURE_THREAD_LOCAL, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL)                                                 \
    X(CCUDA_MAX_THREADS_PER_BLOCK, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK)                                          \
    X(CCUDA_MAX_GRID_X, CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X)                                                            \
    X(CCUDA_SHARED_PER_BLOCK, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK)                                         \
    X(CCUDA_WARP_SIZE, CU_DEVICE_ATTRIBUTE_WARP_SIZE)                                                                  \
    X(CCUDA_CLOCK_RATE, CU_DEVICE_ATTRIBUTE_CLOCK_RATE)                                                                \
    X(CCUDA_MULTIPROCESSORS, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT)                                                 \
    X(CCUDA_MEMORY_CLOCK_RATE, CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE)                                                  \
    X(CCUDA_MEMORY_BUS_WIDTH, CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH)                                             \
    X(CCUDA_L2_CACHE_SIZE, CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE)                                                          \
    X(CCUDA_MAX_THREADS_PER_MULTIPROCESSOR, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR)                        \
    X(CCUDA_COMPUTE_CAPABILITY_MAJOR, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)                                    \
    X(CCUDA_COMPUTE_CAPABILITY_MINOR, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)                                    \
    X(CCUDA_REGISTERS_PER_MULTIPROCESSOR, CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR)                        \
    X(CCUDA_SHARED_PER_BLOCK_OPTIN, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN)                             \
    X(CCUDA_MEMORY_POOLS, CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED)                                                  \
    X(CCUDA_FUNCTION_MAX_THREADS, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK)                                             \
    X(CCUDA_FUNCTION_SHARED_BYTES, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES)                                                \
    X(CCUDA_FUNCTION_LOCAL_BYTES, CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES)                                                  \
    X(CCUDA_FUNCTION_REGISTERS, CU_FUNC_ATTRIBUTE_NUM_REGS)                                                            \
    X(CCUDA_FUNCTION_MAX_DYNAMIC_SHARED, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES)

struct ccuda_library {
    void *handle;
    char *path;
    int32_t initialised;
#define CCUDA_SLOT(presence, symbol, parameters) ccuda_result(*symbol) parameters;
    CCUDA_FUNCTIONS(CCUDA_SLOT)
#undef CCUDA_SLOT
};

#endif
