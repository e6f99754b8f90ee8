// The weighted errors of projecting points into cameras, and the errors of the weights.
//
// A camera is a rotation vector (3), a centre (3), the focal length, the principal point (2) and the lens (2).
#include <cmath>
#include <cstdint>

namespace {

struct Vector {
    double x, y, z;
};

double dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

Vector cross(Vector a, Vector b) {
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

// Rodrigues' formula: the rotation about the direction of r by its length.
Vector rotated(Vector r, Vector v) {
    const double square = dot(r, r);
    if (square == 0) {
        const Vector c = cross(r, v);
        return {v.x + c.x, v.y + c.y, v.z + c.z};
    }
    const double angle = std::sqrt(square), cosine = std::cos(angle), sine = std::sin(angle);
    const Vector axis = {r.x / angle, r.y / angle, r.z / angle};
    const Vector c = cross(axis, v);
    const double along = dot(axis, v) * (1 - cosine);
    return {
        v.x * cosine + c.x * sine + axis.x * along, v.y * cosine + c.y * sine + axis.y * along,
        v.z * cosine + c.z * sine + axis.z * along};
}

}

extern "C" void ba(
    std::int64_t p, const double *cameras, const double *points, const double *weights, const double *features,
    const std::int64_t *camera_of, const std::int64_t *point_of, double *errors, double *weight_errors) {
    for (std::int64_t i = 0; i < p; ++i) {
        const double *camera = cameras + 11 * camera_of[i], *point = points + 3 * point_of[i];
        const Vector seen = rotated(
            {camera[0], camera[1], camera[2]},
            {point[0] - camera[3], point[1] - camera[4], point[2] - camera[5]});
        const double x = seen.x / seen.z, y = seen.y / seen.z;
        const double square = x * x + y * y;
        const double scale = camera[6] * (1 + camera[9] * square + camera[10] * square * square);
        errors[2 * i] = weights[i] * (scale * x + camera[7] - features[2 * i]);
        errors[2 * i + 1] = weights[i] * (scale * y + camera[8] - features[2 * i + 1]);
    }
    for (std::int64_t i = 0; i < p; ++i) weight_errors[i] = 1 - weights[i] * weights[i];
}
