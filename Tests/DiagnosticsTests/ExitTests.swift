import AD
import Testing

/// The trapping initialisers stop the process and say why on standard error.
///
/// Other tests find the same messages through the initialisers that throw.
struct ExitTests {
    @Test func initialiserTraps() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            Wrong.make()
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        let message = """
            \(#fileID):\(Wrong.line): Fatal error: \(#fileID):\(Wrong.line + 1):13: in `wrong`, `x += x * \
            y`: `x` is \
            changed and used by the same statement; it could not be undone. Use an ancilla, or the words \
            made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        #expect(text.contains(message), "\(text)")
        #if os(Linux)
            // The sentence is the end: no registers and no backtrace below it.
            #expect(text.hasSuffix(message + "\n"), "\(text)")
        #endif
    }

    /// A global of a main file is zeros until it is made, and its own closure can see it then.
    @Test func functionThatIsNotMadeYet() async {
        await #expect(processExitsWith: .success) {
            typealias Function = ReversibleFunction<Scalar>
            let size = MemoryLayout<Function>.size
            let error = withUnsafeTemporaryAllocation(
                byteCount: size, alignment: MemoryLayout<Function>.alignment
            ) { memory -> (any Error)? in
                memory.initializeMemory(as: UInt8.self, repeating: 0)
                let function = memory.load(as: Function.self)
                do {
                    _ = try ReversibleFunction(checking: "g") { (x: Scalar) in function(x) }
                    return nil
                } catch {
                    return error
                }
            }
            if "\(error, default: "")".contains("called before it is made") { return }
            fatalError("\(error, default: "nothing was thrown")")
        }
    }

    @Test func recursiveInitialiserTraps() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            Wrong.makeRecursive()
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        let message = """
            \(#fileID):\(Wrong.recursiveLine): Fatal error: \(#fileID):\(Wrong.recursiveLine + 1):31: in \
            `wrong`, `i += 1`: `i` is a loop index; the loop changes it, its body may only read it
            """
        #expect(text.contains(message), "\(text)")
    }

    /// `10...2` as Swift's own range would stop the process before the language sees it.
    @Test func descendingRangeOfLiterals() async {
        await #expect(processExitsWith: .success) {
            let f = ReversibleFunction { (out: Integer) in
                For(10...2, by: -3) { i in out += i }
            }
            if (try? f(0)) != 21 { fatalError("the wrong indices were visited") }
        }
    }

    /// Nesting that no person writes, but a program that writes programs may.
    @Test func blocksNestedTooDeep() async {
        await #expect(processExitsWith: .success) {
            do throws(ReversibilityError) {
                _ = try ReversibleFunction(checking: "f") { (y: Scalar, x: Scalar) in
                    (0..<30_000).reduce(y += 1) { inner, _ in If(x > 0) { inner } }
                }
            } catch {
                if error.kind != .invalidStatement { fatalError("\(error)") }
            }
        }
    }

    /// A matrix leaf whose sizes promise more numbers than it has.
    @Test func matrixLeafThatIsTooShort() async {
        await #expect(processExitsWith: .success) {
            let f = ReversibleFunction { (m: Matrix) in m[9_000, 9_999] += 1 }
            do throws(ReversibilityError) {
                _ = try f.run([.matrix(rows: 10_000, columns: 10_000, [1.0])])
                fatalError("memory outside the matrix was changed")
            } catch {
                if error.kind != .invalidArgument { fatalError("\(error)") }
            }
        }
    }

    @Test func mistakesWithStacksDoNotCrash() async {
        await #expect(processExitsWith: .success) {
            if let f = try? ReversibleFunction(
                checking: "f", { (s: Stack, v: Vector, t: Stack) in SWAP(s, t) })
            {
                _ = try? f([1], [2], [3, 4])
                _ = try? (~f)([], [], [3, 4])
            }
        }
    }

    @Test func recursiveSelfInAnotherFunctionDoesNotCrash() async {
        await #expect(processExitsWith: .success) {
            nonisolated(unsafe) var escaped: ReversibleFunction<Integer>?
            _ = ReversibleFunction.recursive { (f, n: Integer) in
                let _ = (escaped = f)
                n += 1
            }
            guard let escaped else { return }
            if let g = try? ReversibleFunction(
                checking: "g", { (x: Scalar, v: Vector, n: Integer) in escaped(n) })
            {
                if let (_, _, n) = try? g(0, [1], 5), n == 6 { return }
                fatalError("another function was called")
            }
        }
    }
}

/// Programs that stop the process; outside of the exit tests, whose lines are all one to the compiler.
private enum Wrong {
    static let line = #line + 3

    static func make() {
        _ = ReversibleFunction("wrong", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
            x += x * y
        }
    }

    static let recursiveLine = #line + 3

    static func makeRecursive() {
        _ = ReversibleFunction.recursive("wrong", parameters: ["n"]) { (f, n: Integer) in
            For(0..<n) { i in i += 1 }
        }
    }
}
