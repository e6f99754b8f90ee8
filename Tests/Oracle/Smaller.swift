// What a program can be cut down to, by one step.

extension RandomProgram {
    /// Programs that are a little smaller, those that lose most first.
    var smaller: [RandomProgram] {
        var result: [RandomProgram] = []
        for position in routines.indices {
            if !body.names.contains(routines[position].name),
                !routines.contains(where: {
                    $0.name != routines[position].name && $0.body.names.contains(routines[position].name)
                })
            {
                var program = self
                program.routines.remove(at: position)
                result.append(program)
            }
        }
        for body in body.smaller {
            var program = self
            program.body = body
            result.append(program)
        }
        for position in routines.indices {
            for body in routines[position].body.smaller {
                var program = self
                program.routines[position].body = body
                result.append(program)
            }
        }
        return result
    }
}

extension Body {
    var smaller: [Body] {
        var result: [Body] = []
        // Halves first, then single statements.
        if steps.count > 3 {
            let half = steps.count / 2
            result.append(Body(declarations, Array(steps[half...])))
            result.append(Body(declarations, Array(steps[..<half])))
        }
        for position in steps.indices {
            var body = self
            body.steps.remove(at: position)
            result.append(body)
        }
        for position in declarations.indices {
            var body = self
            let name = body.declarations.remove(at: position).name
            if !body.names.contains(name) { result.append(body) }
        }
        for position in steps.indices {
            for replacement in steps[position].smaller {
                var body = self
                body.steps.replaceSubrange(position...position, with: replacement.steps)
                body.declarations += replacement.declarations
                result.append(body)
            }
        }
        for position in declarations.indices {
            guard case .formula(let name, let term) = declarations[position] else { continue }
            for smaller in term.smaller {
                var body = self
                body.declarations[position] = .formula(name, smaller)
                result.append(body)
            }
        }
        return result
    }
}

extension Step {
    /// Statements that may stand in place of this one.
    var smaller: [Body] {
        func one(_ step: Step) -> Body { Body([], [step]) }
        switch self {
        case .update(let word, let place, let change):
            return change.smaller.map { one(.update(word, place, $0)) }
                + place.smaller.map { one(.update(word, $0, change)) }
        case .rotate(let a, let b, let angle, let backward):
            return angle.smaller.map { one(.rotate(a, b, $0, backward: backward)) }
                + (backward ? [one(.rotate(a, b, angle, backward: false))] : [])
        case .branch(let pre, let post, let then, let otherwise):
            return [then, otherwise]
                + (otherwise.steps.isEmpty
                    ? [] : [one(.branch(pre, post: post, then: then, otherwise: Body()))])
                + then.smaller.map { one(.branch(pre, post: post, then: $0, otherwise: otherwise)) }
                + otherwise.smaller.map { one(.branch(pre, post: post, then: then, otherwise: $0)) }
                + (post == nil
                    ? pre.smaller.map { one(.branch($0, post: nil, then: then, otherwise: otherwise)) } : [])
        case .loop(let loop):
            var result = [loop.body.replacing(loop.index, by: loop.start)]
            func with(_ change: (inout Loop) -> Void) {
                var copy = loop
                change(&copy)
                if copy != loop { result.append(one(.loop(copy))) }
            }
            with { $0.isParallel = false }
            with {
                ($0.start, $0.step, $0.isClosed) = (.integer(0), .integer(1), false)
                $0.end = loop.isClosed ? loop.start : loop.end
            }
            with { $0.end = .integer(2) }
            for body in loop.body.smaller { with { $0.body = body } }
            for end in loop.end.smaller { with { $0.end = end } }
            return result
        case .whileLoop(let pre, let post, let body):
            return [body] + body.smaller.map { one(.whileLoop(pre, post: post, $0)) }
                + pre.smaller.map { one(.whileLoop($0, post: post, body)) }
        case .compute(let compute, let apply):
            return [apply]
                + apply.smaller.map { one(.compute(compute, apply: $0)) }
                + compute.smaller.map { one(.compute($0, apply: apply)) }
        case .call(let name, let inverted, let places):
            return (inverted ? [one(.call(name, inverted: false, places))] : [])
        case .swap, .negate, .hadamard, .push, .pop: return []
        }
    }
}

extension Body {
    /// The block with a name for an index replaced by a term.
    func replacing(_ name: String, by term: Term) -> Body {
        Body(
            declarations.map { $0.mapTerms { $0.replacing(name, by: term) } },
            steps.map { $0.mapTerms { $0.replacing(name, by: term) } })
    }
}

extension PlaceTerm {
    var smaller: [PlaceTerm] {
        indices.indices.flatMap { position in
            indices[position].smaller.map { index in
                var place = self
                place.indices[position] = index
                return place
            }
        }
    }
}

