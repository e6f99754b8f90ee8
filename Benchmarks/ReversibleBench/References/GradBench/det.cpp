// The determinant by expansion along the first remaining row, columns in a linked list.
#include <cstdint>

namespace {

struct Expansion {
    const double *a;
    std::int64_t n;
    std::int64_t *next;

    double minor(std::int64_t row) const {
        if (row == n - 1) return a[row * n + next[n]];
        double total = 0, sign = 1;
        for (std::int64_t before = n, column = next[n]; column < n; before = column, column = next[column]) {
            next[before] = next[column];
            total += sign * a[row * n + column] * minor(row + 1);
            next[before] = column;
            sign = -sign;
        }
        return total;
    }
};

}

extern "C" double det(std::int64_t n, const double *a) {
    std::int64_t next[32];
    for (std::int64_t j = 0; j < n; ++j) next[j] = j + 1;
    next[n] = 0;
    return Expansion{a, n, next}.minor(0);
}
