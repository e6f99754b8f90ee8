// Half the sum of the squares of a product of two square matrices, C = A B.

#include <string.h>

static void multiply(long n, const double *restrict a, const double *restrict b, double *restrict c) {
    memset(c, 0, sizeof(double) * (size_t)(n * n));
    for (long i = 0; i < n; i++) {
        for (long k = 0; k < n; k++) {
            double factor = a[i * n + k];
            for (long j = 0; j < n; j++) c[i * n + j] += factor * b[k * n + j];
        }
    }
}

double matrix_objective(long n, const double *restrict a, const double *restrict b, double *restrict c) {
    multiply(n, a, b, c);
    double squares = 0;
    for (long i = 0; i < n * n; i++) squares += c[i] * c[i];
    return 0.5 * squares;
}

// The gradients are C B^T and A^T C.
void matrix_gradient(
    long n, const double *restrict a, const double *restrict b, double *restrict c,
    double *restrict a_gradient, double *restrict b_gradient
) {
    multiply(n, a, b, c);
    memset(b_gradient, 0, sizeof(double) * (size_t)(n * n));
    for (long i = 0; i < n; i++) {
        for (long k = 0; k < n; k++) {
            double factor = a[i * n + k], sum = 0;
            for (long j = 0; j < n; j++) {
                sum += c[i * n + j] * b[k * n + j];
                b_gradient[k * n + j] += factor * c[i * n + j];
            }
            a_gradient[i * n + k] = sum;
        }
    }
}
