/*
 * Pulls gradients in the results of this reversible program back to its arguments. Set the gradient of
 * the loss to 1 and the others to 0 to get the gradient of the loss. What the values are afterwards is
 * not specified.
 *
 *     ReversibleFunction("norm") { (out: Scalar, v: Vector) in
 *         let squares = Scalar.ancilla()
 *         Compute {
 *             For(0..<v.count) { i in
 *                 squares += v[i] * v[i]
 *             }
 *         } apply: {
 *             out += sqrt(squares)
 *         }
 *     }
 *
 * Parameters:
 *   out_value: a number; it is only read
 *   out_gradient: a number; it is only read
 *   v_value: v_value_count numbers; the array is only read
 *   v_gradient: v_gradient_count numbers; the array changes
 *   options: how to run; a null pointer for the defaults.
 *
 * Answers REVERSIBLE_OK, or why the run could not be completed. Arrays of one statement are checked to
 * be of one size, and recursion to end. Other checks are not made: an index outside its array is
 * undefined behaviour, as in C. Memory that changes must not overlap other memory. Several threads may
 * call the function at once, each with options of its own. Link with -lm.
 */
#ifndef REVERSIBLE_GRADIENT_NORM_H
#define REVERSIBLE_GRADIENT_NORM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef REVERSIBLE_OPTIONS
#define REVERSIBLE_OPTIONS
/* What a function answers. */
enum {
    REVERSIBLE_OK = 0,
    REVERSIBLE_CHECK_FAILED = 1,    /* the program is not reversible on these arguments */
    REVERSIBLE_OUT_OF_MEMORY = 2,   /* no memory, or a size that is negative or too large */
    REVERSIBLE_STACK_EXHAUSTED = 3, /* recursion deeper than the thread's stack */
    REVERSIBLE_DRIFTED = 4,         /* undoing lost digits that a derivative needs */
    REVERSIBLE_SIZES_DIFFER = 5     /* arrays that go together differ in size */
};

/* One piece of a parallel loop. */
typedef void (*reversible_piece)(void *environment, int64_t piece);

/* How to run; start from REVERSIBLE_DEFAULTS. A null pointer instead means these. */
typedef struct {
    double tolerance;          /* how far from 0 an ancilla may end */
    int64_t turn_limit;        /* turns after which a while loop is taken to be endless */
    int64_t call_depth_limit;  /* nested calls after which a recursion is taken to be endless */
    int64_t stack_bytes;       /* how much of the thread's stack recursion may use */
    /* Runs piece(environment, k) for every k below pieces, in any order, on any threads; null: in order. */
    void (*parallel)(void *context, int64_t pieces, reversible_piece piece, void *environment);
    void *context;
    const char *message;       /* set when a check fails: where, and what was wrong */
    double drift_tolerance;    /* how far what is read after undoing may be off, relative to its magnitude */
    double drift;              /* set by a derivative: how far it was off */
    int64_t memory_limit;      /* bytes that one array or stack may take; 0: what malloc gives */
} reversible_options;
#define REVERSIBLE_DEFAULTS {1e-8, 10000000, 1000000, 262144, NULL, NULL, NULL, 1e-8, 0, 0}

/* A stack as an argument: numbers with the top last, in memory that malloc gave. */
typedef struct {
    double *items;
    int64_t count;
} reversible_stack;
#endif
int gradient_norm(double out_value, double out_gradient, const double *v_value, int64_t v_value_count, double *v_gradient, int64_t v_gradient_count, reversible_options *options);

#ifdef __cplusplus
}
#endif

#endif
