import AD
import BenchmarkSupport

/// The saddle point of p² − q²: the least p of the largest q, found by a descent that contains an ascent.
struct Saddle: Eval {
    static let module = "saddle"

    /// |q|² − |p|², of which the best q is the least.
    private static let depth = ReversibleFunction("depth", parameters: ["out", "q", "p"]) {
        (out: Scalar, q: Point, p: Point) in
        out += q.x * q.x + q.y * q.y - (p.x * p.x + p.y * p.y)
    }

    /// The value at the best q, in place of p.
    private static func highest(_ inner: Nesting.Mode) -> ReversibleFunction<Scalar, Vector, Vector> {
        let lowest = GradientDescent.minimum(of: depth, inner)
        return ReversibleFunction("highest", parameters: ["out", "p", "start"]) {
            (out: Scalar, p: Vector, start: Vector) in
            onPoints(start, p) { start, p in (~lowest)(out, start, p) }
        }
    }

    private static let depthOfVectors = ReversibleFunction("depth", parameters: ["out", "q", "p"]) {
        (out: Scalar, q: Vector, p: Vector) in
        onPoints(q, p) { q, p in depth(out, q, p) }
    }

    @Reversible
    private static func onPoints(
        _ q: Vector, _ p: Vector, _ body: @escaping (Point, Point) -> Statement
    ) -> Statement {
        let (inner, outer) = (Point.ancilla("q"), Point.ancilla("p"))
        Compute {
            inner.x += q[0]
            inner.y += q[1]
            outer.x += p[0]
            outer.y += p[1]
        } apply: {
            body(inner, outer)
        }
    }

    private struct Descents: Sendable {
        let ofP: Descent
        let ofQ: Descent
    }

    private let descents: [String: Descents]

    init(_ engine: Engine) throws {
        var descents: [String: Descents] = [:]
        for nesting in Nesting.all {
            let highest = Saddle.highest(nesting.inner)
            descents[nesting.name] = Descents(
                ofP: Descent(
                    value: try engine.function(highest), slope: try engine.slope(of: highest, nesting.outer),
                    mode: nesting.outer),
                ofQ: Descent(
                    value: try engine.function(Saddle.depthOfVectors),
                    slope: try engine.slope(of: Saddle.depthOfVectors, nesting.outer), mode: nesting.outer))
        }
        self.descents = descents
    }

    private struct Input: Decodable { let start: [Double] }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        descents.mapValues { descents in
            { request in
                let input = try request.input(Input.self)
                try require(
                    input.start.count == 2,
                    "\"start\" has \(input.start.count) numbers; a point in the plane has 2")
                let start = input.start
                var saddle: [Double] = []
                return try input.repeats.run {
                    let p = try descents.ofP.argmin([.real(0), .reals(start), .reals(start)])
                    saddle = p + (try descents.ofQ.argmin([.real(0), .reals(start), .reals(p)]))
                } output: {
                    saddle
                }
            }
        }
    }
}
