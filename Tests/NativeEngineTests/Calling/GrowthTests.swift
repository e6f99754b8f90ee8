import AD
@testable import NativeEngine
import ReversibleCore
import Testing

/// What is emitted grows with what is written.
///
/// Where the limit is what fails, the walk that forgets would take days.
@Suite(.timeLimit(.minutes(30)))
struct GrowthTests {
    private static func source(_ definition: Definition, _ checks: Checks) -> String {
        let unit = SourceUnit(
            definition, inverted: false,
            LoweringRequest(
                checks: checks, schedule: .standard, wanted: definition.parameters.map { _ in true }),
            EmissionRequest(number: .double))
        return unit.text(entering: unit.emit(), exported: nil)
    }

    // MARK: Names

    @Test func namesAreTheFirstThatAreFree() {
        var names = CNames()
        #expect([names.declare("t"), names.declare("t"), names.declare("t")] == ["t", "t2", "t3"])
        names.reserve("t4")
        names.enter()
        #expect([names.declare("t"), names.declare("x1"), names.declare("x1")] == ["t5", "x1", "x1_2"])
        names.leave()
        #expect([names.declare("t"), names.declare("x1"), names.declareArray("t")] == ["t5", "x1", "t_2"])
        #expect([names.declareFunction("f"), names.declareFunction("f")] == ["run_f", "run_f2"])
    }

    @Test func manyNames() {
        var names = CNames()
        var last = ""
        for _ in 0..<200_000 { last = names.declare("t") }
        #expect(last == "t200000")
    }

    // MARK: Shared parts

    private static func graph(_ x: Expr, _ step: (Expr) -> Expr) -> Expr {
        var result = x
        for _ in 0..<60 { result = step(result) }
        return result
    }

    @Test func conditionsThatShareConditions() throws {
        let f = ReversibleFunction { (y: Scalar, a: Scalar, b: Scalar) in
            let condition = (0..<60).reduce(a > b) { c, k in (c && a > Double(-k)) || (c && b > Double(-k)) }
            If(condition) { y += a * b }
        }
        for checks in [Checks.undoing, .all] {
            #expect(try native(grad(f), checks)(0, 3, 2).1 == 2)
            #expect(try native(grad(f), checks)(0, 2, 3).1 == 0)
        }
    }

    @Test func sharedPartsAreEmittedOnce() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, k: IntegerVector, x: Scalar) in
            y += Self.graph(x + 0.0) { $0 / (0.5 + $0) }
            y += sum(Self.graph(v + 0.0) { $0 / (0.5 + $0) })
            y += v[Self.graph(k[0] + 0) { k[$0] + k[$0] }]
            v[Self.graph(k[0] + 0) { $0 + $0 }] += x
        }
        let gradient = try f.definition.pullback(inverted: false)
        let curved = try gradient.tangent(moving: Set(gradient.arguments.indices))
        for program in [try f.definition, gradient, curved] {
            for checks in [Checks.none, .all] { #expect(Self.source(program, checks).utf8.count < 600_000) }
        }
    }

    // MARK: Rows of statements

    private static func row(_ count: Int) -> ReversibleFunction<Scalar, Scalar> {
        ReversibleFunction { (y: Scalar, x: Scalar) in
            for k in 0..<count { y += x * Double(1 + k % 5) }
        }
    }

    /// Registers are assigned block by block, in a time that grows with the square of a block's length.
    @Test func longRowsAreCut() throws {
        let cut = "__asm__ goto"
        #expect(!Self.source(try Self.row(399).definition, .none).contains(cut))
        let lines = Self.source(try Self.row(1000).definition, .none).split(separator: "\n")
        let cuts = lines.filter { $0.contains(cut) }
        #expect(cuts.count == 4)
        #expect(Set(cuts).count == 4)
        #expect(try compile(Self.row(1000), checks: .none)(0, 0.5).0 == 1500)
        // What changes is another variable in each part.
        let memory = Set(lines.filter { $0.contains("+m") })
        #expect(memory == ["    __asm__(\"\" : \"+m\"(arg0));"])
    }

    /// More variables than one such line takes, integers among them; and variables of lanes.
    @Test(.enabled(if: compilerIsThere)) func longRowsOfManyVariables() throws {
        let many = ReversibleFunction { (y: Scalar, v: Vector, n: Integer) in
            let t = (0..<12).map { Scalar.ancilla("t\($0)") }
            for k in 0..<200 {
                t[k % 12] += v[0]
                n += k % 2
            }
            for k in 0..<12 { y += t[k] }
            for k in 0..<200 {
                t[k % 12] -= v[0]
                y += n
            }
        }
        let lanes = ReversibleFunction { (y: Scalar, v: Vector, n: Integer) in
            ParallelFor(v.indices) { i in
                let s = Scalar.ancilla()
                for _ in 0..<400 { s += v[i] }
                y += s + n
                for _ in 0..<400 { s -= v[i] }
            }
        }
        for f in [many, lanes] {
            let v = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64]
            let (y, _, n) = try f(0, v, 3)
            for checks in [Checks.none, .all] {
                let code = try native(f, checks)
                #expect(code.source.contains("+m"))
                let found = try code(0, v, 3)
                #expect(found.0 == y && found.2 == n, "\(checks)")
            }
        }
    }

    /// Twice the statements make twice the text, however they are derived.
    @Test func textGrowsWithTheStatements() throws {
        func size(_ count: Int) throws -> (Int, Int) {
            let gradient = try Self.row(count).definition.pullback(inverted: false)
            let curved = try gradient.tangent(moving: [0, 1])
            return (
                Self.source(gradient, .none).utf8.count,
                Self.source(curved, .none).utf8.count
            )
        }
        let (small, large) = (try size(500), try size(2000))
        #expect(large.0 < 5 * small.0)
        #expect(large.1 < 5 * small.1)
    }
}
