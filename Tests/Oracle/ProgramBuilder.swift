import AD
import ReversibleCore

/// The function of a random program.
package typealias OracleFunction = ReversibleFunction<
    Scalar, Scalar, Scalar, Integer, Vector, Vector, Matrix, IntegerVector
>
typealias RoutineFunction = ReversibleFunction<Scalar, Scalar, Vector, Integer>

/// Builds a random program through the language's own words, as a user's closure would.
package struct ProgramBuilder {
    private enum Bound {
        case scalar(Scalar)
        case integer(Integer)
        case vector(Vector)
        case integerVector(IntegerVector)
        case matrix(Matrix)
        case stack(Stack)
        case formula(Expr)

        var expression: Expr {
            switch self {
            case .scalar(let x): x.expression
            case .integer(let x): x.expression
            case .vector(let x): x.expression
            case .integerVector(let x): x.expression
            case .matrix(let x): x.expression
            case .formula(let x): x
            case .stack: 0.expression
            }
        }
    }

    private var names: [String: Bound] = [:]
    private var routines: [String: RoutineFunction] = [:]
    /// Whether loops say themselves how they are undone, one in this way and another in that.
    private var mixesUndoing = false
    /// Whether an `If` without a postcondition records its decision.
    private var remembers = false

    /// The function of `program`.
    ///
    /// - Parameter mixesUndoing: Whether its loops say themselves how they are undone, each in a way that its text decides.
    package static func function(
        of program: RandomProgram, mixingUndoing mixesUndoing: Bool = false
    ) throws -> OracleFunction {
        var builder = ProgramBuilder()
        builder.mixesUndoing = mixesUndoing
        for routine in program.routines {
            builder.routines[routine.name] = try builder.function(of: routine)
        }
        let outer = builder
        return try ReversibleFunction(
            checking: "f", parameters: RandomProgram.parameters.map(\.name)
        ) {
            (
                y: Scalar, a: Scalar, b: Scalar, n: Integer, v: Vector, w: Vector, m: Matrix, p: IntegerVector
            ) in
            var inner = outer
            inner.remembers = mixesUndoing
            inner.names = [
                "y": .scalar(y), "a": .scalar(a), "b": .scalar(b), "n": .integer(n), "v": .vector(v),
                "w": .vector(w), "m": .matrix(m), "p": .integerVector(p),
            ]
            return inner.block(program.body)
        }
    }

    private func function(of routine: Routine) throws -> RoutineFunction {
        let names = Routine.parameters.map(\.name)
        func inside(_ out: Scalar, _ s: Scalar, _ u: Vector, _ c: Integer) -> ProgramBuilder {
            var inner = self
            inner.names = ["out": .scalar(out), "s": .scalar(s), "u": .vector(u), "c": .integer(c)]
            return inner
        }
        guard routine.isRecursive else {
            return try ReversibleFunction(checking: routine.name, parameters: names) {
                (out: Scalar, s: Scalar, u: Vector, c: Integer) in
                inside(out, s, u, c).block(routine.body)
            }
        }
        return try ReversibleFunction.recursive(checking: routine.name, parameters: names) {
            (itself, out: Scalar, s: Scalar, u: Vector, c: Integer) in
            var inner = inside(out, s, u, c)
            inner.routines[routine.name] = itself
            return inner.block(routine.body)
        }
    }

    // MARK: Blocks

    private func block(_ body: Body) -> Statement {
        var inner = self
        for declaration in body.declarations { inner.declare(declaration) }
        return Reversible.buildExpression(body.steps.map { inner.statement($0) })
    }

    private mutating func declare(_ declaration: Declaration) {
        switch declaration {
        case .ancilla(let name, let kind, let sizes):
            let count = sizes.first.map { term($0) } ?? 1.expression
            names[name] =
                switch kind {
                case .scalar: .scalar(Scalar.ancilla(name))
                case .integer: .integer(Integer.ancilla(name))
                case .vector: .vector(Vector.ancilla(count: count, name))
                case .integerVector: .integerVector(IntegerVector.ancilla(count: count, name))
                case .matrix:
                    .matrix(
                        Matrix.ancilla(
                            rows: count, columns: sizes.count > 1 ? term(sizes[1]) : 1.expression, name))
                case .stack: .stack(Stack.ancilla(name))
                }
        case .runStack(let name): names[name] = .stack(Stack(name))
        case .formula(let name, let formula): names[name] = .formula(term(formula))
        }
    }

    /// Everything a program names has been declared; what a shrunk one has lost stands for itself as misuse.
    private func bound(_ place: PlaceTerm) -> Bound {
        guard let bound = names[place.name] else { return .formula(0.expression) }
        guard !place.indices.isEmpty else { return bound }
        let indices = place.indices.map { term($0) }
        switch bound {
        case .vector(let v): return .scalar(v[indices[0]])
        case .integerVector(let v): return .integer(v[indices[0]])
        case .matrix(let m) where indices.count > 1: return .scalar(m[indices[0], indices[1]])
        default: return bound
        }
    }

    private func statement(_ step: Step) -> Statement {
        switch step {
        case .update(let word, let place, let change): return update(word, bound(place), term(change))
        case .swap(let a, let b):
            switch (bound(a), bound(b)) {
            case (.scalar(let x), .scalar(let y)): return SWAP(x, y)
            case (.integer(let x), .integer(let y)): return SWAP(x, y)
            case (.vector(let x), .vector(let y)): return SWAP(x, y)
            case (.integerVector(let x), .integerVector(let y)): return SWAP(x, y)
            case (.matrix(let x), .matrix(let y)): return SWAP(x, y)
            default: return unknown
            }
        case .negate(let a):
            switch bound(a) {
            case .scalar(let x): return NEG(x)
            case .integer(let x): return NEG(x)
            case .vector(let x): return NEG(x)
            case .integerVector(let x): return NEG(x)
            case .matrix(let x): return NEG(x)
            default: return unknown
            }
        case .hadamard(let a, let b):
            switch (bound(a), bound(b)) {
            case (.scalar(let x), .scalar(let y)): return HADAMARD(x, y)
            case (.vector(let x), .vector(let y)): return HADAMARD(x, y)
            default: return unknown
            }
        case .rotate(let a, let b, let angle, let backward):
            switch (bound(a), bound(b)) {
            case (.scalar(let x), .scalar(let y)):
                return backward ? IROT(x, y, term(angle)) : ROT(x, y, term(angle))
            case (.vector(let x), .vector(let y)):
                return backward ? IROT(x, y, term(angle)) : ROT(x, y, term(angle))
            default: return unknown
            }
        case .branch(let pre, let post, let then, let otherwise):
            if post == nil, remembers {
                return If(test(pre), post: .recorded) {
                    block(then)
                } else: {
                    block(otherwise)
                }
            }
            return If(test(pre), post: post.map { test($0) }) {
                block(then)
            } else: {
                block(otherwise)
            }
        case .loop(let loop): return self.loop(loop)
        case .whileLoop(let pre, let post, let body):
            let way = undoing("\(pre)")
            return While(test(pre), post: post.map { test($0) }, undoing: way) { block(body) }
        case .compute(let compute, let apply): return self.compute(compute, apply)
        case .call(let name, let inverted, let places):
            guard let routine = routines[name], places.count == 4, case .scalar(let out) = bound(places[0]),
                case .scalar(let s) = bound(places[1]), case .vector(let u) = bound(places[2]),
                case .integer(let c) = bound(places[3])
            else { return unknown }
            return inverted ? (~routine)(out, s, u, c) : routine(out, s, u, c)
        case .push(let place, let stack): return move(bound(place), stack, pushes: true)
        case .pop(let place, let stack): return move(bound(place), stack, pushes: false)
        }
    }

    /// A statement that no function accepts: a place that is not declared.
    private var unknown: Statement { POP(Integer.ancilla("unknown"), from: Stack("unknown")) }

    private func move(_ place: Bound, _ stack: String, pushes: Bool) -> Statement {
        guard case .stack(let stack) = names[stack] else { return unknown }
        switch place {
        case .scalar(let x): return pushes ? PUSH(x, on: stack) : POP(x, from: stack)
        case .integer(let x): return pushes ? PUSH(x, on: stack) : POP(x, from: stack)
        default: return unknown
        }
    }

    private func update(_ word: String, _ place: Bound, _ change: Expr) -> Statement {
        switch (word, place) {
        case ("+=", .scalar(let x)): x += change
        case ("-=", .scalar(let x)): x -= change
        case ("*=", .scalar(let x)): x *= change
        case ("/=", .scalar(let x)): x /= change
        case ("+=", .integer(let x)): x += change
        case ("-=", .integer(let x)): x -= change
        case ("^=", .integer(let x)): x ^= change
        case ("+=", .vector(let x)): x += change
        case ("-=", .vector(let x)): x -= change
        case ("*=", .vector(let x)): x *= change
        case ("/=", .vector(let x)): x /= change
        case ("+=", .integerVector(let x)): x += change
        case ("-=", .integerVector(let x)): x -= change
        case ("^=", .integerVector(let x)): x ^= change
        case ("+=", .matrix(let x)): x += change
        case ("-=", .matrix(let x)): x -= change
        case ("*=", .matrix(let x)): x *= change
        case ("/=", .matrix(let x)): x /= change
        default: unknown
        }
    }

    private func loop(_ loop: Loop) -> Statement {
        let (start, end, step) = (term(loop.start), term(loop.end), term(loop.step))
        let range = loop.isClosed ? start...end : start..<end
        let body: (Integer) -> Statement = { index in
            var inner = self
            // Iterations share no record.
            inner.remembers = remembers && !loop.isParallel
            inner.names[loop.index] = .integer(index)
            return inner.block(loop.body)
        }
        return loop.isParallel
            ? ParallelFor(range, by: step) { body($0) }
            : For(range, by: step, undoing: undoing(loop.index)) { body($0) }
    }

    /// How a loop says that it is undone.
    private func undoing(_ text: String) -> Undoing? {
        guard mixesUndoing else { return nil }
        let ways: [Undoing?] = [nil, .checkpoints(2), .recorded, .checkpoints(1), .inverse]
        return ways[text.utf8.reduce(0) { ($0 * 31 + Int($1)) % 65_537 } % ways.count]
    }

    /// What the computation declares stands before it, where both closures see it.
    private func compute(_ compute: Body, _ apply: Body) -> Statement {
        var outer = self
        for declaration in compute.declarations { outer.declare(declaration) }
        // What a computation and its use record might meet.
        outer.remembers = false
        let inner = outer
        return Compute {
            inner.block(Body([], compute.steps))
        } apply: {
            inner.block(apply)
        }
    }

    // MARK: Formulas

    private func term(_ term: Term) -> Expr {
        switch term {
        case .real(let value): return value.expression
        case .integer(let value): return value.expression
        case .place(let place): return bound(place).expression
        case .size(let name, let size):
            switch (names[name], size) {
            case (.vector(let v), .count): return v.count
            case (.integerVector(let v), .count): return v.count
            case (.matrix(let m), .rows): return m.rows
            case (.matrix(let m), .columns): return m.columns
            default: return 0.expression
            }
        case .unary(let name, let x): return Words.unary[name].map { $0(self.term(x)) } ?? 0.expression
        case .binary(let name, let x, let y):
            return Words.binary[name].map { $0(self.term(x), self.term(y)) } ?? 0.expression
        case .select(let condition, let x, let y):
            return ReversibleCore.select(test(condition), self.term(x), self.term(y))
        case .reduce(let name, let x):
            switch name {
            case "argmax": return argmax(self.term(x))
            case "argmin": return argmin(self.term(x))
            default: return sum(self.term(x))
            }
        case .named(let name): return names[name]?.expression ?? 0.expression
        }
    }

    private func test(_ test: Test) -> Condition {
        switch test {
        case .compare(let relation, let x, let y):
            let (x, y) = (term(x), term(y))
            switch relation {
            case "<": return x < y
            case "<=": return x <= y
            case ">": return x > y
            case ">=": return x >= y
            case "==": return x == y
            default: return x != y
            }
        case .and(let a, let b): return self.test(a) && self.test(b)
        case .or(let a, let b): return self.test(a) || self.test(b)
        case .not(let a): return !self.test(a)
        }
    }
}
