// Half the squared distance of a polynomial from the sign function, on a grid.
#include <cstdint>

extern "C" double llsq(std::int64_t m, std::int64_t n, const double *x) {
    double total = 0;
    for (std::int64_t i = 0; i < n; ++i) {
        const double t = -1 + 2 * static_cast<double>(i) / static_cast<double>(n - 1);
        double residual = t > 0 ? 1 : t < 0 ? -1 : 0, power = 1;
        for (std::int64_t j = 0; j < m; ++j) {
            residual -= x[j] * power;
            power *= t;
        }
        total += residual * residual;
    }
    return total / 2;
}
