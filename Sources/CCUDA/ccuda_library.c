// Opens the driver's library and finds its functions.

#include "ccuda_abi.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const variable = "CUDA_DRIVER_LIBRARY";

enum { REQUIRED, OPTIONAL };

// Looks up every function of the list; the first required one that is missing, or NULL.
static const char *find_functions(ccuda_library *library) {
    const char *missing = NULL;
    // ISO C has no cast from an object's address to a function's, so the bytes are copied.
#define CCUDA_FIND(presence, symbol, parameters)                                                                       \
    {                                                                                                                  \
        void *address = dlsym(library->handle, #symbol);                                                               \
        memcpy(&library->symbol, &address, sizeof address);                                                            \
        if (!address && presence == REQUIRED && !missing) missing = #symbol;                                           \
    }
    CCUDA_FUNCTIONS(CCUDA_FIND)
#undef CCUDA_FIND
    if (!missing && !library->cuDevicePrimaryCtxRelease_v2 && !library->cuDevicePrimaryCtxRelease)
        missing = "cuDevicePrimaryCtxRelease";
    return missing;
}

static const char *reason(void) {
    const char *text = dlerror();
    return text ? text : "the dynamic linker gives no reason";
}

ccuda_library *ccuda_open(const char *path, int32_t *status, char *message, size_t capacity) {
    const char *candidates[] = {"libcuda.so.1", "libcuda.so", NULL};
    const char *source = "";
    *status = CCUDA_NO_LIBRARY;
    if (!path) {
        path = getenv(variable);
        if (path && !*path) path = NULL;
        if (path) source = " (named by the environment variable CUDA_DRIVER_LIBRARY)";
    }
    if (path) {
        candidates[0] = path;
        candidates[1] = NULL;
    }
#if defined(__APPLE__)
    else {
        snprintf(message, capacity, "there is no NVIDIA driver for this system");
        return NULL;
    }
#endif
    void *handle = NULL;
    const char *found = NULL;
    for (size_t i = 0; candidates[i] && !handle; i++) {
        handle = dlopen(candidates[i], RTLD_NOW | RTLD_LOCAL);
        if (handle)
            found = candidates[i];
        else if (i == 0)
            snprintf(message, capacity, "no NVIDIA driver library%s: %s", source, reason());
    }
    if (!handle) return NULL;

    ccuda_library *library = calloc(1, sizeof *library);
    size_t length = strlen(found) + 1;
    char *copy = malloc(length);
    if (!library || !copy) {
        free(library);
        free(copy);
        dlclose(handle);
        *status = CCUDA_NO_MEMORY;
        snprintf(message, capacity, "the host has no memory left");
        return NULL;
    }
    memcpy(copy, found, length);
    library->handle = handle;
    library->path = copy;
    const char *missing = find_functions(library);
    if (missing) {
        *status = CCUDA_UNSUITABLE_LIBRARY;
        snprintf(
            message, capacity, "the library %s%s is no NVIDIA driver: it lacks %s", found,
            source, missing);
        ccuda_close(library);
        return NULL;
    }
    *status = CCUDA_SUCCESS;
    if (capacity > 0) message[0] = 0;
    return library;
}

void ccuda_close(ccuda_library *library) {
    if (!library->initialised) dlclose(library->handle);
    free(library->path);
    free(library);
}

const char *ccuda_path(const ccuda_library *library) { return library->path; }

int32_t ccuda_has(const ccuda_library *library, const char *symbol) {
#define CCUDA_COMPARE(presence, name, parameters)                                                                      \
    if (strcmp(symbol, #name) == 0) return library->name != NULL;
    CCUDA_FUNCTIONS(CCUDA_COMPARE)
#undef CCUDA_COMPARE
    return 0;
}

int32_t ccuda_init(ccuda_library *library) {
    // Also after a failure: the driver may have started threads of its own.
    library->initialised = 1;
    return (int32_t)library->cuInit(0);
}

int32_t ccuda_driver_version(const ccuda_library *library, int32_t *version) {
    return (int32_t)library->cuDriverGetVersion(version);
}

const char *ccuda_error_name(const ccuda_library *library, int32_t status) {
    const char *text = NULL;
    if (!library->cuGetErrorName) return NULL;
    return library->cuGetErrorName((ccuda_result)status, &text) == CCUDA_SUCCESS ? text : NULL;
}

const char *ccuda_error_text(const ccuda_library *library, int32_t status) {
    const char *text = NULL;
    if (!library->cuGetErrorString) return NULL;
    return library->cuGetErrorString((ccuda_result)status, &text) == CCUDA_SUCCESS ? text : NULL;
}
