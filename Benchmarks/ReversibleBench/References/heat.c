// The heat equation by explicit steps in a plate of n × n cells whose edge keeps its temperature, half the mean squared
// difference from a measurement, and its gradient from a tape of the states.

#include <stdlib.h>
#include <string.h>

static double around(const double *u, long n, long at) {
    return u[at - n] + u[at + n] + u[at - 1] + u[at + 1] - 4 * u[at];
}

static void step(long n, const double *restrict k, const double *restrict u, double *restrict next) {
    memcpy(next, u, n * n * sizeof *u);
    for (long i = 1; i < n - 1; i++)
        for (long at = i * n + 1; at < i * n + n - 1; at++) next[at] += k[at] * around(u, n, at);
}

// Scratch: 2 n² numbers.
double heat_objective(
    long n, long steps, const double *start, const double *k, const double *measured, double *scratch
) {
    double *u = scratch, *next = scratch + n * n;
    memcpy(u, start, n * n * sizeof *u);
    for (long t = 0; t < steps; t++) {
        step(n, k, u, next);
        double *last = u;
        u = next;
        next = last;
    }
    double sum = 0;
    for (long at = 0; at < n * n; at++) sum += (u[at] - measured[at]) * (u[at] - measured[at]);
    return 0.5 * sum / (n * n);
}

// The gradient in the start and in k. Returns 1 if there is no memory for the tape.
int heat_gradient(
    long n, long steps, const double *start, const double *k, const double *measured, double *start_gradient,
    double *k_gradient
) {
    const long cells = n * n;
    double *tape = malloc((steps + 1) * cells * sizeof *tape);
    double *flux = calloc(cells, sizeof *flux);
    if (!tape || !flux) return 1;
    memcpy(tape, start, cells * sizeof *tape);
    for (long t = 0; t < steps; t++) step(n, k, tape + t * cells, tape + (t + 1) * cells);
    double *restrict g = start_gradient;
    memset(k_gradient, 0, cells * sizeof *k_gradient);
    for (long at = 0; at < cells; at++) g[at] = (tape[steps * cells + at] - measured[at]) / cells;
    for (long t = steps - 1; t >= 0; t--) {
        const double *restrict u = tape + t * cells;
        for (long i = 1; i < n - 1; i++)
            for (long at = i * n + 1; at < i * n + n - 1; at++) {
                k_gradient[at] += g[at] * around(u, n, at);
                flux[at] = k[at] * g[at];
            }
        // Every cell collects from its neighbours; nothing flows out of the edge.
        for (long i = 1; i < n - 1; i++)
            for (long at = i * n + 1; at < i * n + n - 1; at++) g[at] += around(flux, n, at);
        for (long i = 1; i < n - 1; i++) {
            g[i] += flux[n + i];
            g[(n - 1) * n + i] += flux[(n - 2) * n + i];
            g[i * n] += flux[i * n + 1];
            g[i * n + n - 1] += flux[i * n + n - 2];
        }
    }
    free(flux);
    free(tape);
    return 0;
}
