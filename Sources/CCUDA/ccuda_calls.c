// The calls, one by one, each in its context.

#include "ccuda_abi.h"

#include <stdlib.h>

// Makes the context current, and gives up if that fails.
#define ENTER                                                                                                          \
    do {                                                                                                               \
        ccuda_result entered = library->cuCtxSetCurrent(context);                                                      \
        if (entered != CCUDA_SUCCESS) return (int32_t)entered;                                                         \
    } while (0)

// Gives up if this driver has no such function.
#define NEED(symbol)                                                                                                   \
    do {                                                                                                               \
        if (!library->symbol) return CCUDA_NOT_SUPPORTED;                                                              \
    } while (0)

#define CALL(symbol, ...) (int32_t) library->symbol(__VA_ARGS__)

// Waits for the stream's work, so that what follows can be done at once.
#define WAIT(stream)                                                                                                   \
    do {                                                                                                               \
        int32_t waited = ccuda_stream_synchronize(library, context, stream);                                           \
        if (waited != CCUDA_SUCCESS) return waited;                                                                    \
    } while (0)

// MARK: Devices

int32_t ccuda_device_count(const ccuda_library *library, int32_t *count) { return CALL(cuDeviceGetCount, count); }

int32_t ccuda_device_get(const ccuda_library *library, int32_t ordinal, int32_t *device) {
    return CALL(cuDeviceGet, device, ordinal);
}

int32_t ccuda_device_name(const ccuda_library *library, int32_t device, char *name, int32_t capacity) {
    return CALL(cuDeviceGetName, name, capacity, device);
}

int32_t ccuda_device_memory(const ccuda_library *library, int32_t device, size_t *bytes) {
    return CALL(cuDeviceTotalMem_v2, bytes, device);
}

int32_t ccuda_device_attribute(const ccuda_library *library, int32_t device, int32_t attribute, int32_t *value) {
    return CALL(cuDeviceGetAttribute, value, (ccuda_enum)attribute, device);
}

int32_t ccuda_context_retain(const ccuda_library *library, int32_t device, ccuda_context *context) {
    return CALL(cuDevicePrimaryCtxRetain, context, device);
}

int32_t ccuda_context_release(const ccuda_library *library, int32_t device) {
    if (library->cuDevicePrimaryCtxRelease_v2) return CALL(cuDevicePrimaryCtxRelease_v2, device);
    return CALL(cuDevicePrimaryCtxRelease, device);
}

int32_t ccuda_context_synchronize(const ccuda_library *library, ccuda_context context) {
    ENTER;
    return (int32_t)library->cuCtxSynchronize();
}

// MARK: Memory

int32_t ccuda_memory_info(
    const ccuda_library *library, ccuda_context context, size_t *free_bytes, size_t *total_bytes) {
    NEED(cuMemGetInfo_v2);
    ENTER;
    return CALL(cuMemGetInfo_v2, free_bytes, total_bytes);
}

int32_t ccuda_allocate(const ccuda_library *library, ccuda_context context, size_t bytes, uint64_t *address) {
    ENTER;
    unsigned long long made = 0;
    int32_t status = CALL(cuMemAlloc_v2, &made, bytes);
    *address = made;
    return status;
}

int32_t ccuda_free(const ccuda_library *library, ccuda_context context, uint64_t address) {
    ENTER;
    return CALL(cuMemFree_v2, address);
}

int32_t ccuda_allocate_pooled(
    const ccuda_library *library, ccuda_context context, size_t bytes, ccuda_stream stream, uint64_t *address) {
    NEED(cuMemAllocAsync);
    ENTER;
    unsigned long long made = 0;
    int32_t status = CALL(cuMemAllocAsync, &made, bytes, stream);
    *address = made;
    return status;
}

int32_t ccuda_free_pooled(
    const ccuda_library *library, ccuda_context context, uint64_t address, ccuda_stream stream) {
    NEED(cuMemFreeAsync);
    ENTER;
    return CALL(cuMemFreeAsync, address, stream);
}

