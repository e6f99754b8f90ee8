import Eager
import HeapInUse
import TestSupport
import Testing

/// Reverse mode by callbacks.
@Suite struct CallbackTests {
    /// `turns` steps acc ← acc · x + x.
    private func steps(
        _ turns: Int, _ acc: borrowing Active, _ x: borrowing Active, _ rest: (borrowing Active) -> Void
    ) {
        if turns == 0 { return rest(acc) }
        acc.times(x) { product in product.plus(x) { steps(turns - 1, $0, x, rest) } }
    }

    @Test func aProgramAndItsGradient() throws {
        var slope = 0.0
        let y = try reset { end in
            shift(3) { x in
                x.times(x) { square in square.plus(x) { end($0) } }
                slope = x.gradient
            }
        }
        #expect(y == 12 && slope == 7)
    }

    @Test func everyOperationHasTheDerivativeOfTheRules() throws {
        var found: [String: [Double]] = [:]
        func check(
            _ name: String,
            _ operation: (borrowing Active, borrowing Active, (borrowing Active) -> Void) -> Void
        ) throws {
            try reset { end in
                shift(1.7) { x in
                    shift(0.6) { y in
                        operation(x, y) { end($0) }
                        found[name] = [x.gradient, y.gradient]
                    }
                }
            }
        }
        try check("plus") { $0.plus($1, then: $2) }
        try check("minus") { $0.minus($1, then: $2) }
        try check("times") { $0.times($1, then: $2) }
        try check("divided") { $0.divided(by: $1, then: $2) }
        try check("scaled") { x, _, rest in x.scaled(by: -3, plus: 1, then: rest) }
        try check("sin") { x, _, rest in x.apply(.sin, then: rest) }
        try check("pow") { $0.apply(.pow, $1, then: $2) }
        let expected: [String: [Double]] = [
            "plus": [1, 1], "minus": [1, -1], "times": [0.6, 1.7], "divided": [1 / 0.6, -1.7 / 0.36],
            "scaled": [-3, 0], "sin": [-0.12884449429552464, 0],
            // Python: 0.6 · 1.7^(−0.4) and 1.7^0.6 · log 1.7
            "pow": [0.48525685796159324, 0.7295578272589054],
        ]
        for (name, slopes) in expected {
            #expect(close(found[name] ?? [], slopes, 1e-13), "\(name): \(found[name] ?? [])")
        }
    }

    @Test func ownOperations() throws {
        func cube(_ x: borrowing Active, _ rest: (borrowing Active) -> Void) {
            shift(x.value * x.value * x.value) { y in
                rest(y)
                x.gradient += 3 * x.value * x.value * y.gradient
            }
        }
        var slope = 0.0
        let y = try reset { end in
            shift(2) { x in
                cube(x) { y in cube(y) { end($0) } }
                slope = x.gradient
            }
        }
        #expect(y == 512 && slope == 9 * 256)
    }

    @Test func nothingIsAllocated() throws {
        guard heapBytesInUse() >= 0 else { return }
        // Other tests run beside this one; what half of the runs find is its own.
        let grown = try (0..<9).map { _ in
            var (before, deepest) = (0, 0)
            try reset { end in
                shift(0.999) { x in
                    shift(0) { zero in
                        before = heapBytesInUse()
                        steps(10_000, zero, x) {
                            deepest = heapBytesInUse()
                            end($0)
                        }
                    }
                }
            }
            return deepest - before
        }
        // 20,000 callbacks are alive: the smallest block for each would be 320,000 bytes.
        #expect(grown.sorted()[4] < 100_000)
    }

    @Test func aMillionCallbacks() throws {
        // Frames of code that is not optimized take a gigabyte for a million callbacks.
        let turns = isExhaustive ? 500_000 : 50_000
        var slope = 0.0
        let y = try reset(stack: 4 << 30) { end in
            shift(0.999) { x in
                shift(0) { zero in steps(turns, zero, x) { end($0) } }
                slope = x.gradient
            }
        }
        #expect(close(y ?? 0, 998.999999999966) && close(slope, 999999.999999888, 1e-12))
    }

    @Test func anExhaustedStackIsAnError() {
        expectError(.callDepth, saying: "a stack of 1048576 bytes", "CallbackTests.swift") {
            try reset(stack: 1 << 20) { end in
                shift(0.999) { x in shift(0) { zero in steps(500_000, zero, x) { end($0) } } }
            }
        }
        expectError(.invalidArgument, saying: "`stack` is 1000 bytes") {
            try reset(stack: 1000) { end in shift(1) { end($0) } }
        }
    }

    @Test func theRestRunsOnce() throws {
        func twice(_ x: borrowing Active, _ rest: (borrowing Active) -> Void) {
            shift(x.value) { y in
                rest(y)
                rest(y)
                x.gradient += y.gradient
            }
        }
        expectError(.continuationReused, saying: "the program reaches its end more than once") {
            try reset { end in shift(1) { x in twice(x) { end($0) } } }
        }
        var slope = 1.0
        let y = try reset { _ in
            shift(3) { x in
                x.times(x) { _ in }
                slope = x.gradient
            }
        }
        #expect(y == nil && slope == 0)
    }

    @Test func errorsPassThrough() {
        struct Mine: Error {}
        func fail(_ x: borrowing Active) throws { throw Mine() }
        #expect(throws: Mine.self) {
            try reset { end in
                try shift(1) { x in
                    try x.times(x) { y in
                        try y.plus(x) { z in
                            try fail(z)
                            end(z)
                        }
                    }
                }
            }
        }
    }

    @Test func resetsNest() throws {
        var slopes = (0.0, 0.0)
        try reset { end in
            shift(2) { x in
                var inner = 0.0
                // The inner program's number is a constant of the outer one.
                _ = try? reset { innerEnd in
                    shift(x.value) { z in
                        z.times(z) { innerEnd($0) }
                        inner = z.gradient
                    }
                }
                x.scaled(by: inner) { end($0) }
                slopes = (x.gradient, inner)
            }
        }
        #expect(slopes == (4, 4))
    }

    @Test func derivativesOfNumbersGoThroughAReset() throws {
        let slope = try grad(at: 3.0) { x in
            var result: Traced = 0
            try reset { end in
                result = try grad(at: x) { y in y * y * y }
                shift(1) { end($0) }
            }
            return result
        }
        #expect(slope == 18)
    }

    /// Functions inside of a program may end it.
    @Test func endsInFunctions() throws {
        var slope = 0.0
        let value = try reset { end in
            func halved(_ n: Int, _ x: borrowing Active) {
                if n == 0 { end(x) } else { x.scaled(by: 0.5) { halved(n - 1, $0) } }
            }
            shift(8) { x in
                halved(3, x)
                slope = x.gradient
            }
        }
        #expect(value == 1 && slope == 0.125)
    }

    /// An end is that of its own `reset`, and of none when that is over.
    @Test func endsOfOtherPrograms() throws {
        var kept: End?
        let outer = try reset { end in
            kept = end
            expectError(.outOfScope, saying: "another `reset`") {
                try reset { _ in shift(2) { y in end(y) } }
            }
            shift(3) { x in end(x) }
        }
        #expect(outer == 3)
        let old = try #require(kept)
        expectError(.outOfScope, saying: "another `reset`") { try reset { _ in shift(2) { old($0) } } }
    }
}
