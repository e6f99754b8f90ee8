// Bundle adjustment: the reprojection errors of p observations, and their Jacobian.
//
// A camera is 11 numbers: an angle-axis rotation r (3), a centre c (3), a focal length f, a principal point
// u (2) and two coefficients of radial distortion k (2). Observation i sees point point_of[i] with camera
// camera_of[i] at features[2 i], features[2 i + 1], and counts with the weight weights[i].

#include <math.h>

// What the projection of one point passes through on its way.
typedef struct {
    double axis[3];         // the axis of the rotation, of length 1; r itself if the angle is 0
    double sine, cosine;
    double angle;
    double relative[3];     // the point seen from the camera's centre
    double cross[3];        // axis x relative
    double along;           // axis . relative
    double rotated[3];
    double px, py;          // on the plane at distance 1
    double squares;         // px^2 + py^2
    double distortion;
} projection;

static inline void project(const double *restrict camera, const double *restrict point, projection *restrict s) {
    const double *r = camera, *c = camera + 3;
    for (int i = 0; i < 3; i++) s->relative[i] = point[i] - c[i];
    double squared_angle = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    if (squared_angle != 0) {
        s->angle = sqrt(squared_angle);
        double inverse = 1 / s->angle;
        for (int i = 0; i < 3; i++) s->axis[i] = r[i] * inverse;
        s->sine = sin(s->angle);
        s->cosine = cos(s->angle);
    } else {
        // The rotation is the identity, and its derivative that of relative + r x relative.
        for (int i = 0; i < 3; i++) s->axis[i] = 0;
        s->angle = 0;
        s->sine = 0;
        s->cosine = 1;
    }
    const double *a = s->axis, *y = s->relative;
    s->cross[0] = a[1] * y[2] - a[2] * y[1];
    s->cross[1] = a[2] * y[0] - a[0] * y[2];
    s->cross[2] = a[0] * y[1] - a[1] * y[0];
    s->along = a[0] * y[0] + a[1] * y[1] + a[2] * y[2];
    double rest = s->along * (1 - s->cosine);
    for (int i = 0; i < 3; i++) s->rotated[i] = y[i] * s->cosine + s->cross[i] * s->sine + a[i] * rest;

    double inverse_depth = 1 / s->rotated[2];
    s->px = s->rotated[0] * inverse_depth;
    s->py = s->rotated[1] * inverse_depth;
    s->squares = s->px * s->px + s->py * s->py;
    s->distortion = 1 + s->squares * (camera[9] + camera[10] * s->squares);
}

// errors has 2 p numbers, weight_errors p.
void ba_objective(
    long p, const double *restrict cameras, const double *restrict points, const double *restrict weights,
    const double *restrict features, const long *restrict camera_of, const long *restrict point_of,
    double *restrict errors, double *restrict weight_errors
) {
    for (long i = 0; i < p; i++) {
        const double *camera = cameras + 11 * camera_of[i];
        projection s;
        project(camera, points + 3 * point_of[i], &s);
        double scale = camera[6] * s.distortion, weight = weights[i];
        errors[2 * i] = weight * (scale * s.px + camera[7] - features[2 * i]);
        errors[2 * i + 1] = weight * (scale * s.py + camera[8] - features[2 * i + 1]);
        weight_errors[i] = 1 - weight * weight;
    }
}

// The derivatives of b . rotated in r and in the point, where b is constant.
static inline void rotation_row(
    const double *restrict b, const projection *restrict s, double *restrict in_r, double *restrict in_point
) {
    const double *a = s->axis, *y = s->relative;
    double moment[3] = {
        y[1] * b[2] - y[2] * b[1], y[2] * b[0] - y[0] * b[2], y[0] * b[1] - y[1] * b[0],
    };
    if (s->angle == 0) {
        for (int i = 0; i < 3; i++) {
            in_r[i] = moment[i];
            in_point[i] = b[i];
        }
        return;
    }
    double b_along = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    double b_relative = b[0] * y[0] + b[1] * y[1] + b[2] * y[2];
    double b_cross = b[0] * s->cross[0] + b[1] * s->cross[1] + b[2] * s->cross[2];
    double versine = 1 - s->cosine;
    double sine_rate = s->sine / s->angle, versine_rate = versine / s->angle;
    // Along the axis the angle changes, across it the axis.
    double axial = s->cosine * b_cross + s->sine * (b_along * s->along - b_relative)
        - sine_rate * b_cross - 2 * versine_rate * b_along * s->along;
    double in_b = versine_rate * s->along, in_y = versine_rate * b_along, in_a = versine * b_along;
    double turned[3] = {
        b[1] * a[2] - b[2] * a[1], b[2] * a[0] - b[0] * a[2], b[0] * a[1] - b[1] * a[0],
    };
    for (int i = 0; i < 3; i++) {
        in_r[i] = a[i] * axial + sine_rate * moment[i] + in_b * b[i] + in_y * y[i];
        in_point[i] = s->cosine * b[i] + s->sine * turned[i] + in_a * a[i];
    }
}

// The nonzero entries of the Jacobian: two rows of 15 for every observation (camera, point, weight), and after
// all of them one entry for every weight error.
void ba_jacobian(
    long p, const double *restrict cameras, const double *restrict points, const double *restrict weights,
    const double *restrict features, const long *restrict camera_of, const long *restrict point_of,
    double *restrict values
) {
    for (long i = 0; i < p; i++) {
        const double *camera = cameras + 11 * camera_of[i];
        projection s;
        project(camera, points + 3 * point_of[i], &s);
        double weight = weights[i], focal = camera[6];
        double plane[2] = {s.px, s.py};
        double rate = 2 * (camera[9] + 2 * camera[10] * s.squares);
        double factor = weight * focal, inverse_depth = 1 / s.rotated[2];
        double scale = factor * s.squares;
        for (int row = 0; row < 2; row++) {
            double *restrict out = values + 30 * i + 15 * row;
            double position = plane[row];
            // The error's derivative in px and py, and by them in the rotated point.
            double in_px = factor * rate * position * s.px, in_py = factor * rate * position * s.py;
            if (row == 0) in_px += factor * s.distortion;
            else in_py += factor * s.distortion;
            double b[3] = {in_px * inverse_depth, in_py * inverse_depth,
                -(in_px * s.px + in_py * s.py) * inverse_depth};
            double in_point[3];
            rotation_row(b, &s, out, in_point);
            for (int j = 0; j < 3; j++) {
                out[3 + j] = -in_point[j];
                out[11 + j] = in_point[j];
            }
            double distorted = s.distortion * position;
            out[6] = weight * distorted;
            out[7] = row == 0 ? weight : 0;
            out[8] = row == 1 ? weight : 0;
            out[9] = scale * position;
            out[10] = scale * s.squares * position;
            out[14] = focal * distorted + camera[7 + row] - features[2 * i + row];
        }
        values[30 * p + i] = -2 * weight;
    }
}