int32_t ccuda_pool_keep(const ccuda_library *library, ccuda_context context, int32_t device, uint64_t bytes) {
    NEED(cuDeviceGetDefaultMemPool);
    NEED(cuMemPoolSetAttribute);
    ENTER;
    ccuda_pool pool = NULL;
    int32_t status = CALL(cuDeviceGetDefaultMemPool, &pool, device);
    if (status != CCUDA_SUCCESS) return status;
    return CALL(cuMemPoolSetAttribute, pool, CCUDA_POOL_RELEASE_THRESHOLD, &bytes);
}

int32_t ccuda_pool_trim(const ccuda_library *library, ccuda_context context, int32_t device) {
    NEED(cuDeviceGetDefaultMemPool);
    NEED(cuMemPoolTrimTo);
    ENTER;
    ccuda_pool pool = NULL;
    int32_t status = CALL(cuDeviceGetDefaultMemPool, &pool, device);
    if (status != CCUDA_SUCCESS) return status;
    return CALL(cuMemPoolTrimTo, pool, 0);
}

int32_t ccuda_allocate_host(const ccuda_library *library, ccuda_context context, size_t bytes, void **memory) {
    ENTER;
    if (library->cuMemHostAlloc && library->cuMemFreeHost) return CALL(cuMemHostAlloc, memory, bytes, 0);
    *memory = malloc(bytes);
    return *memory ? CCUDA_SUCCESS : CCUDA_OUT_OF_MEMORY;
}

int32_t ccuda_free_host(const ccuda_library *library, ccuda_context context, void *memory) {
    ENTER;
    if (library->cuMemHostAlloc && library->cuMemFreeHost) return CALL(cuMemFreeHost, memory);
    free(memory);
    return CCUDA_SUCCESS;
}

int32_t ccuda_copy_to_device(
    const ccuda_library *library, ccuda_context context, uint64_t target, const void *source, size_t bytes,
    ccuda_stream stream) {
    ENTER;
    if (library->cuMemcpyHtoDAsync_v2) return CALL(cuMemcpyHtoDAsync_v2, target, source, bytes, stream);
    WAIT(stream);
    return CALL(cuMemcpyHtoD_v2, target, source, bytes);
}

int32_t ccuda_copy_to_host(
    const ccuda_library *library, ccuda_context context, void *target, uint64_t source, size_t bytes,
    ccuda_stream stream) {
    ENTER;
    if (library->cuMemcpyDtoHAsync_v2) return CALL(cuMemcpyDtoHAsync_v2, target, source, bytes, stream);
    WAIT(stream);
    return CALL(cuMemcpyDtoH_v2, target, source, bytes);
}

int32_t ccuda_copy_on_device(
    const ccuda_library *library, ccuda_context context, uint64_t target, uint64_t source, size_t bytes,
    ccuda_stream stream) {
    ENTER;
    if (library->cuMemcpyDtoDAsync_v2) return CALL(cuMemcpyDtoDAsync_v2, target, source, bytes, stream);
    NEED(cuMemcpyDtoD_v2);
    WAIT(stream);
    int32_t status = CALL(cuMemcpyDtoD_v2, target, source, bytes);
    // A copy on the device may go on after the call.
    return status == CCUDA_SUCCESS ? (int32_t)library->cuCtxSynchronize() : status;
}

int32_t ccuda_fill(
    const ccuda_library *library, ccuda_context context, uint64_t target, uint8_t byte, size_t bytes,
    ccuda_stream stream) {
    ENTER;
    if (library->cuMemsetD8Async) return CALL(cuMemsetD8Async, target, byte, bytes, stream);
    NEED(cuMemsetD8_v2);
    WAIT(stream);
    int32_t status = CALL(cuMemsetD8_v2, target, byte, bytes);
    return status == CCUDA_SUCCESS ? (int32_t)library->cuCtxSynchronize() : status;
}

// MARK: Modules

