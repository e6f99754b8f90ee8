// Half the mean squared error of a recurrent network that predicts a series, and its gradient from a tape of the units'
// states (back-propagation through time). The network has at most 64 units.

#include <math.h>
#include <stdlib.h>
#include <string.h>

// The error of the prediction before a step, from h to next.
static double step(
    long n, const double *w, const double *in, const double *bias, const double *out, double x,
    const double *restrict h, double *restrict next
) {
    double error = -x;
    for (long i = 0; i < n; i++) {
        double sum = bias[i] + in[i] * x;
        for (long j = 0; j < n; j++) sum += w[i * n + j] * h[j];
        next[i] = tanh(sum);
        error += out[i] * h[i];
    }
    return error;
}

double network_objective(
    long n, long steps, const double *w, const double *in, const double *bias, const double *out,
    const double *series
) {
    double h[64] = {0}, next[64], loss = 0;
    for (long t = 0; t < steps; t++) {
        const double error = step(n, w, in, bias, out, series[t], h, next);
        loss += 0.5 * error * error;
        memcpy(h, next, n * sizeof *h);
    }
    return loss / steps;
}

// Returns 1 if there is no memory for the tape.
int network_gradient(
    long n, long steps, const double *w, const double *in, const double *bias, const double *out,
    const double *series, double *restrict w_gradient, double *restrict in_gradient,
    double *restrict bias_gradient, double *restrict out_gradient
) {
    double *tape = calloc((steps + 1) * n, sizeof *tape), *errors = malloc(steps * sizeof *errors);
    if (!tape || !errors) return 1;
    for (long t = 0; t < steps; t++)
        errors[t] = step(n, w, in, bias, out, series[t], tape + t * n, tape + (t + 1) * n);
    memset(w_gradient, 0, n * n * sizeof *w_gradient);
    memset(in_gradient, 0, n * sizeof *in_gradient);
    memset(bias_gradient, 0, n * sizeof *bias_gradient);
    memset(out_gradient, 0, n * sizeof *out_gradient);
    double g[64] = {0};
    for (long t = steps - 1; t >= 0; t--) {
        const double *h = tape + t * n, *next = tape + (t + 1) * n;
        double before[64];
        for (long j = 0; j < n; j++) {
            before[j] = errors[t] / steps * out[j];
            out_gradient[j] += errors[t] / steps * h[j];
        }
        for (long i = 0; i < n; i++) {
            const double sum = g[i] * (1 - next[i] * next[i]);
            bias_gradient[i] += sum;
            in_gradient[i] += sum * series[t];
            for (long j = 0; j < n; j++) {
                w_gradient[i * n + j] += sum * h[j];
                before[j] += sum * w[i * n + j];
            }
        }
        memcpy(g, before, n * sizeof *g);
    }
    free(tape);
    free(errors);
    return 0;
}
