// The loss of a diagonal long short-term memory that predicts each character from those before.
//
// Rows: main [2 l][4 b], extra [3][b], initial [2 l][b], sequence [c][b].
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}

extern "C" double lstm(
    std::int64_t l, std::int64_t c, std::int64_t b, const double *main, const double *extra,
    const double *initial, const double *sequence) {
    std::vector<double> state(initial, initial + 2 * l * b), input(b);
    double total = 0;
    for (std::int64_t t = 0; t + 1 < c; ++t) {
        for (std::int64_t i = 0; i < b; ++i) input[i] = sequence[t * b + i] * extra[i];
        const double *z = input.data();
        for (std::int64_t layer = 0; layer < l; ++layer) {
            const double *w = main + 8 * layer * b, *bias = w + 4 * b;
            double *h = state.data() + 2 * layer * b, *cell = h + b;
            for (std::int64_t i = 0; i < b; ++i) {
                const double forget = sigmoid(z[i] * w[i] + bias[i]);
                const double in = sigmoid(h[i] * w[b + i] + bias[b + i]);
                const double out = sigmoid(z[i] * w[2 * b + i] + bias[2 * b + i]);
                const double change = std::tanh(h[i] * w[3 * b + i] + bias[3 * b + i]);
                cell[i] = cell[i] * forget + in * change;
                h[i] = out * std::tanh(cell[i]);
            }
            z = h;
        }
        const double *next = sequence + (t + 1) * b;
        double exponentials = 2, chosen = 0, count = 0;
        for (std::int64_t i = 0; i < b; ++i) {
            const double y = z[i] * extra[b + i] + extra[2 * b + i];
            exponentials += std::exp(y);
            chosen += next[i] * y;
            count += next[i];
        }
        total += chosen - count * std::log(exponentials);
    }
    return -total / static_cast<double>((c - 1) * b);
}
