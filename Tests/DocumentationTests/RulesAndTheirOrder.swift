// document: Sources/Arrays/Arrays.docc/RulesAndTheirOrder.md

import Arrays
import Testing

/// The programs of `Sources/Arrays/Arrays.docc/RulesAndTheirOrder.md`.
@Suite struct RulesAndTheirOrder {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let double = Rule("x + x → 2x") { term in
            guard case .binary(.add, let a, let b) = term.kind, a == b else { return nil }
            return .binary(.multiply, .real(2), a)
        }
        let squares = ArrayFunction("squares") { (u: VectorTerm) in (u * u).sum() }
        let gradient = forwardGradient(squares, with: 0).optimized(by: .arrays)
        print(gradient)  // build(u.count) { i in u[i] + u[i] }
        print(try gradient.optimized(by: double.strategy.innermost))  // build(u.count) { i in 2 * u[i] }
        // end of block
        session.checkJoined(1)
        session.failsToRewrite(2) {
            // block 2
            print(try checkRule(double, on: [gradient.body]))  // 1
            let wrong = Rule("x + x → x") { term in
                guard case .binary(.add, let a, let b) = term.kind, a == b else { return nil }
                return a
            }
            try checkRule(wrong, on: [gradient.body])
            // error: the rule `x + x → x` makes `u[i]` of `u[i] + u[i]`, which is not the same: -3.788529827259218 and
            //   -1.894264913629609, where u = [-1.894264913629609, -1.5746132337311503, -1.0, 1.0], an index = 0
            // end of block
        }
        // block 3
        let dot = ArrayFunction("dot") { (u: VectorTerm, v: VectorTerm) in (u * v).sum() }
        let own = Strategy<Term>.innermost(.fusion.or(.conditions).or(.ring)).then(.oneHot.topDown)
        let (result, trace) = try own.traced(forwardGradient(dot, with: 0))
        print(result)  // build(u.count) { i in v[i] }
        print(trace.count, trace.last.map { "\($0)" } ?? "")
        // 5 sum(n) { i in select(i == k, e, 0) } → e[k] at 1: sum(u.count) { i in select(i == j, v[i], 0) } → v[i]
        // end of block
        session.checkJoined(3)
        // block 4
        let variance = ArrayFunction("variance") { (u: VectorTerm) in
            let mean = u.sum() / ScalarTerm(u.count)
            return u.map { ($0 - mean) * ($0 - mean) }.sum() / ScalarTerm(u.count)
        }
        let slow = forwardGradient(variance, with: 0)
        let hoistedFirst = try slow.optimized(by: Strategy<Term>.hoist.or(.lets).innermost)
        print(hoistedFirst.optimized(by: .simplified).cost(sizes: [1000]).turns)
        // 1002000
        let fast = slow.optimized(by: .arrays)
        print(fast)
        // let t1 = sum(u.count) { i in u[i] } / u.count;
        // let t2 = 1 / u.count;
        // let t3 = sum(u.count) { i in -(t2 * (u[i] - t1)) - t2 * (u[i] - t1) };
        // build(u.count) { i in (u[i] - t1 + (u[i] - t1) + t3) / u.count }
        print(fast.cost(sizes: [1000]).turns)  // 3000
        // end of block
        session.checkJoined(4)
        // block 5
        let (best, order) = try slow.searched(sizes: [1000])
        print(order)
        // ["fusion", "hoist", "oneHot", "hoist", "fission", "hoist", "oneHot"]
        print(best.cost(sizes: [1000]).turns)  // 3000
        // end of block
        session.checkJoined(5)
        session.failsToRewrite(6) {
            // block 6
            let swap = Rule("a + b → b + a") { term in
                guard case .binary(.add, let a, let b) = term.kind else { return nil }
                return .binary(.add, b, a)
            }
            _ = try swap.strategy.innermost(gradient, limit: 1000)
            // error: the rewriting did not end within 1000 rewrites; the last was by `a + b → b + a`. Rules that undo each
            //   other never end: leave one out, or raise `limit:`
            // end of block
        }
    }
}
