// The driver of NVIDIA's graphics processors, opened at run time.
//
// Nothing here needs the toolkit: neither its headers to compile nor its library to start. The functions are declared
// by their exported symbols, which keep their meaning for good, whereas the names of cuda.h move between versions.
//
// Every call returns the driver's status: 0, or one of its error numbers. Calls that take a context make it the
// thread's current one first, as tasks and deinitialisers run on any thread.

#ifndef CCUDA_H
#define CCUDA_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
#define CCUDA_NULLABLE _Nullable
#define CCUDA_NONNULL _Nonnull
#else
#define CCUDA_NULLABLE
#define CCUDA_NONNULL
#endif

// An opened driver library with the addresses of its functions. There may be several.
typedef struct ccuda_library ccuda_library;

// Handles of the driver.
typedef struct CUctx_st *ccuda_context;
typedef struct CUmod_st *ccuda_module;
typedef struct CUfunc_st *ccuda_function;
typedef struct CUstream_st *ccuda_stream;
typedef struct CUevent_st *ccuda_event;
typedef struct CUgraph_st *ccuda_graph;
typedef struct CUgraphExec_st *ccuda_graph_exec;

// Own status numbers, besides the driver's.
enum {
    CCUDA_NO_LIBRARY = -1,         // there is none
    CCUDA_UNSUITABLE_LIBRARY = -2, // it lacks a function
    CCUDA_NO_MEMORY = -3           // the host has no memory left
};

// What is asked of a device: the driver's numbers.
enum {
    CCUDA_MAX_THREADS_PER_BLOCK = 1,
    CCUDA_MAX_GRID_X = 5,
    CCUDA_SHARED_PER_BLOCK = 8,
    CCUDA_WARP_SIZE = 10,
    CCUDA_CLOCK_RATE = 13,
    CCUDA_MULTIPROCESSORS = 16,
    CCUDA_MEMORY_CLOCK_RATE = 36,
    CCUDA_MEMORY_BUS_WIDTH = 37,
    CCUDA_L2_CACHE_SIZE = 38,
    CCUDA_MAX_THREADS_PER_MULTIPROCESSOR = 39,
    CCUDA_COMPUTE_CAPABILITY_MAJOR = 75,
    CCUDA_COMPUTE_CAPABILITY_MINOR = 76,
    CCUDA_REGISTERS_PER_MULTIPROCESSOR = 82,
    CCUDA_SHARED_PER_BLOCK_OPTIN = 97,
    CCUDA_MEMORY_POOLS = 115
};

// What is asked of a function: the driver's numbers.
enum {
    CCUDA_FUNCTION_MAX_THREADS = 0,
    CCUDA_FUNCTION_SHARED_BYTES = 1,
    CCUDA_FUNCTION_LOCAL_BYTES = 3,
    CCUDA_FUNCTION_REGISTERS = 4,
    CCUDA_FUNCTION_MAX_DYNAMIC_SHARED = 8
};

// MARK: Library

// Opens a driver: the path if there is one; else what the environment variable CUDA_DRIVER_LIBRARY names; else
// libcuda.so.1 or libcuda.so. On failure NULL, the status and a message that says what was tried.
ccuda_library *CCUDA_NULLABLE ccuda_open(
    const char *CCUDA_NULLABLE path, int32_t *CCUDA_NONNULL status, char *CCUDA_NONNULL message, size_t capacity);

// Forgets a library. It is unloaded only if it was never initialised, as a driver's threads go on.
void ccuda_close(ccuda_library *CCUDA_NONNULL library);

// The name under which the library was found.
const char *CCUDA_NONNULL ccuda_path(const ccuda_library *CCUDA_NONNULL library);

// Whether the library has a function that not all drivers have.
int32_t ccuda_has(const ccuda_library *CCUDA_NONNULL library, const char *CCUDA_NONNULL symbol);

// The version of cuda.h that the declarations were checked against when this was compiled; 0 without one.
int32_t ccuda_checked_version(void);

int32_t ccuda_init(ccuda_library *CCUDA_NONNULL library);
int32_t ccuda_driver_version(const ccuda_library *CCUDA_NONNULL library, int32_t *CCUDA_NONNULL version);

// Name and text of a status; NULL if the driver does not say.
const char *CCUDA_NULLABLE ccuda_error_name(const ccuda_library *CCUDA_NONNULL library, int32_t status);
const char *CCUDA_NULLABLE ccuda_error_text(const ccuda_library *CCUDA_NONNULL library, int32_t status);

// MARK: Devices

int32_t ccuda_device_count(const ccuda_library *CCUDA_NONNULL library, int32_t *CCUDA_NONNULL count);
int32_t ccuda_device_get(
    const ccuda_library *CCUDA_NONNULL library, int32_t ordinal, int32_t *CCUDA_NONNULL device);
int32_t ccuda_device_name(
    const ccuda_library *CCUDA_NONNULL library, int32_t device, char *CCUDA_NONNULL name, int32_t capacity);
int32_t ccuda_device_memory(
    const ccuda_library *CCUDA_NONNULL library, int32_t device, size_t *CCUDA_NONNULL bytes);
int32_t ccuda_device_attribute(
    const ccuda_library *CCUDA_NONNULL library, int32_t device, int32_t attribute, int32_t *CCUDA_NONNULL value);
int32_t ccuda_context_retain(
    const ccuda_library *CCUDA_NONNULL library, int32_t device, ccuda_context CCUDA_NULLABLE *CCUDA_NONNULL context);
int32_t ccuda_context_release(const ccuda_library *CCUDA_NONNULL library, int32_t device);
int32_t ccuda_context_synchronize(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context);

