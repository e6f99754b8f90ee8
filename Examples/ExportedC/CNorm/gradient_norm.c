#define _GNU_SOURCE
#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "gradient_norm.h"

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF /* for gcc: -ffp-contract=off */
#endif


/* A product in which 0 wins over an infinity or a NaN. */
static inline double scalar_chain(double x, double y) { return x == 0 || y == 0 ? 0 : x * y; }

static void run_gradient_norm(double out_value, double out_gradient, const double *restrict v_value, int64_t v_value_count, double *restrict v_gradient, int64_t v_gradient_count);

/* gradient(norm) */
static void run_gradient_norm(double out_value, double out_gradient, const double *restrict v_value, int64_t v_value_count, double *restrict v_gradient, int64_t v_gradient_count) {
    (void)out_value; (void)v_gradient_count;
    {
        double squares = 0;
        double squaresGradient = 0;
        /* ExportedNorm/Norm.swift:14 */
        for (int64_t i = 0; i < v_value_count; ++i) {
            squares += v_value[i] * v_value[i];
        }
        /* ExportedNorm/Norm.swift:16 */
        const double t = sqrt(squares);
        squaresGradient += t == 0.0 ? 0.0 : scalar_chain(out_gradient, 0.5 / (t == 0.0 ? 1.0 : t));
        /* ExportedNorm/Norm.swift:14 */
        for (int64_t i = 0; i < v_value_count; ++i) {
            v_gradient[i] += squaresGradient * (v_value[i] + v_value[i]);
        }
    }
}

/* Runs the program; answers REVERSIBLE_OK, or why it could not. */
int gradient_norm(double out_value, double out_gradient, const double *v_value, int64_t v_value_count, double *v_gradient, int64_t v_gradient_count, reversible_options *options) {
    (void)options;
    run_gradient_norm(out_value, out_gradient, v_value, v_value_count, v_gradient, v_gradient_count);
    return REVERSIBLE_OK;
}
