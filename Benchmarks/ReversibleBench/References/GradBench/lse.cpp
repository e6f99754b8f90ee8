// The logarithm of a sum of exponentials.
#include <algorithm>
#include <cmath>
#include <cstdint>

extern "C" double lse(std::int64_t n, const double *x) {
    double largest = x[0];
    for (std::int64_t i = 1; i < n; ++i) largest = std::max(largest, x[i]);
    double total = 0;
    for (std::int64_t i = 0; i < n; ++i) total += std::exp(x[i] - largest);
    return largest + std::log(total);
}
