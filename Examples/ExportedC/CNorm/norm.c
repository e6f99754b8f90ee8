#define _GNU_SOURCE
#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "norm.h"

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF /* for gcc: -ffp-contract=off */
#endif

typedef struct chunk {
    struct chunk *previous;
    size_t size, used;
} chunk;

typedef struct {
    double *items;
    int64_t count, capacity;
} number_stack;

/* Everything a run owns. */
typedef struct {
    reversible_options *options;
    chunk *memory, *spare;
    number_stack *stacks;
    int64_t stack_count, stack_capacity, depth;
    char *floor;
    jmp_buf failed;
} run_state;

static _Noreturn void fail(run_state *run, int status, const char *message) {
    run->options->message = message;
    longjmp(run->failed, status);
}

static void end_run(run_state *run) {
    while (run->memory) {
        chunk *top = run->memory;
        run->memory = top->previous;
        free(top);
    }
    free(run->spare);
    for (int64_t k = 0; k < run->stack_count; ++k) free(run->stacks[k].items);
    free(run->stacks);
}

#define require(condition, message) \
    do { \
        if (__builtin_expect(!(condition), 0)) fail(run, REVERSIBLE_CHECK_FAILED, message); \
    } while (0)



static double run_norm(run_state *run, double out, const double *restrict v, int64_t v_count);

/* norm */
static double run_norm(run_state *run, double out, const double *restrict v, int64_t v_count) {
    (void)run;
    /* ExportedNorm/Norm.swift:13 */
    {
        double squares = 0;
        /* ExportedNorm/Norm.swift:14 */
        for (int64_t i = 0; i < v_count; ++i) {
            const int64_t k = i;
            require((uint64_t)k < (uint64_t)(v_count), "ExportedNorm/Norm.swift:14:31: in `norm`: an index is outside its array");
            squares += v[k] * v[k];
        }
        /* ExportedNorm/Norm.swift:16 */
        out += sqrt(squares);
        require(isfinite(squares), "ExportedNorm/Norm.swift:16:9: in `norm`: an ancilla is not 0 at the end of its block");
    }
    return out;
}

/* Runs the program; answers REVERSIBLE_OK, or why it could not. */
int norm(double *out, const double *v, int64_t v_count, reversible_options *options) {
    reversible_options defaults = REVERSIBLE_DEFAULTS;
    if (!options) options = &defaults;
    run_state state = {.options = options};
    run_state *const run = &state;
    run->floor = (char *)__builtin_frame_address(0) - options->stack_bytes;
    const int status = setjmp(run->failed);
    if (status) {
        end_run(run);
        return status;
    }
    *out = run_norm(run, *out, v, v_count);
    end_run(run);
    return REVERSIBLE_OK;
}
