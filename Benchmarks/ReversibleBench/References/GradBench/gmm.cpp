// The log posterior of a Gaussian mixture with a Wishart prior.
//
// Rows: alpha [k], mu [k][d], q [k][d], x [n][d]; l [k][d(d-1)/2] has the factor's columns below the diagonal.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

double log_sum_exp(std::int64_t count, const double *terms) {
    const double largest = *std::max_element(terms, terms + count);
    double total = 0;
    for (std::int64_t i = 0; i < count; ++i) total += std::exp(terms[i] - largest);
    return largest + std::log(total);
}

double square(double x) { return x * x; }

}

extern "C" double gmm(
    std::int64_t d, std::int64_t k, std::int64_t n, const double *alpha, const double *mu, const double *q,
    const double *l, const double *x, double gamma, std::int64_t m) {
    const std::int64_t below = d * (d - 1) / 2;
    std::vector<double> diagonal(k * d), offset(alpha, alpha + k), v(d), y(d), terms(k);
    for (std::int64_t c = 0; c < k; ++c) {
        for (std::int64_t j = 0; j < d; ++j) {
            diagonal[c * d + j] = std::exp(q[c * d + j]);
            offset[c] += q[c * d + j];
        }
    }
    double total = 0;
    for (std::int64_t i = 0; i < n; ++i) {
        for (std::int64_t c = 0; c < k; ++c) {
            for (std::int64_t j = 0; j < d; ++j) {
                v[j] = x[i * d + j] - mu[c * d + j];
                y[j] = diagonal[c * d + j] * v[j];
            }
            const double *entry = l + c * below;
            for (std::int64_t column = 0; column < d; ++column)
                for (std::int64_t j = column + 1; j < d; ++j) y[j] += *entry++ * v[column];
            double squares = 0;
            for (std::int64_t j = 0; j < d; ++j) squares += y[j] * y[j];
            terms[c] = offset[c] - squares / 2;
        }
        total += log_sum_exp(k, terms.data());
    }
    total -= n * (d * std::log(2 * M_PI) / 2 + log_sum_exp(k, alpha));

    const double p = static_cast<double>(d + m + 1);
    double log_gamma = d * (d - 1) * std::log(M_PI) / 4;
    for (std::int64_t j = 0; j < d; ++j) log_gamma += std::lgamma((p - j) / 2);
    double prior = k * (p * d * (std::log(gamma) - std::log(2.0) / 2) - log_gamma);
    for (std::int64_t i = 0; i < k * d; ++i) prior -= square(gamma * diagonal[i]) / 2 - m * q[i];
    for (std::int64_t i = 0; i < k * below; ++i) prior -= square(gamma * l[i]) / 2;
    return total + prior;
}
