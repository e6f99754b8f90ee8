// Recursion at run time: Fibonacci's number n, times x.

static void add(double *out, double x, long n) {
    if (n <= 2) {
        *out += x;
    } else {
        add(out, x, n - 1);
        add(out, x, n - 2);
    }
}

double fibonacci_objective(double x, long n) {
    double out = 0;
    add(&out, x, n);
    return out;
}

// The same recursion, from the gradient of the result to that of x.
static void add_gradient(double out, double *x, long n) {
    if (n <= 2) {
        *x += out;
    } else {
        add_gradient(out, x, n - 1);
        add_gradient(out, x, n - 2);
    }
}

double fibonacci_gradient(long n) {
    double x = 0;
    add_gradient(1, &x, n);
    return x;
}
