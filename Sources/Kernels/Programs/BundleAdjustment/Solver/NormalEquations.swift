import NativeEngine
import Optimizers

/// Memory for numbers that is given back by itself.
final class Numbers {
    let count: Int
    let start: UnsafeMutablePointer<Double>

    init(_ count: Int) {
        self.count = count
        start = .allocate(capacity: max(count, 1))
        start.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { start.deallocate() }

    func clear() { start.update(repeating: 0, count: count) }

    subscript(position: Int) -> Double {
        get { start[position] }
        set { start[position] = newValue }
    }
}

/// The normal equations of a linearised problem, whose points are eliminated (the Schur complement).
///
/// For cameras c and points p, JᵀJ has the blocks U (9 × 9 for each camera), V (3 × 3 for each point) and
/// W (9 × 3 for each observation, stored transposed). With damping D the step solves
/// (U − W V⁻¹ Wᵀ) c = W V⁻¹ g_p − g_c and V p = −g_p − Wᵀ c, where g is the gradient and D is in U and V.
struct NormalEquations {
    let cameras: Int
    let points: Int
    private let cameraOf: [Int]
    private let pointOf: [Int]
    /// Where an observation is when they are sorted by their points; W is stored in this order.
    private let placeOf: [Int]
    /// A point's observations are at the places `firstOf[point]..<firstOf[point + 1]`.
    private let firstOf: [Int]
    /// The camera, and the point, of the observation at a place.
    private let cameraAt: [Int]
    private let pointAt: [Int]
    /// The places of each camera's observations.
    private let placesOf: [[Int]]

    private let u: Numbers
    private let v: Numbers
    private let w: Numbers
    private let reduced: Numbers
    private let inverses: Numbers
    /// The gradient, of the cameras' and then the points' parameters.
    let gradient: Numbers
    /// The solution, likewise.
    let step: Numbers

    init(_ problem: BundleAdjustment.BAL.Problem) {
        (cameras, points) = (problem.cameras.rows, problem.points.rows)
        (cameraOf, pointOf) = (problem.cameraOf, problem.pointOf)
        var first = [Int](repeating: 0, count: points + 1)
        for point in pointOf { first[point + 1] += 1 }
        for point in 0..<points { first[point + 1] += first[point] }
        var (next, places) = (first, [Int]())
        for point in pointOf {
            places.append(next[point])
            next[point] += 1
        }
        var (camerasInOrder, pointsInOrder) = (cameraOf, pointOf)
        for (i, place) in places.enumerated() {
            camerasInOrder[place] = cameraOf[i]
            pointsInOrder[place] = pointOf[i]
        }
        var byCamera = [[Int]](repeating: [], count: cameras)
        for (place, camera) in camerasInOrder.enumerated() { byCamera[camera].append(place) }
        (firstOf, placeOf, placesOf) = (first, places, byCamera)
        (cameraAt, pointAt) = (camerasInOrder, pointsInOrder)
        u = Numbers(81 * cameras)
        v = Numbers(9 * points)
        w = Numbers(27 * pointOf.count)
        reduced = Numbers(81 * cameras * cameras)
        inverses = Numbers(9 * points)
        gradient = Numbers(9 * cameras + 3 * points)
        step = Numbers(9 * cameras + 3 * points)
    }

    /// Adds up the blocks from the errors (2 for each observation) and the rows (2 × 12 for each).
    func assemble(errors: [Double], rows: [Double]) {
        u.clear()
        v.clear()
        gradient.clear()
        rows.withUnsafeBufferPointer { rows in
            guard var row = rows.baseAddress else { return }
            for i in cameraOf.indices {
                let (e0, e1, next) = (errors[2 * i], errors[2 * i + 1], row + 12)
                let (u, v) = (u.start + 81 * cameraOf[i], v.start + 9 * pointOf[i])
                let w = w.start + 27 * placeOf[i]
                let (inCamera, inPoint) = (
                    gradient.start + 9 * cameraOf[i], gradient.start + 9 * cameras + 3 * pointOf[i]
                )
                for a in 0..<9 {
                    let (x, y) = (row[a], next[a])
                    for b in 0...a { u[9 * a + b] += x * row[b] + y * next[b] }
                    for b in 0..<3 { w[9 * b + a] = x * row[9 + b] + y * next[9 + b] }
                    inCamera[a] += x * e0 + y * e1
                }
                for a in 0..<3 {
                    let (x, y) = (row[9 + a], next[9 + a])
                    for b in 0...a { v[3 * a + b] += x * row[9 + b] + y * next[9 + b] }
                    inPoint[a] += x * e0 + y * e1
                }
                row += 24
            }
        }
    }

    /// The diagonal of JᵀJ.
    func diagonal(_ parameter: Int) -> Double {
        if parameter < 9 * cameras { return u[81 * (parameter / 9) + 10 * (parameter % 9)] }
        let k = parameter - 9 * cameras
        return v[9 * (k / 3) + 4 * (k % 3)]
    }

    /// Solves (JᵀJ + damping) step = −gradient; false if that matrix is not numerically positive definite.
    func solve(damping: [Double], threads: Int) -> Bool {
        let size = 9 * cameras
        reduced.clear()
        for camera in 0..<cameras {
            for a in 0..<9 {
                let row = reduced.start + size * (9 * camera + a) + 9 * camera
                for b in 0...a { row[b] = u[81 * camera + 9 * a + b] }
                row[a] += damping[9 * camera + a]
                step[9 * camera + a] = -gradient[9 * camera + a]
            }
        }
        for point in 0..<points {
            guard invert(point, damping) else { return false }
        }
        // A camera's equations are written by one worker, in the same order whatever the number of workers.
        nonisolated(unsafe) let equations = self
        ThreadTeam.share(cameras, among: threads) { equations.eliminatePoints(from: $0) }
        guard let factor = DenseCholesky(factoring: reduced.start, count: size, threads: threads) else {
            return false
        }
        factor.solve(step.start)
        for point in 0..<points { substitute(point) }
        return true
    }

