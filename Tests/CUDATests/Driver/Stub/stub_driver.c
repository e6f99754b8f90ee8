// A driver without a device: memory is the host's, work is done at once, and failures happen where a test plants them.
//
// Tests compile this file, open one copy of the library each, set what shall happen with stub_set and read what is
// left over with stub_value. Every object is counted while it lives. Calls that need a context fail with 201 unless
// the calling thread has made the right one current.

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned int status;

#if defined(STUB_INCOMPLETE)
// A library in which one function is missing.
#define cuMemFree_v2 cuMemFreeMissing
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#if defined(STUB_MINIMAL)
// As little as an emulator may have.
#define STUB_OLD
#define cuGetErrorName cuGetErrorName_missing
#define cuGetErrorString cuGetErrorString_missing
#define cuMemGetInfo_v2 cuMemGetInfo_v2_missing
#define cuMemHostAlloc cuMemHostAlloc_missing
#define cuMemFreeHost cuMemFreeHost_missing
#define cuMemcpyHtoDAsync_v2 cuMemcpyHtoDAsync_v2_missing
#define cuMemcpyDtoHAsync_v2 cuMemcpyDtoHAsync_v2_missing
#define cuMemcpyDtoDAsync_v2 cuMemcpyDtoDAsync_v2_missing
#define cuMemsetD8Async cuMemsetD8Async_missing
#define cuFuncGetAttribute cuFuncGetAttribute_missing
#define cuFuncSetAttribute cuFuncSetAttribute_missing
#define cuOccupancyMaxActiveBlocksPerMultiprocessor cuOccupancyMaxActiveBlocksPerMultiprocessor_missing
#define cuStreamCreate cuStreamCreate_missing
#define cuStreamDestroy_v2 cuStreamDestroy_v2_missing
#define cuStreamSynchronize cuStreamSynchronize_missing
#define cuStreamQuery cuStreamQuery_missing
#define cuStreamWaitEvent cuStreamWaitEvent_missing
#define cuEventCreate cuEventCreate_missing
#define cuEventDestroy_v2 cuEventDestroy_v2_missing
#define cuEventRecord cuEventRecord_missing
#define cuEventQuery cuEventQuery_missing
#define cuEventSynchronize cuEventSynchronize_missing
#define cuEventElapsedTime cuEventElapsedTime_missing
#endif

#if defined(STUB_OLD)
// As before CUDA 11.
#define cuDevicePrimaryCtxRelease_v2 cuDevicePrimaryCtxRelease
#endif

// MARK: Settings and counters

struct number {
    const char *name;
    int value;
};

static struct number numbers[] = {
    // Settings.
    {"devices", 1},
    {"version", 12040},
    {"pools", 1},
    {"major", 9},
    {"init error", 0},
    {"unnamed errors", 0},
    {"failing allocation", 0}, // which allocation from now on fails with 2
    {"failing allocations", 0}, // how many fail one after the other
    {"free error", 0},
    {"stream error", 0},
    {"load error", 0},
    {"launch error", 0},
    {"event error", 0},
    {"capture error", 0},
    // What lives.
    {"contexts", 0},
    {"memory", 0},
    {"host memory", 0},
    {"streams", 0},
    {"events", 0},
    {"modules", 0},
    {"graphs", 0},
    // What was done.
    {"allocations", 0},
    {"trims", 0},
    {"loads", 0},
    {"launches", 0},
    {"waits", 0},
    {"synchronizations", 0},
    {"shared limit", 0},
    {"retention", 0},
};

static int *number(const char *name) {
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strcmp(numbers[i].name, name) == 0) return &numbers[i].value;
    fprintf(stderr, "the stub driver has no number %s\n", name);
    abort();
}

void stub_set(const char *name, int value) {
    pthread_mutex_lock(&lock);
    *number(name) = value;
    pthread_mutex_unlock(&lock);
}

int stub_value(const char *name) {
    pthread_mutex_lock(&lock);
    int value = *number(name);
    pthread_mutex_unlock(&lock);
    return value;
}

