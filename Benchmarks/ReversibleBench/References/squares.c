// The sum of the squares of a vector's elements.

double squares_objective(long count, const double *v) {
    double sum = 0;
    for (long i = 0; i < count; i++) sum += v[i] * v[i];
    return sum;
}

void squares_gradient(long count, const double *restrict v, double *restrict gradient) {
    for (long i = 0; i < count; i++) gradient[i] = 2 * v[i];
}
