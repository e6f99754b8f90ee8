// The one-dimensional wave equation by leapfrog steps; half the sum of the squares of the last displacement.
//
// The gradient undoes the steps one by one instead of storing their states. This equation is linear, so that
// its gradient would not need the states; a nonlinear one's would.

static void step(long cells, double courant, double *restrict u, double *restrict v) {
    for (long i = 1; i < cells - 1; i++) v[i] += courant * (u[i - 1] - 2 * u[i] + u[i + 1]);
    for (long i = 1; i < cells - 1; i++) u[i] += v[i];
}

// u and v are the initial state, and become the last one.
double wave_objective(long cells, long steps, double courant, double *restrict u, double *restrict v) {
    for (long t = 0; t < steps; t++) step(cells, courant, u, v);
    double squares = 0;
    for (long i = 0; i < cells; i++) squares += u[i] * u[i];
    return 0.5 * squares;
}

// The gradient in the initial state; u and v end as they began.
void wave_gradient(
    long cells, long steps, double courant, double *restrict u, double *restrict v,
    double *restrict u_gradient, double *restrict v_gradient
) {
    for (long t = 0; t < steps; t++) step(cells, courant, u, v);
    for (long i = 0; i < cells; i++) {
        u_gradient[i] = u[i];
        v_gradient[i] = 0;
    }
    for (long t = 0; t < steps; t++) {
        for (long i = 1; i < cells - 1; i++) {
            u[i] -= v[i];
            v_gradient[i] += u_gradient[i];
        }
        // Every u[i] collects from its neighbours what they pass on; the ends have no velocity.
        u_gradient[0] += courant * v_gradient[1];
        u_gradient[cells - 1] += courant * v_gradient[cells - 2];
        for (long i = 1; i < cells - 1; i++) {
            v[i] -= courant * (u[i - 1] - 2 * u[i] + u[i + 1]);
            u_gradient[i] += courant * (v_gradient[i - 1] - 2 * v_gradient[i] + v_gradient[i + 1]);
        }
    }
}
