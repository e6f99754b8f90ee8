// Classical Runge-Kutta steps for y'[0] = x[0], y'[i] = x[i] y[i-1].
#include <cstdint>
#include <vector>

namespace {

void rate(std::int64_t n, const double *x, const double *y, double *k) {
    k[0] = x[0];
    for (std::int64_t i = 1; i < n; ++i) k[i] = x[i] * y[i - 1];
}

}

extern "C" void ode(std::int64_t n, std::int64_t s, const double *x, double *y) {
    std::vector<double> k1(n), k2(n), k3(n), k4(n), stage(n);
    const double h = 2.0 / static_cast<double>(s);
    for (std::int64_t i = 0; i < n; ++i) y[i] = 0;
    for (std::int64_t step = 0; step < s; ++step) {
        rate(n, x, y, k1.data());
        for (std::int64_t i = 0; i < n; ++i) stage[i] = y[i] + h * k1[i] / 2;
        rate(n, x, stage.data(), k2.data());
        for (std::int64_t i = 0; i < n; ++i) stage[i] = y[i] + h * k2[i] / 2;
        rate(n, x, stage.data(), k3.data());
        for (std::int64_t i = 0; i < n; ++i) stage[i] = y[i] + h * k3[i];
        rate(n, x, stage.data(), k4.data());
        for (std::int64_t i = 0; i < n; ++i) y[i] += h * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) / 6;
    }
}
