// The log posterior of a mixture of Gaussians with full covariances, and its gradient.
//
// Component k has the weight softmax(alpha)[k], the mean means[k] and a lower triangular factor Q of its
// precision Q^T Q: exp(q[k]) is Q's diagonal, l[k] the part below it, column after column. The precisions have
// a Wishart prior with the parameters gamma and m. All matrices are stored row after row.
//
//   sum_i log sum_k exp(alpha[k] + sum(q[k]) - |Q_k (x[i] - means[k])|^2 / 2) - n log sum_k exp(alpha[k])
//   - n d log(2 pi) / 2 + log prior

#include <math.h>
#include <stdlib.h>

static const double pi = 3.14159265358979323846;

// Terms that are less by this count as nothing: numbers that nearly underflow are slow to work with.
static const double negligible = 700;

static double log_sum_exp(long count, const double *terms) {
    double most = terms[0];
    for (long k = 1; k < count; k++) most = terms[k] > most ? terms[k] : most;
    double total = 0;
    for (long k = 0; k < count; k++) total += terms[k] - most > -negligible ? exp(terms[k] - most) : 0;
    return most + log(total);
}

// The logarithm of the sum, and every term's share of the sum in its place.
static double softmax(long count, double *terms) {
    double most = terms[0];
    for (long k = 1; k < count; k++) most = terms[k] > most ? terms[k] : most;
    double total = 0;
    for (long k = 0; k < count; k++) {
        terms[k] = terms[k] - most > -negligible ? exp(terms[k] - most) : 0;
        total += terms[k];
    }
    double scale = 1 / total;
    for (long k = 0; k < count; k++) terms[k] *= scale;
    return most + log(total);
}

// v = x - mean and y = Q v; the result is |y|^2.
static double transform(
    long d, const double *restrict x, const double *restrict mean, const double *restrict diagonal,
    const double *restrict l, double *restrict v, double *restrict y
) {
    for (long j = 0; j < d; j++) {
        v[j] = x[j] - mean[j];
        y[j] = diagonal[j] * v[j];
    }
    for (long c = 0; c < d; c++) {
        double vc = v[c];
        for (long j = c + 1; j < d; j++) y[j] += *l++ * vc;
    }
    double squares = 0;
    for (long j = 0; j < d; j++) squares += y[j] * y[j];
    return squares;
}

// The parts of the terms that are the same for every point: exp(q), and alpha[k] + sum(q[k]).
static void prepare(
    long d, long components, const double *restrict alpha, const double *restrict q,
    double *restrict diagonal, double *restrict offset
) {
    for (long k = 0; k < components; k++) {
        offset[k] = alpha[k];
        for (long j = 0; j < d; j++) {
            offset[k] += q[k * d + j];
            diagonal[k * d + j] = exp(q[k * d + j]);
        }
    }
}

static double log_prior(
    long d, long components, const double *q, const double *l, const double *diagonal, double gamma, long m
) {
    long below = d * (d - 1) / 2;
    double freedom = (double)(d + m + 1);
    double log_gamma = 0.25 * (double)(d * (d - 1)) * log(pi);
    for (long j = 1; j <= d; j++) log_gamma += lgamma(0.5 * freedom + 0.5 * (double)(1 - j));
    double normalizer = freedom * (double)d * (log(gamma) - 0.5 * log(2)) - log_gamma;
    double squares = 0, logs = 0;
    for (long i = 0; i < components * d; i++) {
        squares += diagonal[i] * diagonal[i];
        logs += q[i];
    }
    for (long i = 0; i < components * below; i++) squares += l[i] * l[i];
    return (double)components * normalizer - 0.5 * gamma * gamma * squares + (double)m * logs;
}

double gmm_objective(
    long d, long components, long n, const double *alpha, const double *means, const double *q,
    const double *l, const double *x, double gamma, long m
) {
    long below = d * (d - 1) / 2;
    double *memory = malloc(sizeof(double) * (size_t)(components * d + 2 * components + 2 * d));
    if (!memory) abort();
    double *diagonal = memory, *offset = diagonal + components * d, *terms = offset + components;
    double *v = terms + components, *y = v + d;
    prepare(d, components, alpha, q, diagonal, offset);

    double total = 0;
    for (long i = 0; i < n; i++) {
        for (long k = 0; k < components; k++) {
            double squares = transform(d, x + i * d, means + k * d, diagonal + k * d, l + k * below, v, y);
            terms[k] = offset[k] - 0.5 * squares;
        }
        total += log_sum_exp(components, terms);
    }
    total -= (double)n * (0.5 * (double)d * log(2 * pi) + log_sum_exp(components, alpha));
    total += log_prior(d, components, q, l, diagonal, gamma, m);
    free(memory);
    return total;
}

// One pass over the points: v and y of all components are kept until the shares are known.
void gmm_gradient(
    long d, long components, long n, const double *alpha, const double *means, const double *q,
    const double *l, const double *x, double gamma, long m, double *restrict alpha_gradient,
    double *restrict means_gradient, double *restrict q_gradient, double *restrict l_gradient
) {
    long below = d * (d - 1) / 2;
    double *memory = malloc(sizeof(double) * (size_t)(3 * components * d + 2 * components));
    if (!memory) abort();
    double *diagonal = memory, *v = diagonal + components * d, *y = v + components * d;
    double *offset = y + components * d, *share = offset + components;
    prepare(d, components, alpha, q, diagonal, offset);

    for (long k = 0; k < components; k++) share[k] = alpha[k];
    softmax(components, share);
    for (long k = 0; k < components; k++) alpha_gradient[k] = -(double)n * share[k];
    for (long i = 0; i < components * d; i++) {
        means_gradient[i] = 0;
        q_gradient[i] = (double)m - gamma * gamma * diagonal[i] * diagonal[i];
    }
    for (long i = 0; i < components * below; i++) l_gradient[i] = -gamma * gamma * l[i];

    for (long i = 0; i < n; i++) {
        for (long k = 0; k < components; k++) {
            long at = k * d;
            double squares = transform(d, x + i * d, means + at, diagonal + at, l + k * below, v + at, y + at);
            share[k] = offset[k] - 0.5 * squares;
        }
        softmax(components, share);
        for (long k = 0; k < components; k++) {
            const double *restrict vk = v + k * d, *restrict diagonal_k = diagonal + k * d;
            const double *restrict lk = l + k * below;
            double *restrict yk = y + k * d, *restrict l_gradient_k = l_gradient + k * below;
            double weight = share[k];
            alpha_gradient[k] += weight;
            for (long j = 0; j < d; j++) yk[j] *= weight;
            for (long c = 0; c < d; c++) {
                double vc = vk[c], sum = diagonal_k[c] * yk[c];
                q_gradient[k * d + c] += weight - sum * vc;
                for (long j = c + 1; j < d; j++) {
                    *l_gradient_k++ -= yk[j] * vc;
                    sum += *lk++ * yk[j];
                }
                means_gradient[k * d + c] += sum;
            }
        }
    }
    free(memory);
}
