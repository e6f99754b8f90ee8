import AD
import NativeEngine
import Testing

/// What every pass does to a small program.
@Suite struct PassTests {
    /// A program after one pass, without its first and last lines.
    private func lines<each A: Argument>(
        of f: ReversibleFunction<repeat each A>, after passes: Pass...
    ) throws -> [String] {
        let trace = try compile(f, checks: .none, optimizing: Schedule(passes)).lowering
        return body(trace)
    }

    private func body(_ trace: LoweringTrace) -> [String] {
        #expect(trace.steps.allSatisfy { $0.fault == nil })
        let lines = trace.steps.last?.program.split(separator: "\n").map(String.init) ?? []
        return lines.dropFirst().dropLast().map { String($0.dropFirst(4)) }
    }

    @Test func scratchSinks() throws {
        let f = ReversibleFunction("f", parameters: ["y", "v"]) { (y: Scalar, v: Vector) in
            let t = Scalar.ancilla("t")
            For(v.indices) { i in
                Compute {
                    t += sin(v[i])
                } apply: {
                    y += t * t
                }
            }
        }
        // Made in every turn, `t` need not be 0 at the end of one.
        #expect(
            try lines(of: f, after: .sinkScratch) == [
                "For(0..<v.count) { i in", "    Compute {", "        let t = Scalar.ancilla()",
                "        t += sin(v[i])", "    } apply: {", "        y += t * t", "    }", "}",
            ])
    }

    private static let square = ReversibleFunction("square", parameters: ["a", "b"]) {
        (a: Scalar, b: Scalar) in
        a += b * b
    }

    @Test func callsAreInlined() throws {
        let square = Self.square
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            square(y, x)
            (~square)(y, x)
        }
        #expect(try lines(of: f, after: .inlineCalls).filter { $0.contains("=") }.count == 2)
        #expect(try lines(of: f).joined(separator: "\n") == "square(y, x)\n(~square)(y, x)")
        // A function that calls itself stays one.
        let count = ReversibleFunction.recursive("count") { (count, n: Integer, y: Scalar) in
            If(n > 0) {
                n -= 1
                count(n, y)
                n += 1
            }
            y += 1
        }
        let g = ReversibleFunction("g", parameters: ["n", "y"]) { (n: Integer, y: Scalar) in count(n, y) }
        #expect(try lines(of: g, after: .inlineCalls) == ["count(n, y)"])
        #expect(try compile(g, checks: .none, optimizing: .none)(3, 0).1 == 4)
    }

    @Test func computationsAreExpanded() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            let t = Scalar.ancilla("t")
            Compute {
                t += exp(x)
            } apply: {
                y += t * t
            }
        }
        // Scratch that nothing else names is forgotten, not undone.
        let scratch = try lines(of: f, after: .sinkScratch, .expandComputations)
        #expect(scratch.filter { $0.contains("t += exp(x)") }.count == 1)
        #expect(!scratch.contains { $0.contains("t -= exp(x)") })
        let g = ReversibleFunction("g", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            Compute {
                x *= 2
            } apply: {
                y += x * x
            }
        }
        let undone = try lines(of: g, after: .expandComputations).joined(separator: "\n")
        #expect(undone.contains("x *= 2") && undone.contains("x /= 2"))
    }

    @Test func blocksJoin() throws {
        let square = Self.square
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            square(y, x)
            square(y, x)
        }
        #expect(try lines(of: f, after: .inlineCalls, .joinBlocks) == ["y += x * x", "y += x * x"])
    }

    /// A function that changes its argument for a while.
    private static let ofTwice = ReversibleFunction("ofTwice", parameters: ["y", "x"]) {
        (y: Scalar, x: Scalar) in
        Compute {
            x *= 2
        } apply: {
            y += exp(x)
        }
    }

    @Test func inversesCancelInDerivativesOnly() throws {
        let ofTwice = Self.ofTwice
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in ofTwice(y, x) }
        let passes: [Pass] = [.inlineCalls, .expandComputations, .joinBlocks]
        let gradient = grad(f)
        let before = try compile(gradient, checks: .none, optimizing: Schedule(passes)).lowering
        #expect(
            body(before) == [
                "x.value *= 2", "y.value += exp(x.value)", "x.value /= 2", "x.value *= 2",
                "x.gradient /= 2", "y.value -= exp(x.value)", "x.gradient += chain(y.gradient, exp(x.value))",
                "x.value /= 2",
                "x.gradient *= 2",
            ])
        // The end of the primal meets the start of the adjoint, twice.
        let after = try compile(
            gradient, checks: .none, optimizing: Schedule(passes + [.cancelInverses])
        ).lowering
        #expect(
            body(after) == [
                "x.value *= 2", "x.gradient /= 2", "x.gradient += chain(y.gradient, exp(x.value))",
                "x.value /= 2",
                "x.gradient *= 2",
            ])
        // What a user has written is run as it is written.
        let g = ReversibleFunction("g", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += exp(x)
            y -= exp(x)
        }
        #expect(try lines(of: g, after: .joinBlocks, .cancelInverses).count == 2)
    }

    @Test func zeroUpdatesGo() throws {
        let square = Self.square
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            let t = Scalar.ancilla("t")
            square(t, x)
            y += t * t
            (~square)(t, x)
        }
        func contributions(_ passes: [Pass]) throws -> [String] {
            let trace = try compile(grad(f), checks: .none, optimizing: Schedule(passes)).lowering
            return body(trace).filter { $0.contains("x.gradient") }
        }
        // What the adjoint undoes first is the last statement, when t's cotangent is still 0.
        #expect(try contributions([.inlineCalls, .joinBlocks]).count == 2)
        #expect(
            try contributions([.inlineCalls, .joinBlocks, .dropZeroUpdates]) == [
                "x.gradient += tGradient * (x.value + x.value)"
            ])
    }

    @Test func deadValuesGo() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            let t = Scalar.ancilla("t")
            y += x * x
            t += sin(x)
            t -= sin(x)
        }
        #expect(try lines(of: f, after: .dropDeadValues) == ["y += x * x"])
        // Nobody asks a gradient for the loss.
        let trace = try compile(grad(Self.square), checks: .none).lowering
        #expect(body(trace) == ["b.gradient += a.gradient * (b.value + b.value)"])
    }

    @Test func unreadElementsGo() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "n"]) { (y: Scalar, x: Scalar, n: Integer) in
            let state = Vector.ancilla(count: n + 1, "state")
            Compute {
                state[0] += x
                For(0..<n) { t in state[t + 1] += sin(state[t]) }
            } apply: {
                y += state[n]
            }
        }
        func sines(_ schedule: Schedule) throws -> Int {
            let trace = try compile(grad(f), checks: .none, optimizing: schedule).lowering
            return body(trace).filter { $0.contains("sin(") }.count
        }
        // Undoing a row of the history that no turn looks at any more is idle.
        let all = try sines(.standard)
        #expect(try sines(.standard.without(.dropUnreadElements)) > all)
    }

    @Test func loopsTakeTheFormOfVectors() throws {
        let f = ReversibleFunction("f", parameters: ["a", "b"]) { (a: Vector, b: Vector) in
            For(b.indices) { i in a[i] += b[i] }
        }
        let backward = try compile(~f, checks: .none, optimizing: .none).lowering
        let upward = try compile(~f, checks: .none, optimizing: [.vectorizeLoops]).lowering
        #expect(body(backward).first?.contains("backward") == true)
        #expect(body(upward) == ["For(0..<b.count) { i in", "    a[i] -= b[i]", "}"])
    }
}
