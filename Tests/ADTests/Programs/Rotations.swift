import AD
import Testing

/// x becomes its mirror image in the hyperplane orthogonal to v: x - 2 v (v·x)/(v·v).
///
/// The scratch number is cleared by a second look: after the reflection v·x has changed its sign.
private let reflect = ReversibleFunction("reflect", parameters: ["x", "v"]) { (x: Vector, v: Vector) in
    let twice = Scalar.ancilla("twice")
    let projection = 2 * sum(v * x) / sum(v * v)
    twice += projection
    x -= twice * v
    twice += projection
}

/// An orthogonal matrix applied to x, given by n(n - 1)/2 angles of plane rotations.
///
/// The parametrisation of NiLang's `i_umm!` (examples/unitary.jl): sweep j turns the neighbours
/// (n - 2, n - 1), …, (j, j + 1).
private let sweep = ReversibleFunction("sweep", parameters: ["x", "angles"]) { (x: Vector, angles: Vector) in
    let k = Integer.ancilla("k")
    For(0..<(x.count - 1)) { j in
        For((x.count - 2)...j, by: -1) { i in
            ROT(x[i], x[i + 1], angles[k])
            k += 1
        }
    }
    k -= angles.count
}

/// The sum of a swept vector, as a loss.
private let sweptSum = ReversibleFunction("sweptSum") { (out: Scalar, x: Vector, angles: Vector) in
    Compute {
        sweep(x, angles)
    } apply: {
        out += sum(x)
    }
}

@Suite struct RotationTests {
    @Test func reflectionIsItsOwnInverse() throws {
        let (x, v) = (sample(7), sample(7, seed: 0.9))
        let (image, _) = try reflect(x, v)
        let (again, _) = try reflect(image, v)
        #expect(agrees(again, x, 1e-15))
        let (back, _) = try (~reflect)(image, v)
        #expect(agrees(back, x, 1e-15))
    }

    @Test func reflectionMapsTheMirrorsNormal() throws {
        #expect(try reflect([3, 4, 0], [3, 4, 0]).0 == [-3, -4, 0])
        #expect(try reflect([0, 0, 5], [3, 4, 0]).0 == [0, 0, 5])
        let image = try reflect([1, 2, 3], [1, 0, -1]).0
        #expect(agrees(image, [3, 2, 1], 1e-15))
    }

    /// The Jacobian in x is I - 2vvᵀ/(v·v).
    @Test func reflectionsJacobian() throws {
        let v = [1.0, 2, -2]
        let found = try jacobian(reflect, sample(3), v, of: 0, with: 0)
        for row in 0..<3 {
            for column in 0..<3 {
                let expected = (row == column ? 1 : 0) - 2 * v[row] * v[column] / 9
                #expect(agrees(found[row, column], expected, 1e-15))
            }
        }
        try checkGrads(reflect, sample(5), sample(5, seed: 0.3))
    }

    /// Recomputed with products of rotation matrices at 50 digits (mpmath), derivatives by complex step.
    @Test func sweepOfThree() throws {
        let both = try valueAndGrad(sweptSum, 0, [1, 2, 3], [0.3, 0.4, 0.5])
        #expect(agrees(both.value, 3.7071703505465169, 1e-15))
        #expect(
            agrees(both.gradient.1, [1.4495048389968934, 0.93970077188951546, 0.12608798925686422], 1e-15))
        #expect(
            agrees(both.gradient.2, [-2.5669263371548179, -0.62398693138196642, -4.1606254898124696], 1e-15))
    }

    @Test(arguments: [1, 2, 6]) func sweepKeepsLengths(n: Int) throws {
        let (x, angles) = (sample(n), sample(n * (n - 1) / 2, seed: 0.2))
        let (turned, _) = try sweep(x, angles)
        let lengths = [x, turned].map { $0.reduce(0) { $0 + $1 * $1 } }
        #expect(agrees(lengths[1], lengths[0], 1e-14))  // 15 rotations at most, each to rounding
        try checkInverse(sweep, x, angles, tolerance: 1e-14)
        try checkGrads(sweep, x, angles)
    }

    @Test func wrongNumberOfAnglesIsAnError() {
        #expect(throws: ReversibilityError.self) { try sweep([1, 2, 3], [0.3]) }
        #expect(throws: ReversibilityError.self) { try sweep([1, 2, 3], [0.3, 0.2, 0.1, 0.4]) }
    }
}