extension Test {
    var smaller: [Test] {
        switch self {
        case .compare(let relation, let x, let y):
            x.smaller.map { .compare(relation, $0, y) } + y.smaller.map { .compare(relation, x, $0) }
        case .and(let a, let b):
            [a, b] + a.smaller.map { .and($0, b) } + b.smaller.map { .and(a, $0) }
        case .or(let a, let b): [a, b] + a.smaller.map { .or($0, b) } + b.smaller.map { .or(a, $0) }
        case .not(let a): [a] + a.smaller.map { .not($0) }
        }
    }
}

extension Term {
    var smaller: [Term] {
        switch self {
        case .real(let value):
            return [.real(0), .real(1), .real(2), .real((value * 4).rounded() / 4)]
                .filter { $0 != self && !(value == 0 || value == 1) }
        case .integer(let value): return value == 0 || value == 1 ? [] : [.integer(0), .integer(1)]
        case .place(let place):
            return (place.indices.isEmpty ? [] : place.smaller.map { .place($0) })
        case .size, .named: return [.integer(1)]
        case .unary(let name, let x): return [x] + x.smaller.map { .unary(name, $0) }
        case .binary(let name, let x, let y):
            return [x, y] + x.smaller.map { .binary(name, $0, y) } + y.smaller.map { .binary(name, x, $0) }
        case .select(let test, let x, let y):
            return [x, y] + test.smaller.map { .select($0, x, y) } + x.smaller.map { .select(test, $0, y) }
                + y.smaller.map { .select(test, x, $0) }
        case .reduce(let name, let x): return [.real(1)] + x.smaller.map { .reduce(name, $0) }
        }
    }

    func replacing(_ name: String, by term: Term) -> Term {
        func inner(_ x: Term) -> Term { x.replacing(name, by: term) }
        switch self {
        case .real, .integer, .size, .named: return self
        case .place(let place):
            if place.name == name, place.indices.isEmpty { return term }
            return .place(PlaceTerm(place.name, place.indices.map(inner)))
        case .unary(let word, let x): return .unary(word, inner(x))
        case .binary(let word, let x, let y): return .binary(word, inner(x), inner(y))
        case .select(let test, let x, let y): return .select(test.mapTerms(inner), inner(x), inner(y))
        case .reduce(let word, let x): return .reduce(word, inner(x))
        }
    }
}

extension Test {
    func mapTerms(_ change: (Term) -> Term) -> Test {
        switch self {
        case .compare(let relation, let x, let y): .compare(relation, change(x), change(y))
        case .and(let a, let b): .and(a.mapTerms(change), b.mapTerms(change))
        case .or(let a, let b): .or(a.mapTerms(change), b.mapTerms(change))
        case .not(let a): .not(a.mapTerms(change))
        }
    }
}

extension Declaration {
    func mapTerms(_ change: (Term) -> Term) -> Declaration {
        switch self {
        case .ancilla(let name, let kind, let sizes): .ancilla(name, kind, sizes: sizes.map(change))
        case .formula(let name, let term): .formula(name, change(term))
        case .runStack: self
        }
    }
}

extension Step {
    /// The statement with every term in it changed, in blocks too.
    func mapTerms(_ change: (Term) -> Term) -> Step {
        func place(_ p: PlaceTerm) -> PlaceTerm { PlaceTerm(p.name, p.indices.map(change)) }
        func block(_ b: Body) -> Body {
            Body(b.declarations.map { $0.mapTerms(change) }, b.steps.map { $0.mapTerms(change) })
        }
        switch self {
        case .update(let word, let p, let e): return .update(word, place(p), change(e))
        case .swap(let a, let b): return .swap(place(a), place(b))
        case .negate(let a): return .negate(place(a))
        case .hadamard(let a, let b): return .hadamard(place(a), place(b))
        case .rotate(let a, let b, let angle, let backward):
            return .rotate(place(a), place(b), change(angle), backward: backward)
        case .branch(let pre, let post, let then, let otherwise):
            return .branch(
                pre.mapTerms(change), post: post?.mapTerms(change), then: block(then),
                otherwise: block(otherwise))
        case .loop(var loop):
            (loop.start, loop.end, loop.step) = (change(loop.start), change(loop.end), change(loop.step))
            loop.body = block(loop.body)
            return .loop(loop)
        case .whileLoop(let pre, let post, let body):
            return .whileLoop(pre.mapTerms(change), post: post?.mapTerms(change), block(body))
        case .compute(let compute, let apply): return .compute(block(compute), apply: block(apply))
        case .call(let name, let inverted, let places):
            return .call(name, inverted: inverted, places.map(place))
        case .push(let p, let stack): return .push(place(p), on: stack)
        case .pop(let p, let stack): return .pop(place(p), from: stack)
        }
    }
}