    /// The inverse of a point's damped block, from its Cholesky factor.
    private func invert(_ point: Int, _ damping: [Double]) -> Bool {
        let (v, d) = (v.start + 9 * point, 9 * cameras + 3 * point)
        let p0 = v[0] + damping[d]
        guard p0 > 0, p0.isFinite else { return false }
        let l00 = p0.squareRoot()
        let (l10, l20) = (v[3] / l00, v[6] / l00)
        let p1 = v[4] + damping[d + 1] - l10 * l10
        guard p1 > 0, p1.isFinite else { return false }
        let l11 = p1.squareRoot()
        let l21 = (v[7] - l20 * l10) / l11
        let p2 = v[8] + damping[d + 2] - l20 * l20 - l21 * l21
        guard p2 > 0, p2.isFinite else { return false }
        let l22 = p2.squareRoot()
        // The inverse of L, and V⁻¹ = L⁻ᵀ L⁻¹.
        let (m00, m11, m22) = (1 / l00, 1 / l11, 1 / l22)
        let m10 = -l10 * m00 * m11
        let m21 = -l21 * m11 * m22
        let m20 = -(l20 * m00 + l21 * m10) * m22
        let out = inverses.start + 9 * point
        out[0] = m00 * m00 + m10 * m10 + m20 * m20
        out[1] = m10 * m11 + m20 * m21
        out[2] = m20 * m22
        out[4] = m11 * m11 + m21 * m21
        out[5] = m21 * m22
        out[8] = m22 * m22
        (out[3], out[6], out[7]) = (out[1], out[2], out[5])
        return true
    }

    /// Takes all points out of the equations of one camera, whose nine rows then stay in the cache.
    private func eliminatePoints(from camera: Int) {
        let size = 9 * cameras
        let rows = reduced.start + size * 9 * camera
        withUnsafeTemporaryAllocation(of: Space.self, capacity: 9) { y in
            for place in placesOf[camera] {
                let point = pointAt[place]
                let (inverse, g) = (inverses.start + 9 * point, gradient.start + size + 3 * point)
                let wi = w.start + 27 * place
                for a in 0..<9 {
                    let (w0, w1, w2) = (wi[a], wi[9 + a], wi[18 + a])
                    let y0 = w0 * inverse[0] + w1 * inverse[3] + w2 * inverse[6]
                    let y1 = w0 * inverse[1] + w1 * inverse[4] + w2 * inverse[7]
                    let y2 = w0 * inverse[2] + w1 * inverse[5] + w2 * inverse[8]
                    y[a] = Space(y0, y1, y2)
                    step[9 * camera + a] += y0 * g[0] + y1 * g[1] + y2 * g[2]
                }
                for other in firstOf[point]..<firstOf[point + 1] where cameraAt[other] <= camera {
                    subtract(y, w.start + 27 * other, from: rows + 9 * cameraAt[other], size)
                }
            }
        }
    }

    /// Subtracts Y Wᵀ from a block of 9 × 9; four columns at a time leave room in the registers.
    @inline(__always)
    private func subtract(
        _ y: UnsafeMutableBufferPointer<Space>, _ w: UnsafePointer<Double>,
        from block: UnsafeMutablePointer<Double>, _ stride: Int
    ) {
        typealias Four = SIMD4<Double>
        let (memory, target) = (UnsafeRawPointer(w), UnsafeMutableRawPointer(block))
        for columns in [0, 32] {
            let w0 = memory.loadUnaligned(fromByteOffset: columns, as: Four.self)
            let w1 = memory.loadUnaligned(fromByteOffset: columns + 72, as: Four.self)
            let w2 = memory.loadUnaligned(fromByteOffset: columns + 144, as: Four.self)
            var offset = columns
            for a in 0..<9 {
                let old = target.loadUnaligned(fromByteOffset: offset, as: Four.self)
                let new = old - (y[a].x * w0 + y[a].y * w1 + y[a].z * w2)
                target.storeBytes(of: new, toByteOffset: offset, as: Four.self)
                offset += 8 * stride
            }
        }
        for a in 0..<9 {
            block[a * stride + 8] -= y[a].x * w[8] + y[a].y * w[17] + y[a].z * w[26]
        }
    }

    /// A point's step, when those of the cameras are known.
    private func substitute(_ point: Int) {
        let first = 9 * cameras + 3 * point
        var (r0, r1, r2) = (-gradient[first], -gradient[first + 1], -gradient[first + 2])
        for place in firstOf[point]..<firstOf[point + 1] {
            let (w, c) = (w.start + 27 * place, step.start + 9 * cameraAt[place])
            for a in 0..<9 {
                r0 -= w[a] * c[a]
                r1 -= w[9 + a] * c[a]
                r2 -= w[18 + a] * c[a]
            }
        }
        let inverse = inverses.start + 9 * point
        step[first] = inverse[0] * r0 + inverse[1] * r1 + inverse[2] * r2
        step[first + 1] = inverse[3] * r0 + inverse[4] * r1 + inverse[5] * r2
        step[first + 2] = inverse[6] * r0 + inverse[7] * r1 + inverse[8] * r2
    }
}
