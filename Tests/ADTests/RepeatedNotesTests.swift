import AD
import ReversibleCore
import Testing

/// What a verified program notes: every number that its adjoint reads after undoing it, and no number twice.
@Suite struct RepeatedNotesTests {
    /// How often a verified pullback notes each place, by the place's text.
    private func notes<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ kind: Update.Witness.Kind = .value
    ) throws -> [String: Int] {
        var sites: [String: Set<Int>] = [:]
        func walk(_ block: Block) {
            for statement in block.statements {
                if case .update(let update) = statement.kind, let witness = update.witness,
                    witness.kind == kind
                {
                    sites[witness.place, default: []].insert(witness.site)
                }
                statement.ownBlocks.forEach(walk)
            }
        }
        walk(try f.definition.verifiedPullback(inverted: false).body)
        return sites.mapValues(\.count)
    }

    @Test func untilItChanges() throws {
        let f = ReversibleFunction(parameters: ["y", "b", "x"]) { (y: Scalar, b: Scalar, x: Scalar) in
            y += b * b
            y += sin(b)
            b += x
            y += b * b
            If(x > 0) { y += exp(b) }
            b += x
        }
        // Once for each value that it has: where nothing changes it later, the gradient begins with it.
        #expect(try notes(f) == ["b": 2])
    }

    @Test func onEveryWay() throws {
        let f = ReversibleFunction(parameters: ["y", "b", "c", "x"]) {
            (y: Scalar, b: Scalar, c: Scalar, x: Scalar) in
            If(x > 0) {
                y += b * b
            } else: {
                c += b * x
            }
            // Either way has looked at `b`, with the one or the other factor.
            y += b * b
            If(x > 1) { y += c * c }
            // One way has not looked at `c`.
            y += c * c
            b += x
            c += x
        }
        #expect(try notes(f) == ["b": 2, "c": 2])
    }

    @Test func aroundTheEndOfATurn() throws {
        let f = ReversibleFunction(parameters: ["y", "b", "x"]) { (y: Scalar, b: Scalar, x: Vector) in
            y += b * b
            For(x.indices) { i in
                y += sin(b)
                b += x[i]
                y += cos(b)
            }
        }
        // Before the loop and at the end of a turn: the next one begins with the same number.
        #expect(try notes(f) == ["b": 2])
    }

    @Test func notFromOneTurnToTheNext() throws {
        let f = ReversibleFunction(parameters: ["y", "b", "x"]) { (y: Scalar, b: Scalar, x: Vector) in
            y += b * b
            For(x.indices) { i in
                y += sin(b)
                b += x[i]
            }
        }
        #expect(try notes(f) == ["b": 2])
    }

    @Test func ofWhatAComputationReads() throws {
        let f = ReversibleFunction(parameters: ["y", "b", "x"]) { (y: Scalar, b: Scalar, x: Scalar) in
            let t = Scalar.ancilla("t")
            Compute {
                t += b * b
            } apply: {
                y += t * t
            }
            y += sin(b)
            b += x
        }
        // What it reads stands for the sine too.
        #expect(try notes(f) == ["b": 1, "t": 1])
    }

    @Test func ofArrays() throws {
        let f = ReversibleFunction(parameters: ["y", "v", "x"]) { (y: Scalar, v: Vector, x: Vector) in
            y += sum(v * v)
            y += sum(sin(v))
            v += x
            y += v[0] * v[0]
            y += v[0] * x[0]
            v += x
        }
        #expect(try notes(f) == ["v": 1, "v[0]": 1])
    }

    @Test func decisions() throws {
        let f = ReversibleFunction(parameters: ["y", "b", "x"]) { (y: Scalar, b: Scalar, x: Scalar) in
            y += max(b, x) + max(b, x) * x
            y += select(b > x, b, x)
            b += x
        }
        // Both maxima ask one and the same; the choice asks something else where both are equal.
        #expect(try notes(f, .decision) == ["b < x": 1, "b > x": 1])
    }

    // MARK: What no derivative asks for

    /// No cotangent goes to `rate`, so that nobody asks for what it is multiplied by.
    @Test func ofTheFactorsOfConstants() throws {
        let f = ReversibleFunction(parameters: ["y", "b", "x"]) { (y: Scalar, b: Scalar, x: Scalar) in
            let rate = Scalar.ancilla("rate")
            rate += 0.5
            rate *= 3
            y += rate * b
            b += x
            rate /= 3
            rate -= 0.5
        }
        #expect(try notes(f) == ["rate": 1])
    }

    /// A choice that is made for an integer, of which nothing was known before.
    @Test func ofComputationsForIntegers() throws {
        let once = ReversibleFunction(parameters: ["y", "b", "x"]) { (y: Scalar, b: Scalar, x: Scalar) in
            let way = Integer.ancilla("way")
            let t = Scalar.ancilla("t")
            let stack = Stack()
            Compute {
                t += b * b
            } apply: {
                way += select(t > 1, 2, 1)
            }
            y += way * x
            PUSH(way, on: stack)
            b += x
        }
        #expect(try notes(once).isEmpty && notes(once, .decision).isEmpty)
        #expect(try grad(once, 0, 1.5, 3).2 == 2)
    }

    /// A function that calls itself, and reads what its callers note.
    @Test func ofFunctionsThatOnlyHandOn() throws {
        let product: ReversibleFunction<Scalar, Scalar, Vector, Integer> = .recursive("product") {
            (product, y: Scalar, factor: Scalar, v: Vector, k: Integer) in
            If(k < v.count) {
                let next = Scalar.ancilla(), one = Integer.ancilla()
                Compute {
                    next += factor * v[k]
                    one += k + 1
                } apply: {
                    product(y, next, v, one)
                }
            } else: {
                y += factor
            }
        }
        let plain = try product.definition.pullback(inverted: false)
        let verified = try product.definition.verifiedPullback(inverted: false)
        #expect(verified.parameters.count == plain.parameters.count)
        #expect(try grad(product, 0, 1, [2, 3, 5], 0).2 == [15, 10, 6])
    }

    /// A function that decides by a call of itself, in a computation of which nothing is noted.
    @Test func ofCallsOfItselfForIntegers() throws {
        let f: ReversibleFunction<Scalar, Scalar, Integer, Integer> = .recursive(
            "f", parameters: ["y", "x", "n", "ways"]
        ) { (f, y: Scalar, x: Scalar, n: Integer, ways: Integer) in
            If(n > 0) {
                let (t, way, below, none) = (
                    Scalar.ancilla("t"), Integer.ancilla("way"), Integer.ancilla("below"),
                    Integer.ancilla("none")
                )
                Compute {
                    below += n - 1
                    f(t, x, below, none)
                } apply: {
                    way += select(t > 4, 2, 1)
                }
                y += way * x * x
                SWAP(way, ways)
            } else: {
                y += x * x
            }
            x += 1
        }
        let g = ReversibleFunction { (y: Scalar, x: Scalar, n: Integer, ways: Integer) in
            f(y, x, n, ways)
            y += x * x
            x += 1
        }
        // f adds x² or, where that is more than 4, 2 x²; then x is x + 1.
        let right = try jvp(g, 0, 3, 1, 0, tangent: (0, 1, (), ())).product.0
        #expect(right == 2 * 6 + 8)
        #expect(try grad(g, 0, 3, 1, 0).1 == right)
    }

    @Test func whatAPushBringsBack() throws {
        let f = ReversibleFunction(parameters: ["y", "b", "past", "x"]) {
            (y: Scalar, b: Scalar, past: Stack, x: Vector) in
            For(x.indices) { i in
                PUSH(b, on: past)
                b += x[i]
                y += sin(b)
            }
        }
        // Every turn ends with what it began with, bit for bit, when the next one has been undone.
        #expect(try notes(f) == [:])
        let g = ReversibleFunction(parameters: ["y", "b", "past", "x"]) {
            (y: Scalar, b: Scalar, past: Stack, x: Vector) in
            For(x.indices) { i in
                PUSH(b, on: past)
                b += x[i]
                y += sin(b)
                b += x[i]
            }
        }
        #expect(try notes(g) == ["b": 1])
    }

    @Test func turnsAreToldApartByTheirNumber() throws {
        let f = ReversibleFunction(parameters: ["y", "b", "k", "n"]) {
            (y: Scalar, b: Scalar, k: Integer, n: Integer) in
            While(k < n) {
                y += sin(b)
                b += 0.1
                k += 1
            }
        }
        let pullback = try f.definition.verifiedPullback(inverted: false)
        func loops(_ block: Block) -> [WhileLoop] {
            block.statements.flatMap { statement -> [WhileLoop] in
                if case .whileLoop(let loop) = statement.kind { return [loop] }
                return statement.ownBlocks.flatMap(loops)
            }
        }
        // The primal counts them, the adjoint counts down.
        let found = loops(pullback.body)
        #expect(found.map(\.turns) == [.recorded, .replayed])
        for loop in found {
            let turn = try #require(loop.turn)
            #expect(Accesses(of: loop.body).all.contains { $0.place.variable == turn })
        }
    }
}