static void add(const char *name, int change) {
    pthread_mutex_lock(&lock);
    *number(name) += change;
    pthread_mutex_unlock(&lock);
}

// MARK: State

struct context {
    int retained;
};
static struct context the_context;
static _Thread_local struct context *current;
static int sticky;

#define IN_CONTEXT                                                                                                     \
    if (current != &the_context || the_context.retained <= 0) return 201
#define ALIVE                                                                                                          \
    IN_CONTEXT;                                                                                                        \
    if (sticky) return (status)sticky
// For what destroys: it is done also on a lost device, so that leaks can be told from losses.
#define DISPOSED return (status)sticky

status cuInit(unsigned int flags) {
    (void)flags;
    return (status)stub_value("init error");
}

status cuDriverGetVersion(int *version) {
    *version = stub_value("version");
    return 0;
}

status cuGetErrorName(status code, const char **text) {
    if (stub_value("unnamed errors")) return 1;
    *text = code == 719 ? "CUDA_ERROR_LAUNCH_FAILED" : "STUB_ERROR";
    return 0;
}

status cuGetErrorString(status code, const char **text) {
    if (stub_value("unnamed errors")) return 1;
    *text = code == 719 ? "unspecified launch failure" : "an error of the stub";
    return 0;
}

// MARK: Devices

status cuDeviceGetCount(int *count) {
    *count = stub_value("devices");
    return *count < 0 ? 100 : 0;
}

status cuDeviceGet(int *device, int ordinal) {
    *device = ordinal;
    return ordinal < 0 || ordinal >= stub_value("devices") ? 101 : 0;
}

status cuDeviceGetName(char *name, int length, int device) {
    snprintf(name, (size_t)length, "Stub %d", device);
    return 0;
}

status cuDeviceTotalMem_v2(size_t *bytes, int device) {
    (void)device;
    *bytes = (size_t)1 << 30;
    return 0;
}

status cuDeviceGetAttribute(int *value, unsigned int attribute, int device) {
    (void)device;
    switch (attribute) {
    case 1: *value = 1024; return 0;
    case 5: *value = 2147483647; return 0;
    case 8: *value = 49152; return 0;
    case 10: *value = 32; return 0;
    case 13: *value = 1980000; return 0;
    case 16: *value = 132; return 0;
    case 36: *value = 2619000; return 0;
    case 37: *value = 5120; return 0;
    case 38: *value = 52428800; return 0;
    case 39: *value = 2048; return 0;
    case 75: *value = stub_value("major"); return 0;
    case 76: *value = 0; return 0;
    case 82: *value = 65536; return 0;
    case 97: *value = 232448; return 0;
    case 115: *value = stub_value("pools"); return 0;
    default: return 1;
    }
}

status cuDevicePrimaryCtxRetain(struct context **context, int device) {
    if (device != 0) return 101;
    if (sticky) return (status)sticky;
    pthread_mutex_lock(&lock);
    the_context.retained++;
    pthread_mutex_unlock(&lock);
    add("contexts", 1);
    *context = &the_context;
    return 0;
}

status cuDevicePrimaryCtxRelease_v2(int device) {
    (void)device;
    pthread_mutex_lock(&lock);
    int before = the_context.retained--;
    pthread_mutex_unlock(&lock);
    if (before <= 0) return 201;
    add("contexts", -1);
    DISPOSED;
}

status cuCtxSetCurrent(struct context *context) {
    current = context;
    return 0;
}

status cuCtxSynchronize(void) {
    add("synchronizations", 1);
    ALIVE;
    return 0;
}

// MARK: Memory

status cuMemGetInfo_v2(size_t *free_bytes, size_t *total) {
    ALIVE;
    *free_bytes = (size_t)1 << 20;
    *total = (size_t)1 << 30;
    return 0;
}

