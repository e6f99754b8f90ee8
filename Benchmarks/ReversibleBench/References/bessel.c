// The Bessel function J2 by its power series, summed until the terms are below 1e-12, and its derivative.
//
//   J2(z) = sum_k (-1)^k / (k! (k+2)!) (z/2)^(2k+2)

#include <math.h>

double bessel_value(double z) {
    double square = z * z, term = square / 8, total = term, k = 0;
    while (fabs(term) > 1e-12) {
        k += 1;
        term *= square / (-4 * k * (k + 2));
        total += term;
    }
    return total;
}

// The series differentiated term by term.
double bessel_derivative(double z) {
    double square = z * z, term = square / 8, slope = 2 * term, k = 0;
    while (fabs(term) > 1e-12) {
        k += 1;
        term *= square / (-4 * k * (k + 2));
        slope += (2 * k + 2) * term;
    }
    return slope / z;
}

double bessel_sum(long count, const double *z) {
    double sum = 0;
    for (long i = 0; i < count; i++) sum += bessel_value(z[i]);
    return sum;
}

void bessel_sum_gradient(long count, const double *restrict z, double *restrict gradient) {
    for (long i = 0; i < count; i++) gradient[i] = bessel_derivative(z[i]);
}
