import Arrays
import Testing

/// Rules: that they hold, that they apply, and that a wrong one is found.
@Suite struct RuleTests {
    static let families: [(name: String, rules: [Rule])] = [
        ("fusion", Rule.fusion), ("projections", Rule.projections), ("lets", Rule.lets), ("ring", Rule.ring),
        ("conditions", Rule.conditions), ("oneHot", Rule.oneHot), ("fission", Rule.fission),
        ("hoisting", Rule.hoisting), ("peeling", Rule.peeling), ("eta", Rule.eta),
    ]

    /// Random terms, and what differentiating the acceptance programs leaves to be done, step by step.
    static let samples: [Term] = {
        let slow = AcceptanceTests.programs.map { forwardJacobian($0.f, with: $0.with) }
        let u = ArrayFunction { (u: VectorTerm) in u.map { $0 } }.optimized(by: .fused)
        return Term.samples(400, seed: 7)
            + (slow + slow.map { $0.optimized(by: .simplified) } + [u]).map(\.body)
    }()

    @Test(arguments: families.flatMap(\.rules)) func rulesHold(_ rule: Rule) throws {
        #expect(try checkRule(rule, on: RuleTests.samples) > 0)
    }

    @Test func schedulesKeepTheValue() throws {
        for (number, term) in Term.samples(150, seed: 11).enumerated() {
            for schedule in [ArraySchedule.fused, .simplified, .arrays] {
                let whole = Rule("schedule") { part in
                    part === term ? ArrayFunction("f", [], term, []).optimized(by: schedule).body : nil
                }
                #expect(throws: Never.self, "sample \(number)") {
                    try checkRule(whole, on: [term], seed: UInt64(number))
                }
            }
        }
    }

    @Test func aWrongRuleIsFound() throws {
        let lie = Rule("a - b → b - a") { term in
            guard case .binary(.subtract, let a, let b) = term.kind else { return nil }
            return .binary(.subtract, b, a)
        }
        let f = ArrayFunction("f") { (x: ScalarTerm, y: ScalarTerm) in x - y }
        let error = #expect(throws: RewriteError.self) { try checkRule(lie, on: [f.body]) }
        guard case .wrongRule(let rule, let before, let after, let values) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(rule == "a - b → b - a" && before == "x - y" && after == "y - x")
        #expect(values.contains(", where x = "))

        let other = Rule("x → i") { term in term.type == .real ? .integer(1) : nil }
        #expect(
            throws: RewriteError.typeChanged(
                rule: "x → i", before: "x - y", after: "1",
                reason: "one is a real number, the other an integer")
        ) { try checkRule(other, on: [f.body]) }
        #expect(throws: RewriteError.self) { try f.optimized(by: other.strategy.topDown) }
        let stray = Rule("sum → body") { term in
            if case .sum(_, let body) = term.kind { body } else { nil }
        }
        let sum = ArrayFunction("sum") { (u: VectorTerm) in u.sum() }
        let escaped = #expect(throws: RewriteError.self) { try sum.optimized(by: stray.strategy) }
        #expect(escaped?.description.contains("it has a variable that nothing binds there") == true)
        #expect(throws: RewriteError.failed(strategy: "never")) {
            try checkRule(Rule("never") { _ in nil }, on: [f.body])
        }
    }

    @Test func aRuleOfOnesOwn() throws {
        let double = Rule("x + x → 2x") { term in
            guard case .binary(.add, let a, let b) = term.kind, a == b else { return nil }
            return .binary(.multiply, .real(2), a)
        }
        let squares = ArrayFunction("squares") { (u: VectorTerm) in (u * u).sum() }
        let fast = forwardGradient(squares, with: 0).optimized(by: .arrays)
        try checkRule(double, on: [fast.body])
        #expect("\(try fast.optimized(by: double.strategy.innermost))" == "build(u.count) { i in 2 * u[i] }")
    }

    @Test func zeroTimesInfinityStays() throws {
        let f = ArrayFunction("f") { (x: ScalarTerm) in 0 * x }
        #expect("\(f.optimized(by: .arrays))" == "0 * x")
        #expect("\(try f.optimized(by: Strategy<Term>.assumingFinite.innermost))" == "0")
    }

    @Test func transposedTwice() throws {
        let f = ArrayFunction("twice", parameters: ["m"]) { (m: MatrixTerm) in transpose(transpose(m)) }
        #expect("\(f.optimized(by: .fused))" == "build(m.rows) { i in build(m.columns) { j in m[i, j] } }")
        #expect("\(try f.optimized(by: Strategy<Term>.fusion.or(.eta).innermost))" == "m")
    }

    @Test func timesTheUnitMatrix() throws {
        let f = ArrayFunction("same") { (v: VectorTerm) in product(v, MatrixTerm.identity(v.count)) }
        let zeros = Rule("select(c, 1, 0) of a matrix is one of zero") { term in
            guard case .select(let c, let a, let b) = term.kind, a.constant == 1, b.constant == 0 else {
                return nil
            }
            return .select(c, a, .zero)
        }
        try checkRule(zeros, on: [f.body])
        let result = try f.optimized(by: zeros.strategy.tryAll).optimized(by: .arrays)
        #expect("\(result)" == "build(u.count) { i in u[i] }")
        #expect("\(try result.optimized(by: Strategy<Term>.eta.innermost))" == "u")
    }

    @Test func theOrderDecides() throws {
        let f = ArrayFunction("variance") { (u: VectorTerm) in
            let mean = u.sum() / ScalarTerm(u.count)
            return u.map { ($0 - mean) * ($0 - mean) }.sum() / ScalarTerm(u.count)
        }
        let slow = forwardGradient(f, with: 0)
        let hoistedFirst = try slow.optimized(by: Strategy<Term>.hoist.or(.lets).innermost)
        #expect(hoistedFirst.optimized(by: .simplified).cost(sizes: [1000]).turns > 1_000_000)
        #expect(slow.optimized(by: .arrays).cost(sizes: [1000]).turns == 3_000)
        let (best, order) = try slow.searched(sizes: [1000])
        #expect(best.cost(sizes: [1000]).turns == 3_000, "\(order)")
        #expect(order.contains("fission") && order.contains("hoist"), "\(order)")
    }

    @Test func aSearchFindsTheOrder() throws {
        let f = ArrayFunction("logSumExp") { (u: VectorTerm) in log(u.map { exp($0) }.sum()) }
        let slow = forwardGradient(f, with: 0)
        let (fast, order) = try slow.searched(sizes: [1000])
        #expect(order.contains("hoist") && order.contains("oneHot"), "\(order)")
        #expect(fast.cost(sizes: [1000]).turns == 2_000)
        let (same, none) = try slow.searched(sizes: [1000], budget: 0)
        #expect(same.body == slow.body && none.isEmpty)
    }

    /// Thirty squarings of a shared term: 2³⁰ places.
    @Test func sharedTermsAreSeenOnce() throws {
        let f = ArrayFunction("power") { (u: VectorTerm) in
            var power = u.sum()
            for _ in 0..<30 { power = sin(power * power) }
            return power
        }
        let slow = forwardGradient(f, with: 0)
        let fast = slow.optimized(by: .arrays)
        #expect(fast.cost(sizes: [10]).turns == 20)
        #expect("\(slow)".count < 1_000_000)
        let program: ReversibleFunction<Vector, Vector> = try fast.program()
        let u = [0.25, 0.5]
        let (a, b): ([Double], [Double]) = (try fast(u), try slow(u))
        #expect(abs(a[0] - b[0]) <= 1e-12 * abs(b[0]))
        #expect(abs(try program([0, 0], u).0[0] - b[0]) <= 1e-12 * abs(b[0]))
        try checkRule(Rule("e → e") { $0 }, on: [slow.body])
        #expect(fast.body == slow.optimized(by: .arrays).body)
    }
}
