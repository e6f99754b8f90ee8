// The sum of squared distances of points to their nearest centroids.
#include <cstdint>
#include <limits>

extern "C" double kmeans(
    std::int64_t n, std::int64_t k, std::int64_t d, const double *points, const double *centroids) {
    double total = 0;
    for (std::int64_t i = 0; i < n; ++i) {
        double nearest = std::numeric_limits<double>::infinity();
        for (std::int64_t c = 0; c < k; ++c) {
            double distance = 0;
            for (std::int64_t j = 0; j < d; ++j) {
                const double difference = points[i * d + j] - centroids[c * d + j];
                distance += difference * difference;
            }
            if (distance < nearest) nearest = distance;
        }
        total += nearest;
    }
    return total;
}
