// A sparse matrix by compressed columns times a vector; half the sum of the squares of the result.

#include <string.h>

// y += A x. The entries of column j are those from starts[j] up to starts[j + 1].
static void product(
    long columns, const long *restrict starts, const long *restrict rows, const double *restrict values,
    const double *restrict x, double *restrict y
) {
    for (long j = 0; j < columns; j++) {
        double xj = x[j];
        for (long entry = starts[j]; entry < starts[j + 1]; entry++) y[rows[entry]] += values[entry] * xj;
    }
}

// y is scratch space, a number for every row.
double sparse_objective(
    long height, long columns, const long *restrict starts, const long *restrict rows,
    const double *restrict values, const double *restrict x, double *restrict y
) {
    memset(y, 0, sizeof(double) * (size_t)height);
    product(columns, starts, rows, values, x, y);
    double squares = 0;
    for (long i = 0; i < height; i++) squares += y[i] * y[i];
    return 0.5 * squares;
}

void sparse_gradient(
    long height, long columns, const long *restrict starts, const long *restrict rows,
    const double *restrict values, const double *restrict x, double *restrict y,
    double *restrict values_gradient, double *restrict x_gradient
) {
    memset(y, 0, sizeof(double) * (size_t)height);
    product(columns, starts, rows, values, x, y);
    for (long j = 0; j < columns; j++) {
        double xj = x[j], sum = 0;
        for (long entry = starts[j]; entry < starts[j + 1]; entry++) {
            double yi = y[rows[entry]];
            values_gradient[entry] = yi * xj;
            sum += yi * values[entry];
        }
        x_gradient[j] = sum;
    }
}