static status make(unsigned long long *address, size_t bytes) {
    ALIVE;
    if (bytes == 0) return 1;
    add("allocations", 1);
    pthread_mutex_lock(&lock);
    int *until = number("failing allocation");
    int *more = number("failing allocations");
    int fails = 0;
    if (*until > 0 && --*until == 0) {
        fails = 1;
        if (--*more > 0) *until = 1;
    }
    pthread_mutex_unlock(&lock);
    if (fails || bytes > (size_t)1 << 30) return 2;
    void *memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
    if (!memory) return 2;
    memset(memory, 0xA5, bytes);
    *address = (unsigned long long)(uintptr_t)memory;
    add("memory", 1);
    return 0;
}

static status drop(unsigned long long address) {
    IN_CONTEXT;
    if (!address) return 1;
    free((void *)(uintptr_t)address);
    add("memory", -1);
    int planted = stub_value("free error");
    if (planted) return (status)planted;
    DISPOSED;
}

status cuMemAlloc_v2(unsigned long long *address, size_t bytes) { return make(address, bytes); }
status cuMemFree_v2(unsigned long long address) { return drop(address); }

status cuMemHostAlloc(void **memory, size_t bytes, unsigned int flags) {
    (void)flags;
    ALIVE;
    *memory = malloc(bytes);
    add("host memory", 1);
    return 0;
}

status cuMemFreeHost(void *memory) {
    IN_CONTEXT;
    free(memory);
    add("host memory", -1);
    DISPOSED;
}

// MARK: Streams, which do everything at once unless a graph is recorded

struct work {
    struct function *function;
    uint64_t words[8];
};
struct graph {
    int count;
    struct work work[16];
};
struct stream {
    struct graph *capture;
};
struct event {
    double time;
    int recorded;
};
static double now;

static int recording(const struct stream *stream) { return stream && stream->capture; }

status cuStreamCreate(struct stream **stream, unsigned int flags) {
    ALIVE;
    if (flags != 1) return 1;
    int planted = stub_value("stream error");
    if (planted) return (status)planted;
    *stream = calloc(1, sizeof **stream);
    add("streams", 1);
    return 0;
}

status cuStreamDestroy_v2(struct stream *stream) {
    IN_CONTEXT;
    free(stream);
    add("streams", -1);
    DISPOSED;
}

status cuStreamSynchronize(struct stream *stream) {
    add("synchronizations", 1);
    ALIVE;
    return recording(stream) ? 900 : 0;
}

status cuStreamQuery(struct stream *stream) {
    (void)stream;
    ALIVE;
    return 0;
}

status cuStreamWaitEvent(struct stream *stream, struct event *event, unsigned int flags) {
    (void)stream;
    (void)event;
    (void)flags;
    ALIVE;
    add("waits", 1);
    return 0;
}

status cuEventCreate(struct event **event, unsigned int flags) {
    (void)flags;
    ALIVE;
    int planted = stub_value("event error");
    if (planted) return (status)planted;
    *event = calloc(1, sizeof **event);
    add("events", 1);
    return 0;
}

status cuEventDestroy_v2(struct event *event) {
    IN_CONTEXT;
    free(event);
    add("events", -1);
    DISPOSED;
}

status cuEventRecord(struct event *event, struct stream *stream) {
    (void)stream;
    ALIVE;
    event->time = now;
    event->recorded = 1;
    return 0;
}

status cuEventQuery(struct event *event) {
    (void)event;
    ALIVE;
    return 0;
}

status cuEventSynchronize(struct event *event) {
    (void)event;
    ALIVE;
    return 0;
}

status cuEventElapsedTime(float *milliseconds, struct event *start, struct event *end) {
    ALIVE;
    if (!start->recorded || !end->recorded) return 400;
    *milliseconds = (float)(end->time - start->time);
    return 0;
}

status cuMemcpyHtoDAsync_v2(unsigned long long target, const void *source, size_t bytes, struct stream *stream) {
    ALIVE;
    if (recording(stream)) return 900;
    memcpy((void *)(uintptr_t)target, source, bytes);
    return 0;
}

status cuMemcpyDtoHAsync_v2(void *target, unsigned long long source, size_t bytes, struct stream *stream) {
    ALIVE;
    if (recording(stream)) return 900;
    memcpy(target, (const void *)(uintptr_t)source, bytes);
    return 0;
}

