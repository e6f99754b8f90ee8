// Every word of the language in one closure, with numbers of the host; `.ci/type-check` puts the imports above it.

let dt = 0.01, k = 3
let f1 = ReversibleFunction {
    (y: Scalar, x: Scalar, v: Vector, w: Vector, n: Integer, m: Matrix, iv: IntegerVector, s: Stack) in
    let t = Scalar.ancilla(), q = Vector.ancilla(count: v.count), c = Integer.ancilla()
    n += k + n * 0 - k
    y += x * dt
    y += x * 2
    y += select(n < v.count, v[0], 0)
    y += select(n < k && x > 0 || !(x == y), 1, max(x, 1))
    y += max(1, x) + min(x, v[n + 1]) + min(0, n) + max(n, k)
    y += pow(x, 2) + pow(2, x) + pow(x, n) + pow(dt, x) + pow(x, dt) + pow(k, x)
    y += atan2(x, 1) + atan2(1.0, x) + atan2(x, v[0]) + hypot(x, 1) + hypot(3, x)
    y += sum(v * w) / v.count + sum(m) + argmax(v) + argmin(w - 2 * v)
    y += sin(x) * cos(2 * x) + exp(-x * x) + log(1 + x) + sqrt(x * x + 1)
    y += abs(x - 1) + sign(x) + floor(x)
    y += erf(x) + lgamma(x) + digamma(x) + cbrt(x) + tanh(x / 2)
    If(n > 0, post: n > 0) {
        y += 1
    } else: {
        y -= 1
    }
    For(0..<n) { i in y += v[i] * i }
    For(0..<n, by: 2) { i in y += v[i] / 2 }
    For((0..<3)) { i in y += i }
    For(v.indices) { i in y += v[i] * w[i] - m[i, i + 1] }
    ParallelFor(0..<n) { i in v[i] += w[i] * dt }
    Compute {
        t += x * y
    } apply: {
        v[0] += sqrt(t)
    }
    SWAP(v[0], v[1]); ROT(x, y, 0.25); IROT(x, y, 0.5); NEG(x); HADAMARD(x, y); INC(n); DEC(n)
    PUSH(t, on: s); POP(t, from: s)
    c ^= n & 3 | k << n ^ (iv[0] >> 2) &+ ~(n + 1); c &+= n &* 5; c &*= 7; ROTL(c, n); ROTR(c, 3); c &-= 1 & n
    n += iv[n + k] % 3; n ^= k; x *= 2; x /= dt; v *= 2; v += w * dt; m -= 2 * m
    q += v; q -= v; c += n; c -= n
    for i in 0..<3 { y += v[i] * Double(i) + Double(i) * dt }
    If(x > 0) { For(0..<3) { i in y += i * x } }
    While(x > 0, post: y > 0) {
        y += 1; x -= 1
    }
}

func calls(_ x: Double) throws {
    let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += x * x + sin(x) }
    let g = ReversibleFunction { (y: Scalar, v: Vector, m: Matrix, k: Integer) in y += sum(v) * k + sum(m) }
    print(try f(0, x).0, try (~f)(0, x).1, try grad(f, 0, x).1, try valueAndGrad(f, 0, x).gradient.1)
    print(try grad(g, 0, [1, 2], [[1, 0]], 3).1[0], try vjp(f, 0, x, cotangent: 1, of: 0).product.1)
    print(try jvp(g, 0, [1, 2], [[1, 0]], 3, tangent: (0, [1, 0], [[1, 0]], ())).product.0)
    print(try hvp(g, 0, [1, 2], [[1, 0]], 3, direction: (0, [1, 0], [[1, 0]], ())).2[0, 0])
    print(try hessian(f, 0, x)[1, 1] + 1, try jacobian(f, 0, x, of: 0, with: 1)[0, 0], adjoint(adjoint(f)))
    let slope = grad(f)
    print(
        abs(try f(0, x).0 - 2 * 3 - 1) < 1e-9 * max(1, 2 * x) * (1 + 2), try f(0, x).0 == 3 * (24 + 4 + 1 + 1)
    )
    print(
        abs(try grad(f, 0, x).1 - 2 * 3 - 1) < 1e-9 * (1 + 2 * x), abs(try slope(0, x).1 - 2 * x - 1) < 1e-9)
    var p = [1.0, 2.0]
    for _ in 0..<3 {
        let d = try grad(g, 0, p, [[1, 0]], 2).1
        for i in p.indices { p[i] -= 0.1 * d[i] / (1 + abs(d[i])) }
    }
    print(try slope(0, x).1, try slope(0, x), try grad(f)(0, x), p.map { $0 * 2 }.reduce(0, +))
}