int32_t ccuda_module_load(
    const ccuda_library *library, ccuda_context context, const char *text, char *errors, size_t error_capacity,
    char *notes, size_t note_capacity, ccuda_module *module) {
    errors[0] = 0;
    notes[0] = 0;
    ENTER;
    ccuda_enum options[] = {
        CCUDA_JIT_ERROR_LOG, CCUDA_JIT_ERROR_LOG_SIZE, CCUDA_JIT_INFO_LOG, CCUDA_JIT_INFO_LOG_SIZE,
        CCUDA_JIT_LOG_VERBOSE};
    // Numbers travel in the place of pointers.
    void *values[] = {errors, (void *)(uintptr_t)error_capacity, notes, (void *)(uintptr_t)note_capacity,
                      (void *)(uintptr_t)1};
    int32_t status =
        CALL(cuModuleLoadDataEx, module, text, (unsigned int)(sizeof options / sizeof options[0]), options, values);
    errors[error_capacity - 1] = 0;
    notes[note_capacity - 1] = 0;
    return status;
}

int32_t ccuda_module_unload(const ccuda_library *library, ccuda_context context, ccuda_module module) {
    ENTER;
    return CALL(cuModuleUnload, module);
}

int32_t ccuda_module_function(
    const ccuda_library *library, ccuda_context context, ccuda_module module, const char *name,
    ccuda_function *function) {
    ENTER;
    return CALL(cuModuleGetFunction, function, module, name);
}

int32_t ccuda_function_attribute(
    const ccuda_library *library, ccuda_context context, ccuda_function function, int32_t attribute, int32_t *value) {
    NEED(cuFuncGetAttribute);
    ENTER;
    return CALL(cuFuncGetAttribute, value, (ccuda_enum)attribute, function);
}

int32_t ccuda_function_set_attribute(
    const ccuda_library *library, ccuda_context context, ccuda_function function, int32_t attribute, int32_t value) {
    NEED(cuFuncSetAttribute);
    ENTER;
    return CALL(cuFuncSetAttribute, function, (ccuda_enum)attribute, value);
}

int32_t ccuda_function_blocks(
    const ccuda_library *library, ccuda_context context, ccuda_function function, int32_t threads,
    size_t shared_bytes, int32_t *blocks) {
    NEED(cuOccupancyMaxActiveBlocksPerMultiprocessor);
    ENTER;
    return CALL(cuOccupancyMaxActiveBlocksPerMultiprocessor, blocks, function, threads, shared_bytes);
}

int32_t ccuda_launch(
    const ccuda_library *library, ccuda_context context, ccuda_function function, const uint32_t *grid,
    const uint32_t *block, uint32_t shared_bytes, ccuda_stream stream, const uint64_t *words, size_t count) {
    enum { LIMIT = 1024 };
    void *pointers[LIMIT];
    if (count > LIMIT) return CCUDA_INVALID_VALUE;
    // The driver only reads; its parameter is not const.
    for (size_t i = 0; i < count; i++) pointers[i] = (void *)(uintptr_t)(words + i);
    ENTER;
    return CALL(
        cuLaunchKernel, function, grid[0], grid[1], grid[2], block[0], block[1], block[2], shared_bytes, stream,
        count ? pointers : NULL, NULL);
}

// MARK: Streams and events

int32_t ccuda_stream_create(const ccuda_library *library, ccuda_context context, ccuda_stream *stream) {
    ENTER;
    if (library->cuStreamCreate && library->cuStreamDestroy_v2)
        return CALL(cuStreamCreate, stream, CCUDA_STREAM_NON_BLOCKING);
    // The default stream will do: with one stream everything is in order.
    *stream = NULL;
    return CCUDA_SUCCESS;
}

int32_t ccuda_stream_destroy(const ccuda_library *library, ccuda_context context, ccuda_stream stream) {
    ENTER;
    return stream ? CALL(cuStreamDestroy_v2, stream) : CCUDA_SUCCESS;
}

int32_t ccuda_stream_synchronize(const ccuda_library *library, ccuda_context context, ccuda_stream stream) {
    ENTER;
    return library->cuStreamSynchronize ? CALL(cuStreamSynchronize, stream) : (int32_t)library->cuCtxSynchronize();
}

