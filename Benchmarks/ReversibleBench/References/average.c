// A running average and the sum of its squares, and the gradient from a tape.

#include <stdlib.h>

double average_objective(long count, double m, const double *v) {
    double loss = 0;
    for (long i = 0; i < count; i++) {
        m = 0.5 * m + v[i];
        loss += m * m;
    }
    return loss;
}

// The gradient in v; returns that in m, or a NaN if there is no memory for the tape.
double average_gradient(long count, double m, const double *v, double *v_gradient) {
    double *tape = malloc(count * sizeof *tape), g = 0;
    if (!tape && count) return 0.0 / 0.0;
    for (long i = 0; i < count; i++) {
        m = 0.5 * m + v[i];
        tape[i] = m;
    }
    for (long i = count - 1; i >= 0; i--) {
        g += 2 * tape[i];
        v_gradient[i] = g;
        g *= 0.5;
    }
    free(tape);
    return g;
}