status cuMemcpyDtoDAsync_v2(
    unsigned long long target, unsigned long long source, size_t bytes, struct stream *stream) {
    (void)stream;
    ALIVE;
    memcpy((void *)(uintptr_t)target, (const void *)(uintptr_t)source, bytes);
    return 0;
}

status cuMemcpyHtoD_v2(unsigned long long target, const void *source, size_t bytes) {
    ALIVE;
    memcpy((void *)(uintptr_t)target, source, bytes);
    return 0;
}

status cuMemcpyDtoH_v2(void *target, unsigned long long source, size_t bytes) {
    ALIVE;
    memcpy(target, (const void *)(uintptr_t)source, bytes);
    return 0;
}

status cuMemcpyDtoD_v2(unsigned long long target, unsigned long long source, size_t bytes) {
    ALIVE;
    memcpy((void *)(uintptr_t)target, (const void *)(uintptr_t)source, bytes);
    return 0;
}

status cuMemsetD8_v2(unsigned long long target, unsigned char byte, size_t bytes) {
    ALIVE;
    memset((void *)(uintptr_t)target, byte, bytes);
    return 0;
}

status cuMemsetD8Async(unsigned long long target, unsigned char byte, size_t bytes, struct stream *stream) {
    (void)stream;
    ALIVE;
    memset((void *)(uintptr_t)target, byte, bytes);
    return 0;
}

// MARK: Modules

struct function {
    char name[64];
    int arity;
    struct function *next;
};
struct module {
    char *text;
    struct function *functions;
};

status cuModuleLoadDataEx(
    struct module **module, const void *text, unsigned int count, unsigned int *options, void **values) {
    ALIVE;
    add("loads", 1);
    char *errors = NULL, *notes = NULL;
    size_t error_size = 0, note_size = 0;
    for (unsigned int i = 0; i < count; i++) {
        if (options[i] == 3) notes = values[i];
        if (options[i] == 4) note_size = (size_t)(uintptr_t)values[i];
        if (options[i] == 5) errors = values[i];
        if (options[i] == 6) error_size = (size_t)(uintptr_t)values[i];
    }
    int planted = stub_value("load error");
    if (planted) {
        // Without a 0 at the end, as the driver leaves it when the log is too long.
        memset(errors, '.', error_size);
        const char *log = "ptxas application ptx input, line 7; error   : Not a name of any known instruction: 'frob'\n";
        memcpy(errors, log, strlen(log));
        return (status)planted;
    }
    snprintf(notes, note_size, "ptxas info    : 12 registers");
    *module = calloc(1, sizeof **module);
    (*module)->text = strcpy(malloc(strlen(text) + 1), text);
    add("modules", 1);
    return 0;
}

status cuModuleUnload(struct module *module) {
    IN_CONTEXT;
    while (module->functions) {
        struct function *next = module->functions->next;
        free(module->functions);
        module->functions = next;
    }
    free(module->text);
    free(module);
    add("modules", -1);
    DISPOSED;
}

status cuModuleGetFunction(struct function **function, struct module *module, const char *name) {
    ALIVE;
    const char *place = strstr(module->text, name);
    if (!place) return 500;
    *function = calloc(1, sizeof **function);
    snprintf((*function)->name, sizeof(*function)->name, "%s", name);
    for (const char *end = strchr(place, ')'); place < end; place++)
        if (strncmp(place, ".param", 6) == 0) (*function)->arity++;
    (*function)->next = module->functions;
    module->functions = *function;
    return 0;
}

status cuFuncGetAttribute(int *value, unsigned int attribute, struct function *function) {
    (void)function;
    ALIVE;
    *value = attribute == 0 ? 1024 : attribute == 4 ? 12 : 0;
    return 0;
}

status cuFuncSetAttribute(struct function *function, unsigned int attribute, int value) {
    (void)function;
    ALIVE;
    if (attribute != 8) return 1;
    stub_set("shared limit", value);
    return 0;
}

status cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, struct function *function, int threads, size_t shared) {
    (void)function;
    (void)shared;
    ALIVE;
    *blocks = 2048 / threads;
    return 0;
}

static void execute(const struct function *function, const uint64_t *words) {
    add("launches", 1);
    now += 2;
    if (strcmp(function->name, "twice") == 0) {
        double *values = (double *)(uintptr_t)words[0];
        for (uint64_t i = 0; i < words[1]; i++) values[i] *= 2;
    } else if (strcmp(function->name, "store") == 0) {
        // (.u64 target, .f64, .f32, .s32): what the words hold.
        double *values = (double *)(uintptr_t)words[0];
        float single;
        int32_t integer;
        memcpy(&values[0], &words[1], 8);
        memcpy(&single, &words[2], 4);
        memcpy(&integer, &words[3], 4);
        values[1] = single;
        values[2] = integer;
    } else if (strcmp(function->name, "fail") == 0) {
        sticky = 719; // and is reported by the next call
    }
}

status cuLaunchKernel(
    struct function *function, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx, unsigned int by,
    unsigned int bz, unsigned int shared, struct stream *stream, void **parameters, void **extra) {
    (void)shared;
    ALIVE;
    if (gx * gy * gz == 0 || bx * by * bz == 0 || extra) return 1;
    int planted = stub_value("launch error");
    if (planted) {
        if (planted == 719) sticky = planted;
        return (status)planted;
    }
    struct work work = {.function = function};
    for (int i = 0; i < function->arity && i < 8; i++) memcpy(&work.words[i], parameters[i], 8);
    if (!recording(stream))
        execute(function, work.words);
    else if (stream->capture->count < 16)
        stream->capture->work[stream->capture->count++] = work;
    else
        return 2;
    return 0;
}

// MARK: Pools and graphs, which not all drivers have

#if !defined(STUB_OLD)

status cuMemAllocAsync(unsigned long long *address, size_t bytes, struct stream *stream) {
    if (recording(stream)) return 900;
    return make(address, bytes);
}

status cuMemFreeAsync(unsigned long long address, struct stream *stream) {
    (void)stream;
    return drop(address);
}

struct pool {
    int unused;
};
static struct pool the_pool;

status cuDeviceGetDefaultMemPool(struct pool **pool, int device) {
    (void)device;
    *pool = &the_pool;
    return 0;
}

status cuMemPoolSetAttribute(struct pool *pool, unsigned int attribute, void *value) {
    uint64_t bytes;
    memcpy(&bytes, value, 8);
    stub_set("retention", bytes == UINT64_MAX);
    return pool == &the_pool && attribute == 4 ? 0 : 1;
}

status cuMemPoolTrimTo(struct pool *pool, size_t bytes) {
    add("trims", 1);
    return pool == &the_pool && bytes == 0 ? 0 : 1;
}

status cuStreamBeginCapture_v2(struct stream *stream, unsigned int mode) {
    ALIVE;
    if (mode != 1 || stream->capture) return 1;
    stream->capture = calloc(1, sizeof *stream->capture);
    add("graphs", 1);
    return 0;
}

status cuStreamEndCapture(struct stream *stream, struct graph **graph) {
    *graph = stream->capture;
    stream->capture = NULL;
    return sticky ? (status)sticky : 0;
}

status cuGraphInstantiateWithFlags(struct graph **executable, struct graph *graph, unsigned long long flags) {
    ALIVE;
    int planted = stub_value("capture error");
    if (planted || flags) return planted ? (status)planted : 1;
    *executable = malloc(sizeof **executable);
    **executable = *graph;
    add("graphs", 1);
    return 0;
}

status cuGraphDestroy(struct graph *graph) {
    free(graph);
    add("graphs", -1);
    DISPOSED;
}

status cuGraphExecDestroy(struct graph *graph) { return cuGraphDestroy(graph); }

status cuGraphLaunch(struct graph *graph, struct stream *stream) {
    (void)stream;
    ALIVE;
    for (int i = 0; i < graph->count; i++) execute(graph->work[i].function, graph->work[i].words);
    return 0;
}

#endif
