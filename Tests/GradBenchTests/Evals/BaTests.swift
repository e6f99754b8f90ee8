import Foundation
import GradBench
import Testing

/// Bundle adjustment, against the definition for one observation.
struct BaTests {
    /// The two errors for the camera, the point and the weight, one after the other.
    private static func errors(_ v: [Double], _ feature: [Double]) -> [Double] {
        let (r, y) = (Array(v[0..<3]), [v[11] - v[3], v[12] - v[4], v[13] - v[5]])
        let angle = sqrt(dot(r, r))
        var turned = y
        if angle > 0 {
            let axis = r.map { $0 / angle }
            let across = cross(axis, y)
            let along = dot(axis, y) * (1 - cos(angle))
            for k in 0..<3 {
                turned[k] *= cos(angle)
                turned[k] += across[k] * sin(angle) + axis[k] * along
            }
        }
        let p = [turned[0] / turned[2], turned[1] / turned[2]]
        let s = dot(p, p)
        let scale = v[6] * (1 + v[9] * s + v[10] * s * s)
        return [0, 1].map { k -> Double in
            let projected = scale * p[k] + v[7 + k]
            return v[14] * (projected - feature[k])
        }
    }

    private static func cross(_ a: [Double], _ b: [Double]) -> [Double] {
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    }

    /// Without a turn, and with a short one, the formula for the rotation has other cases.
    @Test(arguments: Engine.Kind.allCases, [[0.3, -0.2, 0.5], [0, 0, 0], [1e-9, 0, 0]])
    func errorsAndJacobian(kind: Engine.Kind, turn: [Double]) throws {
        var tool = Conversation(kind)
        let camera = turn + [0.2, -0.4, 0.1, 1.3, 0.2, -0.3, 0.05, -0.02]
        let (point, weight, feature) = ([0.3, 0.6, 3.2], 0.8, [0.1, -0.2])
        let (n, m, p) = (3, 4, 13)
        let input: [String: Any] = [
            "n": n, "m": m, "p": p, "cam": camera, "x": point, "w": weight, "feat": feature,
        ]
        let inputs = camera + point + [weight]
        let output = try #require(try tool.output("ba", "objective", input) as? [String: Any])
        let reprojection = try #require(output["reproj_error"] as? [String: Any])
        expectClose(
            flattened(try #require(reprojection["elements"])), BaTests.errors(inputs, feature), rounding)
        #expect(reprojection["repeated"] as? Int == p)
        let weights = try #require(output["w_err"] as? [String: Any])
        #expect(abs((weights["element"] as? Double ?? .nan) - (1 - weight * weight)) < rounding)
        #expect(weights["repeated"] as? Int == p)

        // Observation 0 is of camera 0 and point 0; the very last entry is the last weight's.
        let places = Array(0..<11) + [11 * n, 11 * n + 1, 11 * n + 2, 11 * n + 3 * m]
        #expect(
            try tool.numbers("ba", "jacobian", input, field: "cols")
                == (places + places + [11 * n + 3 * m + p - 1]).map(Double.init))
        // 26 rows of 15 entries, then rows of one.
        #expect(
            try tool.numbers("ba", "jacobian", input, field: "rows")
                == ((0...26).map { 15 * $0 } + [391, 392, 393, 31 * p]).map(Double.init))
        let columns = differences(inputs, ofAll: { BaTests.errors($0, feature) })
        let rows = [0, 1].flatMap { row in columns.map { $0[row] } }
        expectClose(
            try tool.numbers("ba", "jacobian", input, field: "vals"), rows + [-2 * weight], differencing)
    }
}
