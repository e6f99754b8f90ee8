import AD
import Synchronization
import Testing

/// Swift variables that the body of a loop changes: the body is traced for all turns at once.
struct CapturedVariableTests {
    @Test func countingInAFor() {
        expectRefused(
            .invalidStatement, at: #line + 9,
            """
            in `f`: the body of a loop is traced once, for all its turns, and here it depends on a Swift variable that it \
            changes: it would be `y += v[i]`, and then `y += v[i] * 2.0`. What changes from turn to turn is a \
            place: use the loop's index, an ancilla or an argument
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["y", "v"]) { (y: Scalar, v: Vector) in
                var k = 0.0
                For(v.indices) { i in
                    let _ = (k += 1)
                    y += v[i] * k
                }
            }
        }
    }

    @Test func everyKindOfLoopAndChange() {
        refuses { y, v in
            var k = 0
            ParallelFor(v.indices) { i in
                let _ = (k += 1)
                v[i] += Double(k)
            }
        }
        refuses { y, v in
            var k = 0
            While(y < 10, post: y > 0) {
                let _ = (k += 1)
                y += Double(k)
            }
        }
        // In an inner loop alone, whose variable begins anew in every turn of the outer one.
        refuses { y, v in
            For(v.indices) { i in
                var k = 1.0
                For(0..<3) { j in
                    let _ = (k *= 2)
                    y += v[i] * k
                }
            }
        }
        // Statements that appear, ancillas of other sizes, functions that are called.
        refuses { y, v in
            var isFirst = true
            For(v.indices) { i in
                let wasFirst = isFirst
                let _ = (isFirst = false)
                if wasFirst { y += v[i] }
            }
        }
        refuses { y, v in
            var size = 1
            For(v.indices) { i in
                let _ = (size += 1)
                let t = Vector.ancilla(count: size)
                y += v[i] + sum(t)
            }
        }
        let functions = [1.0, 2.0].map { factor in
            ReversibleFunction { (y: Scalar, x: Scalar) in y += factor * x }
        }
        refuses { y, v in
            var k = 0
            For(v.indices) { i in
                let f = functions[k % 2]
                let _ = (k += 1)
                f(y, v[i])
            }
        }
        refuses { y, v in
            var k = 0.0
            For(v.indices) { i in
                let _ = (k += 1)
                let factor = k
                ReversibleFunction { (y: Scalar, x: Scalar) in y += factor * x }(y, v[i])
            }
        }
    }

    /// A body may make functions, ancillas, stacks, and shared subexpressions whose tree would fill the memory.
    @Test func bodiesThatStayTheSame() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector) in
            var scale = 1.0
            for _ in 0..<3 { scale *= 2 }
            let factor = scale
            For(v.indices) { i in
                var e = v[i] * 1
                for _ in 0..<60 { e = e - e / 2 }
                for k in 0..<3 { y += Double(k) * v[i] * factor }
                ReversibleFunction { (y: Scalar, x: Scalar) in For(0..<2) { _ in y += 2 * x } }(y, v[i])
                y += e * 0x1p60
                For(0..<2) { j in
                    let t = Scalar.ancilla()
                    Compute {
                        t += v[i]
                    } apply: {
                        y += t * j
                    }
                }
            }
        }
        // Σ v · (8 · (0 + 1 + 2) + 2 · 2 + 1 + 1): unrolled, called, shared and scratch.
        #expect(try f(0, [1, 2]).0 == 90)
    }

    /// The work grows with the depth of nesting, and not as two to the power of it.
    @Test func deepNestsAreTracedAFewTimes() {
        let count = Mutex(0)
        func nest(_ y: Scalar, _ depth: Int) -> Statement {
            depth == 0
                ? y += 1
                : For(0..<2) { _ in
                    let _ = count.withLock { $0 += 1 }
                    nest(y, depth - 1)
                }
        }
        _ = ReversibleFunction { (y: Scalar) in nest(y, 30) }
        // At depth d a body is traced once for itself and once for every loop around it, and itself, to compare.
        #expect(count.withLock { $0 } == (1...30).map { $0 + 1 }.reduce(0, +))
    }

    private func refuses(
        caller: Testing.SourceLocation = #_sourceLocation, @Reversible _ body: (Scalar, Vector) -> Statement
    ) {
        let error = #expect(throws: ReversibilityError.self, sourceLocation: caller) {
            _ = try ReversibleFunction(checking: "f", parameters: ["y", "v"], body)
        }
        #expect(error?.message.hasPrefix("the body of a loop is traced once") == true, sourceLocation: caller)
        #expect(error?.location != nil, sourceLocation: caller)
    }
}
