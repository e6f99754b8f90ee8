// How far points are from places on the surface of a hand in a pose.
//
// Every vertex is carried along by every bone, in proportion to its weight.
// Rows: relatives and inverses [bones][16], positions [vertices][4], weights [vertices][bones], triangles [][3],
// points [count][3], us [count][2].
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

struct Matrix {
    double entries[4][4];

    double *operator[](int row) { return entries[row]; }
    const double *operator[](int row) const { return entries[row]; }
};

Matrix read(const double *entries) {
    Matrix result;
    for (int k = 0; k < 16; ++k) result[k / 4][k % 4] = entries[k];
    return result;
}

Matrix operator*(const Matrix &a, const Matrix &b) {
    Matrix result = {};
    for (int i = 0; i < 4; ++i)
        for (int k = 0; k < 4; ++k)
            for (int j = 0; j < 4; ++j) result[i][j] += a[i][k] * b[k][j];
    return result;
}

// First about the x axis, then y, then z.
Matrix rotation(double x, double y, double z) {
    const double cx = std::cos(x), sx = std::sin(x), cy = std::cos(y), sy = std::sin(y);
    const double cz = std::cos(z), sz = std::sin(z);
    return {{
        {cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx, 0},
        {sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx, 0},
        {-sy, cy * sx, cy * cx, 0},
        {0, 0, 0, 1},
    }};
}

// The rotation by |r| about the direction of r; none, if that is short.
Matrix rotation_about(const double *r) {
    const double angle = std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
    if (angle < 1e-4) return rotation(0, 0, 0);
    const double x = r[0] / angle, y = r[1] / angle, z = r[2] / angle;
    const double c = std::cos(angle), s = std::sin(angle), t = 1 - c;
    return {{
        {x * x * t + c, x * y * t - z * s, x * z * t + y * s, 0},
        {y * x * t + z * s, y * y * t + c, y * z * t - x * s, 0},
        {z * x * t - y * s, z * y * t + x * s, z * z * t + c, 0},
        {0, 0, 0, 1},
    }};
}

// For each bone, the way from its place at rest to the one that it has in the pose.
std::vector<Matrix> transforms(
    std::int64_t bones, const double *theta, const std::int64_t *parents, const double *relatives,
    const double *inverses) {
    std::vector<Matrix> absolutes(bones), result(bones);
    for (std::int64_t bone = 0; bone < bones; ++bone) {
        double x = 0, z = 0;
        if (bone >= 2 && bone <= 20 && bone % 4 != 1) {
            // A finger's four angles: two of its first joint, one of each of the others.
            const double *finger = theta + 6 + 4 * ((bone - 2) / 4);
            const std::int64_t joint = (bone - 2) % 4;
            x = joint == 0 ? finger[0] : finger[joint + 1];
            z = joint == 0 ? finger[1] : 0;
        }
        const Matrix relative = read(relatives + 16 * bone) * rotation(x, 0, z);
        absolutes[bone] = parents[bone] < 0 ? relative : absolutes[parents[bone]] * relative;
        result[bone] = absolutes[bone] * read(inverses + 16 * bone);
    }
    return result;
}

}

extern "C" void ht(
    std::int64_t bones, std::int64_t vertices, std::int64_t count, const double *theta,
    const std::int64_t *parents, const double *relatives, const double *inverses, const double *positions,
    const double *weights, std::int64_t mirrored, const std::int64_t *triangles,
    const std::int64_t *correspondences, const double *points, const double *us, double *errors) {
    const std::vector<Matrix> moves = transforms(bones, theta, parents, relatives, inverses);
    const Matrix turn = rotation_about(theta);
    std::vector<double> surface(3 * vertices);
    for (std::int64_t v = 0; v < vertices; ++v) {
        const double *at = positions + 4 * v;
        double moved[3] = {};
        for (std::int64_t bone = 0; bone < bones; ++bone) {
            const Matrix &move = moves[bone];
            for (int row = 0; row < 3; ++row)
                moved[row] += weights[v * bones + bone]
                    * (move[row][0] * at[0] + move[row][1] * at[1] + move[row][2] * at[2] + move[row][3] * at[3]);
        }
        if (mirrored) moved[0] = -moved[0];
        for (int row = 0; row < 3; ++row)
            surface[3 * v + row] = turn[row][0] * moved[0] + turn[row][1] * moved[1] + turn[row][2] * moved[2]
                + theta[3 + row];
    }
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t *corners = triangles + 3 * correspondences[i];
        const double u = us[2 * i], w = us[2 * i + 1];
        for (int row = 0; row < 3; ++row)
            errors[3 * i + row] = points[3 * i + row]
                - (u * surface[3 * corners[0] + row] + w * surface[3 * corners[1] + row]
                   + (1 - u - w) * surface[3 * corners[2] + row]);
    }
}
