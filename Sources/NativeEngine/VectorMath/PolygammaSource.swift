/// The C text of the interpreter's polygamma, operation by operation.
enum PolygammaSource {
    ///
    /// Guarded, since the texts for lanes and for single numbers may stand in one file.
    static let text = #"""
        #ifndef SCALAR_POLYGAMMA_SERIES
        #define SCALAR_POLYGAMMA_SERIES
        static inline double scalar_digamma_positive(double x) {
            static const double coefficients[8] = {
                0.083333333333333333333, -0.0083333333333333333333, 0.003968253968253968254,
                -0.0041666666666666666667, 0.0075757575757575757576, -0.021092796092796092796,
                0.083333333333333333333, -0.44325980392156862745,
            };
            double shifted = x;
            int steps = 0;
            while (shifted < 10) {
                shifted += 1;
                steps += 1;
            }
            double inverse_square = 1 / shifted / shifted;
            double tail = 0;
            for (int i = 7; i >= 0; i--) tail = (tail + coefficients[i]) * inverse_square;
            double result = log(shifted) - 0.5 / shifted - tail;
            for (int k = steps - 1; k >= 0; k--) result -= 1 / (x + k);
            return result;
        }

        static inline double scalar_pi_cotangent(double x) {
            const double pi = 0x1.921fb54442d18p+1;
            double r = x - round(x);
            if (fabs(r) <= 0.25) return pi / tan(pi * r);
            double from_half = r > 0 ? 0.5 - r : -0.5 - r;
            return pi * tan(pi * from_half);
        }

        static inline double scalar_zeta_ratio(int n, double x) {
            static const double coefficients[10] = {
                0.083333333333333333333, -0.0013888888888888888889, 0.000033068783068783068783,
                -8.2671957671957671958e-7, 2.0876756987868098979e-8, -5.2841901386874931848e-10,
                1.3382536530684678833e-11, -3.3896802963225828668e-13, 8.5860620562778445641e-15,
                -2.174868698558061873e-16,
            };
            double s = n + 1;
            int steps = x < s + 12 ? (int)ceil(s + 12 - x) : 0;
            double start = x + steps;
            double rising = s / start;
            double rest = start / (s - 1) + 0.5;
            for (int i = 0; i < 10; i++) {
                rest += coefficients[i] * rising;
                double last = s + 2 * i;
                rising *= (last + 1) / start * ((last + 2) / start);
            }
            double sum = pow(x / start, s) * rest;
            for (int k = steps - 1; k >= 0; k--) sum += pow(x / (x + k), s);
            return sum;
        }

        static inline double scalar_scaled_zeta(int n, double x) {
            double product = scalar_zeta_ratio(n, x) / x;
            int low = 1, high = n;
            while (low <= high) product *= product > 1 ? low++ / x : high-- / x;
            return product;
        }

        static inline double scalar_zeta(int n, double x) {
            return scalar_zeta_ratio(n, x) * pow(x, -(double)(n + 1));
        }

        static inline double scalar_zeta_below_zero(int n, double x) {
            double negative_terms = scalar_zeta(n, ceil(x) - x) - scalar_zeta(n, 1 - x);
            return scalar_zeta(n, x - floor(x)) + (n % 2 == 0 ? -negative_terms : negative_terms);
        }

        static inline double scalar_polygamma_series(double order, double x) {
            if (!(order >= 0 && order <= 1000) || order != floor(order)) return NAN;
            int n = (int)order;
            int is_even = n % 2 == 0;
            if (x != x || x == -INFINITY) return NAN;
            if (x <= 0 && x == floor(x)) return is_even ? NAN : INFINITY;
            if (n == 0) {
                if (x < 0) return scalar_digamma_positive(1 - x) - scalar_pi_cotangent(x);
                return scalar_digamma_positive(x);
            }
            double sign = is_even ? -1 : 1;
            if (x == INFINITY) return sign * 0;
            if (x > 0) return sign * scalar_scaled_zeta(n, x);
            double factorial = 1;
            for (int k = 2; k <= n; k++) factorial *= k;
            return sign * (factorial * scalar_zeta_below_zero(n, x));
        }
        #endif

        """#

    /// Lanes: order 0 is digamma; the other orders, which higher derivatives need, go one by one.
    static func lanes(_ name: String) -> String {
        """
        static inline math_real \(name)(math_real x, math_real y) {
            math_mask other = (math_mask)(x != 0);
            math_real result = math_digamma(y);
            if (lanes_any(other)) {
                for (int lane = 0; lane < LANES; lane++)
                    if (other[lane]) result[lane] = scalar_polygamma_series(x[lane], y[lane]);
            }
            return result;
        }

        """
    }
}