int32_t ccuda_stream_query(const ccuda_library *library, ccuda_context context, ccuda_stream stream) {
    ENTER;
    return library->cuStreamQuery ? CALL(cuStreamQuery, stream) : ccuda_stream_synchronize(library, context, stream);
}

int32_t ccuda_stream_wait(
    const ccuda_library *library, ccuda_context context, ccuda_stream stream, ccuda_event event) {
    NEED(cuStreamWaitEvent);
    ENTER;
    return CALL(cuStreamWaitEvent, stream, event, 0);
}

int32_t ccuda_event_create(const ccuda_library *library, ccuda_context context, int32_t timing, ccuda_event *event) {
    NEED(cuEventCreate);
    NEED(cuEventDestroy_v2);
    ENTER;
    return CALL(cuEventCreate, event, timing ? 0 : CCUDA_EVENT_DISABLE_TIMING);
}

int32_t ccuda_event_destroy(const ccuda_library *library, ccuda_context context, ccuda_event event) {
    NEED(cuEventDestroy_v2);
    ENTER;
    return CALL(cuEventDestroy_v2, event);
}

int32_t ccuda_event_record(
    const ccuda_library *library, ccuda_context context, ccuda_event event, ccuda_stream stream) {
    NEED(cuEventRecord);
    ENTER;
    return CALL(cuEventRecord, event, stream);
}

int32_t ccuda_event_query(const ccuda_library *library, ccuda_context context, ccuda_event event) {
    NEED(cuEventQuery);
    ENTER;
    return CALL(cuEventQuery, event);
}

int32_t ccuda_event_synchronize(const ccuda_library *library, ccuda_context context, ccuda_event event) {
    NEED(cuEventSynchronize);
    ENTER;
    return CALL(cuEventSynchronize, event);
}

int32_t ccuda_event_milliseconds(
    const ccuda_library *library, ccuda_context context, ccuda_event start, ccuda_event end, float *milliseconds) {
    NEED(cuEventElapsedTime);
    ENTER;
    return CALL(cuEventElapsedTime, milliseconds, start, end);
}

// MARK: Graphs

int32_t ccuda_capture_begin(const ccuda_library *library, ccuda_context context, ccuda_stream stream) {
    NEED(cuStreamBeginCapture_v2);
    NEED(cuStreamEndCapture);
    NEED(cuGraphInstantiateWithFlags);
    NEED(cuGraphLaunch);
    NEED(cuGraphDestroy);
    NEED(cuGraphExecDestroy);
    ENTER;
    return CALL(cuStreamBeginCapture_v2, stream, CCUDA_CAPTURE_THREAD_LOCAL);
}

int32_t ccuda_capture_end(
    const ccuda_library *library, ccuda_context context, ccuda_stream stream, ccuda_graph_exec *graph) {
    NEED(cuStreamEndCapture);
    NEED(cuGraphInstantiateWithFlags);
    NEED(cuGraphDestroy);
    ENTER;
    ccuda_graph captured = NULL;
    int32_t status = CALL(cuStreamEndCapture, stream, &captured);
    if (status == CCUDA_SUCCESS) status = CALL(cuGraphInstantiateWithFlags, graph, captured, 0);
    // What is started is a copy.
    if (captured) {
        int32_t destroyed = CALL(cuGraphDestroy, captured);
        if (status == CCUDA_SUCCESS) status = destroyed;
    }
    return status;
}

int32_t ccuda_graph_launch(
    const ccuda_library *library, ccuda_context context, ccuda_graph_exec graph, ccuda_stream stream) {
    NEED(cuGraphLaunch);
    ENTER;
    return CALL(cuGraphLaunch, graph, stream);
}

int32_t ccuda_graph_destroy(const ccuda_library *library, ccuda_context context, ccuda_graph_exec graph) {
    NEED(cuGraphExecDestroy);
    ENTER;
    return CALL(cuGraphExecDestroy, graph);
}