// MARK: Memory

int32_t ccuda_memory_info(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    size_t *CCUDA_NONNULL free_bytes, size_t *CCUDA_NONNULL total_bytes);
int32_t ccuda_allocate(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, size_t bytes,
    uint64_t *CCUDA_NONNULL address);
int32_t ccuda_free(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, uint64_t address);
int32_t ccuda_allocate_pooled(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, size_t bytes,
    ccuda_stream CCUDA_NULLABLE stream, uint64_t *CCUDA_NONNULL address);
int32_t ccuda_free_pooled(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, uint64_t address,
    ccuda_stream CCUDA_NULLABLE stream);
// The most bytes that the device's pool keeps when nothing uses them.
int32_t ccuda_pool_keep(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, int32_t device, uint64_t bytes);
int32_t ccuda_pool_trim(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, int32_t device);
int32_t ccuda_allocate_host(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, size_t bytes,
    void *CCUDA_NULLABLE *CCUDA_NONNULL memory);
int32_t ccuda_free_host(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, void *CCUDA_NONNULL memory);
int32_t ccuda_copy_to_device(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, uint64_t target,
    const void *CCUDA_NONNULL source, size_t bytes, ccuda_stream CCUDA_NULLABLE stream);
int32_t ccuda_copy_to_host(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, void *CCUDA_NONNULL target,
    uint64_t source, size_t bytes, ccuda_stream CCUDA_NULLABLE stream);
int32_t ccuda_copy_on_device(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, uint64_t target,
    uint64_t source, size_t bytes, ccuda_stream CCUDA_NULLABLE stream);
int32_t ccuda_fill(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, uint64_t target, uint8_t byte,
    size_t bytes, ccuda_stream CCUDA_NULLABLE stream);

// MARK: Modules

// Compiles PTX text. Both logs end with 0, also after an error; their capacities are at least 1.
int32_t ccuda_module_load(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, const char *CCUDA_NONNULL text,
    char *CCUDA_NONNULL errors, size_t error_capacity, char *CCUDA_NONNULL notes, size_t note_capacity,
    ccuda_module CCUDA_NULLABLE *CCUDA_NONNULL module);
int32_t ccuda_module_unload(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_module CCUDA_NULLABLE module);
int32_t ccuda_module_function(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_module CCUDA_NULLABLE module, const char *CCUDA_NONNULL name,
    ccuda_function CCUDA_NULLABLE *CCUDA_NONNULL function);
int32_t ccuda_function_attribute(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_function CCUDA_NULLABLE function, int32_t attribute, int32_t *CCUDA_NONNULL value);
int32_t ccuda_function_set_attribute(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_function CCUDA_NULLABLE function, int32_t attribute, int32_t value);
int32_t ccuda_function_blocks(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_function CCUDA_NULLABLE function, int32_t threads, size_t shared_bytes, int32_t *CCUDA_NONNULL blocks);

// Starts a kernel with one 64-bit word for each parameter, a shorter parameter in the word's low bytes. There must be
// as many words as the kernel has parameters; more than 1024 are refused.
int32_t ccuda_launch(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_function CCUDA_NULLABLE function, const uint32_t *CCUDA_NONNULL grid, const uint32_t *CCUDA_NONNULL block,
    uint32_t shared_bytes, ccuda_stream CCUDA_NULLABLE stream, const uint64_t *CCUDA_NULLABLE words, size_t count);

// MARK: Streams and events

int32_t ccuda_stream_create(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_stream CCUDA_NULLABLE *CCUDA_NONNULL stream);
int32_t ccuda_stream_destroy(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_stream CCUDA_NULLABLE stream);
int32_t ccuda_stream_synchronize(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_stream CCUDA_NULLABLE stream);
// 0 if all is done, 600 if not.
int32_t ccuda_stream_query(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_stream CCUDA_NULLABLE stream);
int32_t ccuda_stream_wait(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_stream CCUDA_NULLABLE stream, ccuda_event CCUDA_NULLABLE event);
int32_t ccuda_event_create(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, int32_t timing,
    ccuda_event CCUDA_NULLABLE *CCUDA_NONNULL event);
int32_t ccuda_event_destroy(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, ccuda_event CCUDA_NULLABLE event);
int32_t ccuda_event_record(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, ccuda_event CCUDA_NULLABLE event,
    ccuda_stream CCUDA_NULLABLE stream);
// 0 if it is done, 600 if not.
int32_t ccuda_event_query(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, ccuda_event CCUDA_NULLABLE event);
int32_t ccuda_event_synchronize(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, ccuda_event CCUDA_NULLABLE event);
int32_t ccuda_event_milliseconds(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context, ccuda_event CCUDA_NULLABLE start,
    ccuda_event CCUDA_NULLABLE end, float *CCUDA_NONNULL milliseconds);

// MARK: Graphs

// Writes down the work that this thread gives to the stream, until ccuda_capture_end makes a graph of it.
int32_t ccuda_capture_begin(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_stream CCUDA_NULLABLE stream);
int32_t ccuda_capture_end(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_stream CCUDA_NULLABLE stream, ccuda_graph_exec CCUDA_NULLABLE *CCUDA_NONNULL graph);
int32_t ccuda_graph_launch(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_graph_exec CCUDA_NULLABLE graph, ccuda_stream CCUDA_NULLABLE stream);
int32_t ccuda_graph_destroy(
    const ccuda_library *CCUDA_NONNULL library, ccuda_context CCUDA_NULLABLE context,
    ccuda_graph_exec CCUDA_NULLABLE graph);

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#endif
