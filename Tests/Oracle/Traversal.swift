// Every part of a program in one place, so that passes need not list the cases.

extension Term {
    /// The terms directly inside, and inside its conditions.
    var parts: [Term] {
        switch self {
        case .real, .integer, .size, .named: []
        case .place(let place): place.indices
        case .unary(_, let x), .reduce(_, let x): [x]
        case .binary(_, let x, let y): [x, y]
        case .select(let test, let x, let y): test.parts + [x, y]
        }
    }

    /// The names of places and formulas.
    var names: Set<String> {
        var result: Set<String> = []
        collect(into: &result)
        return result
    }

    func collect(into names: inout Set<String>) {
        switch self {
        case .place(let place): names.insert(place.name)
        case .size(let name, _), .named(let name): names.insert(name)
        default: break
        }
        for part in parts { part.collect(into: &names) }
    }
}

extension Test {
    var parts: [Term] {
        switch self {
        case .compare(_, let x, let y): [x, y]
        case .and(let a, let b), .or(let a, let b): a.parts + b.parts
        case .not(let a): a.parts
        }
    }

    var names: Set<String> { parts.reduce(into: []) { $1.collect(into: &$0) } }
}

extension Step {
    /// The bodies directly inside.
    var bodies: [Body] {
        switch self {
        case .branch(_, _, let then, let otherwise): [then, otherwise]
        case .loop(let loop): [loop.body]
        case .whileLoop(_, _, let body): [body]
        case .compute(let compute, let apply): [compute, apply]
        default: []
        }
    }

    /// The terms directly inside, without those of the bodies.
    var terms: [Term] {
        switch self {
        case .update(_, let place, let change): [.place(place), change]
        case .swap(let a, let b), .hadamard(let a, let b): [.place(a), .place(b)]
        case .negate(let a), .push(let a, _), .pop(let a, _): [.place(a)]
        case .rotate(let a, let b, let angle, _): [.place(a), .place(b), angle]
        case .branch(let pre, let post, _, _), .whileLoop(let pre, let post, _):
            pre.parts + (post?.parts ?? [])
        case .loop(let loop): [loop.start, loop.end, loop.step]
        case .compute: []
        case .call(_, _, let places): places.map { .place($0) }
        }
    }

    /// The places it changes, without those of the bodies.
    var written: [PlaceTerm] {
        switch self {
        case .update(_, let a, _), .negate(let a), .push(let a, _), .pop(let a, _): [a]
        case .swap(let a, let b), .hadamard(let a, let b), .rotate(let a, let b, _, _): [a, b]
        case .call(_, _, let places): places
        case .branch, .loop, .whileLoop, .compute: []
        }
    }
}

extension Body {
    /// The names of everything that is used inside.
    var names: Set<String> {
        var result: Set<String> = []
        for declaration in declarations {
            switch declaration {
            case .ancilla(_, _, let sizes): for size in sizes { size.collect(into: &result) }
            case .formula(_, let term): term.collect(into: &result)
            case .runStack: break
            }
        }
        for step in steps {
            for term in step.terms { term.collect(into: &result) }
            for body in step.bodies { result.formUnion(body.names) }
            switch step {
            case .push(_, let stack), .pop(_, let stack): result.insert(stack)
            case .call(let name, _, _): result.insert(name)
            default: break
            }
        }
        return result
    }

    /// The names of the places that are changed inside.
    var written: Set<String> {
        steps.reduce(into: []) { result, step in
            for place in step.written { result.insert(place.name) }
            for body in step.bodies { result.formUnion(body.written) }
        }
    }

    /// The number of statements.
    var count: Int { steps.reduce(0) { $0 + 1 + $1.bodies.reduce(0) { $0 + $1.count } } }
}

extension RandomProgram {
    /// The number of statements, in all functions.
    package var count: Int { routines.reduce(body.count) { $0 + $1.body.count } }

    /// Whether something is left on a stack of the run, so that a later run cannot undo this one.
    package var leavesSomethingOnStacks: Bool {
        body.leavesSomethingOnStacks || routines.contains { $0.body.leavesSomethingOnStacks }
    }
}

extension Body {
    /// Whether something is left on a stack of the run, which ends with it.
    var leavesSomethingOnStacks: Bool {
        let own = declarations.contains { declaration in
            guard case .runStack(let name) = declaration else { return false }
            return depth(of: name) != 0
        }
        return own || steps.contains { $0.bodies.contains(where: \.leavesSomethingOnStacks) }
    }

    /// How many more pushes than pops there are, as written.
    private func depth(of stack: String) -> Int {
        steps.reduce(0) { depth, step in
            switch step {
            case .push(_, stack): depth + 1
            case .pop(_, stack): depth - 1
            default: depth + step.bodies.reduce(0) { $0 + $1.depth(of: stack) }
            }
        }
    }
}
