import Eager
import Testing

/// Programs from ordinary code.
@Suite struct StagingTests {
    @Test func theProgramIsReadable() throws {
        let f = staged("h", of: 2) { p in p[0] * p[1] + sin(p[0] * p[1]) }
        #expect(
            "\(f)" == """
                ReversibleFunction("h") { (y: Scalar, p: Vector) in
                    Assert(p.count == 2, "the program was staged for 2 numbers")
                    y += p[0] * p[1] + sin(p[0] * p[1])
                }
                """)
        let shared = staged("g", of: 2) { p in
            let q = p[0] * p[1]
            return q + sin(q)
        }
        #expect(
            "\(shared)" == """
                ReversibleFunction("g") { (y: Scalar, p: Vector) in
                    let t1 = Scalar.ancilla()
                    Assert(p.count == 2, "the program was staged for 2 numbers")
                    Compute {
                        t1 += p[0] * p[1]
                    } apply: {
                        y += t1 + sin(t1)
                    }
                }
                """)
    }

    @Test func sharedResultsAreNotDuplicated() throws {
        // 2³⁰⁰ operations, written out.
        let f = staged("f", of: 1) { p in
            var x = p[0]
            for _ in 0..<300 { x = (x + x) * 0.5 }
            return x
        }
        #expect("\(f)".count < 20_000)
        #expect(try f(0, [3]).0 == 3)
        #expect(try grad(f, 0, [3]).1 == [1])
    }

    @Test func longChainsAreBound() throws {
        let f = staged("f", of: 1) { p in (0..<1000).reduce(p[0]) { x, _ in x + 1 } * p[0] }
        #expect(try f(0, [2]).0 == 2 * 1002)
        #expect(try grad(f, 0, [2]).1 == [1004])
        #expect(try compile(grad(f))(0, [2]).1 == [1004])
    }

    @Test func whatIsNotUsedIsLeftOut() {
        let f = staged("f", of: 2) { p in
            _ = log(p[1])
            return p[0]
        }
        #expect(!"\(f)".contains("log"))
    }

    @Test func constantsAndNothing() throws {
        #expect(try staged(of: 0) { _ in 3 }(1, []).0 == 4)
        #expect(try staged(of: 1) { p in p[0] }(1, [2]).0 == 3)
        #expect(try staged(of: 1) { p in max(Staged(2), 1) * p[0] }(0, [2]).0 == 4)
    }

    @Test func choices() throws {
        let f = staged(of: 1) { p in .select(p[0], .less, 0, then: -p[0], else: sqrt(p[0])) }
        #expect(try f(0, [-3]).0 == 3 && f(0, [4]).0 == 2)
        #expect(try grad(f, 0, [-3]).1 == [-1] && grad(f, 0, [4]).1 == [0.25])
        #expect(try staged(of: 2) { p in .max(p[0], p[1]) }(0, [3, 7]).0 == 7)
    }

    @Test func anotherSizeIsAnError() {
        let f = staged("pair", of: 2) { p in p[0] * p[1] }
        expectError(.assertion, saying: "the program was staged for 2 numbers", "StagingTests.swift") {
            try f(0, [1, 2, 3])
        }
        expectError(.invalidSize, saying: "a function of -1 numbers") {
            try staged(checking: "f", of: -1) { _ in 1 }
        }
    }

    @Test func comparisonsAreRefused() {
        expectError(.invalidStatement, saying: "a staged number is compared (`>`)", "R.select") {
            try staged(checking: "f", of: 1) { p in
                var x = p[0]
                while x > 1 { x = x / 2 }
                return x
            }
        }
        expectError(.invalidStatement, saying: "a staged number is compared (`<`)") {
            try staged(checking: "f", of: 1) { p in
                var x = p[0]
                while !(x < 1) { x = x / 2 }
                return x
            }
        }
        #expect(throws: Never.self) {
            try staged(checking: "f", of: 1) { p in Staged(1) < 2 ? p[0] : 0 }
        }
    }

    @Test func numbersOfAnotherProgram() throws {
        var kept = Staged(0)
        _ = staged("first", of: 1) { p in
            kept = p[0]
            return p[0]
        }
        expectError(.outOfScope, saying: "a number of the program `first`") {
            try staged(checking: "second", of: 1) { p in p[0] * kept }
        }
        expectError(.outOfScope, saying: "a number of the program `first`") {
            try staged(checking: "second", of: 1) { _ in kept }
        }
    }

    @Test func errorsPassThrough() {
        struct Mine: Error {}
        #expect(throws: Mine.self) { try staged(checking: "f", of: 1) { _ in throw Mine() } }
    }
}
