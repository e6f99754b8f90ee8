// The mean of z along Lorenz's system of 1963 by the classical method of Runge and Kutta, and its gradient from a tape of
// the states. The stages of a step are computed again when it is undone.

#include <stdlib.h>

static const double sigma = 10, beta = 8.0 / 3, h = 0.005;

typedef struct {
    double x, y, z;
} state;

static state slope(state u, double rho) {
    return (state){sigma * (u.y - u.x), u.x * (rho - u.z) - u.y, u.x * u.y - beta * u.z};
}

static state moved(state u, double part, state k) {
    return (state){u.x + part * k.x, u.y + part * k.y, u.z + part * k.z};
}

static state step(state u, double rho) {
    const state a = slope(u, rho), b = slope(moved(u, h / 2, a), rho);
    const state c = slope(moved(u, h / 2, b), rho), d = slope(moved(u, h, c), rho);
    return (state){
        u.x + h / 6 * (a.x + 2 * b.x + 2 * c.x + d.x), u.y + h / 6 * (a.y + 2 * b.y + 2 * c.y + d.y),
        u.z + h / 6 * (a.z + 2 * b.z + 2 * c.z + d.z)};
}

double lorenz_objective(long steps, double x, double y, double z, double rho) {
    state u = {x, y, z};
    double sum = 0;
    for (long t = 0; t < steps; t++) {
        sum += u.z;
        u = step(u, rho);
    }
    return sum / steps;
}

// Adds to g what a slope at u hands back of k.
static void slope_adjoint(state u, double rho, state k, state *g, double *rho_gradient) {
    g->x += -sigma * k.x + (rho - u.z) * k.y + u.y * k.z;
    g->y += sigma * k.x - k.y + u.x * k.z;
    g->z += -u.x * k.y - beta * k.z;
    *rho_gradient += u.x * k.y;
}

// The gradient in x, y, z and rho. Returns 1 if there is no memory for the tape.
int lorenz_gradient(long steps, double x, double y, double z, double rho, double gradient[4]) {
    state *tape = malloc(steps * sizeof *tape);
    if (!tape && steps) return 1;
    state u = {x, y, z};
    for (long t = 0; t < steps; t++) {
        tape[t] = u;
        u = step(u, rho);
    }
    state g = {0, 0, 0};
    double rho_gradient = 0;
    for (long t = steps - 1; t >= 0; t--) {
        u = tape[t];
        const state a = slope(u, rho), ub = moved(u, h / 2, a), b = slope(ub, rho);
        const state uc = moved(u, h / 2, b), c = slope(uc, rho), ud = moved(u, h, c);
        // What the stages hand back: to their slopes, and through the point at which the slope is taken.
        const state d_slope = {h / 6 * g.x, h / 6 * g.y, h / 6 * g.z};
        state c_slope = {2 * d_slope.x, 2 * d_slope.y, 2 * d_slope.z}, b_slope = c_slope, a_slope = d_slope;
        state point = {0, 0, 0};
        slope_adjoint(ud, rho, d_slope, &point, &rho_gradient);
        g = moved(g, 1, point);
        c_slope = moved(c_slope, h, point);
        point = (state){0, 0, 0};
        slope_adjoint(uc, rho, c_slope, &point, &rho_gradient);
        g = moved(g, 1, point);
        b_slope = moved(b_slope, h / 2, point);
        point = (state){0, 0, 0};
        slope_adjoint(ub, rho, b_slope, &point, &rho_gradient);
        g = moved(g, 1, point);
        a_slope = moved(a_slope, h / 2, point);
        slope_adjoint(u, rho, a_slope, &g, &rho_gradient);
        g.z += 1.0 / steps;
    }
    free(tape);
    gradient[0] = g.x;
    gradient[1] = g.y;
    gradient[2] = g.z;
    gradient[3] = rho_gradient;
    return 0;
}
