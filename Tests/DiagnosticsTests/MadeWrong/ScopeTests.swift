import AD
import Synchronization
import Testing

/// Places used where they do not exist.
struct ScopeTests {
    @Test func ancillaEscapesItsBlock() {
        expectRefused(
            .outOfScope, at: #line + 14,
            """
            in `f`, `x += t`: `t` is used outside the block that declared it; declare it in a block \
            that encloses all its uses
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                var escaped = x
                If(x > 0) {
                    let t = Scalar.ancilla("t")
                    let _ = (escaped = t)
                    t += 1
                    t -= 1
                }
                x += escaped
            }
        }
    }

    @Test func loopIndexEscapesItsLoop() {
        expectRefused(
            .outOfScope, at: #line + 12,
            """
            in `f`, `x += i`: `i` is used outside the block that declared it; declare it in a block \
            that encloses all its uses
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "n"]) { (x: Scalar, n: Integer) in
                var escaped = n
                For(0..<n) { i in
                    let _ = (escaped = i)
                    x += i
                }
                x += escaped
            }
        }
    }

    @Test func sizeOfAnEscapedAncilla() {
        expectRefused(
            .outOfScope, at: #line + 15,
            """
            in `f`, `k += t.count`: `t` is used outside the block that declared it; declare it in a \
            block that encloses all its uses
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k", "v"]) { (k: Integer, v: Vector) in
                var escaped = v
                Compute {
                    let t = Vector.ancilla(count: v.count, "t")
                    let _ = (escaped = t)
                    t += v
                } apply: {
                    k += 1
                }
                k += escaped.count
            }
        }
    }

    @Test func placeOfAnotherFunction() {
        let leaked = Mutex<Scalar?>(nil)
        _ = ReversibleFunction("g", parameters: ["secret"]) { (secret: Scalar) in
            let _ = leaked.withLock { $0 = secret }
            secret += 1
        }
        guard let secret = leaked.withLock({ $0 }) else { return }
        expectRefused(
            .outOfScope, at: #line + 8, column: 17,
            """
            in `f`, `y += x * ?`: `?` belongs to another function; pass it as an argument, and make \
            ancillas inside the closure of the function that uses them
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "y"]) {
                (x: Scalar, y: Scalar) in
                y += x * secret
            }
        }
    }

    @Test func placeOfTheFunctionAround() {
        let inner = Mutex<ReversibilityError?>(nil)
        _ = ReversibleFunction("outer", parameters: ["x"]) { (x: Scalar) in
            let _ = inner.withLock { error in
                do throws(ReversibilityError) {
                    _ = try ReversibleFunction(checking: "inner", parameters: ["y"]) { (y: Vector) in
                        y[0] += x
                    }
                } catch let thrown {
                    error = thrown
                }
            }
            x += 1
        }
        expectRefused(
            .outOfScope, at: #line - 9, column: 25,
            """
            in `inner`, `y[0] += ?`: `?` belongs to another function; pass it as an argument, and make \
            ancillas inside the closure of the function that uses them
            """
        ) {
            if let error = inner.withLock({ $0 }) { throw error }
        }
    }

    @Test func ancillaMadeOutsideAnyFunction() {
        let t = Scalar.ancilla("t")
        expectRefused(
            .outOfScope, at: #line + 7,
            """
            in `f`, `v[0] += ?`: `?` belongs to another function; pass it as an argument, and make ancillas \
            inside the closure of the function that uses them
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                v[0] += t
            }
        }
    }

    @Test func stackMadeOutsideAnyFunction() {
        let stack = Stack("stack")
        expectRefused(
            .outOfScope, at: #line + 7,
            """
            in `f`, `PUSH(x, on: ?)`: `?` belongs to another function; pass it as an argument, and make \
            ancillas inside the closure of the function that uses them
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                PUSH(x, on: stack)
            }
        }
    }

    @Test func statementMadeOutsideAnyFunction() {
        let t = Vector.ancilla(count: 3, "t")
        let statement = For(0..<3) { i in t[i] += 1 }
        expectRefused(
            .outOfScope, at: #line - 2, column: 43,
            """
            in `f`, `?[?] += 1`: `?` belongs to another function; pass it as an argument, and make ancillas \
            inside the closure of the function that uses them
            """
        ) {
            _ = try ReversibleFunction(checking: "f") { (x: Scalar) in
                x += 1
                statement
            }
        }
    }

    @Test func ancillaSizeChangesInItsBlock() {
        expectRefused(
            .loopBoundsChanged, at: #line + 9, column: 43,
            """
            in `f`, `let t = Vector.ancilla(count: n)`: the size of ancilla `t` reads `n`, which changes in the same \
            block; the ancilla is made at the start of its block, so put it and its uses into a block \
            of their own
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "n"]) { (x: Scalar, n: Integer) in
                If(x > 0) {
                    let t = Vector.ancilla(count: n, "t")
                    t[0] += x
                    n += 1
                    t[0] -= x
                }
            }
        }
    }

    @Test func ancillaSizeIsReal() {
        expectRefused(
            .invalidStatement, at: #line + 7, column: 43,
            """
            in `f`, `let t = Vector.ancilla(count: x)`: the size of ancilla `t` must be an integer
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                If(x > 0) {
                    let t = Vector.ancilla(count: x, "t")
                    t += 1
                    t -= 1
                }
            }
        }
    }

    @Test func ancillaErrorsOfTheOutermostBlockHaveALine() {
        expectRefused(
            .loopBoundsChanged, at: #line + 9, column: 39,
            """
            in `f`, `let t = Vector.ancilla(count: n)`: the size of ancilla `t` reads `n`, which \
            changes in the \
            same block; the ancilla is made at the start of its block, so put it and its uses into a \
            block of their own
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["n"]) { (n: Integer) in
                let t = Vector.ancilla(count: n, "t")
                t[0] += 1
                n += 1
                t[0] -= 1
            }
        }
    }

    @Test func ancillaSizedByAnAncillaOfItsBlock() {
        expectRefused(
            .loopBoundsChanged, at: #line + 10, column: 39,
            """
            in `f`, `let t = Vector.ancilla(count: k)`: the size of ancilla `t` reads `k`, an ancilla \
            of the \
            same block, which is 0 when the block begins; put `t` and its uses into a block of their own
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["n"]) { (n: Integer) in
                let k = Integer.ancilla("k")
                k += n
                let t = Vector.ancilla(count: k, "t")
                t += 1
                t -= 1
                k -= n
            }
        }
    }

    @Test func ancillaOfTheSizeOfAnAncilla() throws {
        let f = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
            let t = Vector.ancilla(count: v.count, "t")
            let u = Vector.ancilla(count: t.count, "u")
            t += v
            u += t
            u -= t
            t -= v
        }
        #expect(try f([1, 2]) == [1, 2])
    }
}
