// The inverse of a program, from the words' own definitions: what the library's is compared with.

extension Body {
    /// The statements that undo these, last first.
    var inverse: Body { Body(declarations, steps.reversed().map(\.inverse)) }
}

extension Step {
    var inverse: Step {
        switch self {
        case .update(let word, let place, let change):
            let words = ["+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "^=": "^="]
            return .update(words[word] ?? word, place, change)
        case .swap, .negate, .hadamard: return self
        case .rotate(let a, let b, let angle, let backward):
            return .rotate(a, b, angle, backward: !backward)
        case .branch(let pre, let post, let then, let otherwise):
            return .branch(
                post ?? pre, post: post == nil ? nil : pre, then: then.inverse, otherwise: otherwise.inverse)
        case .loop(var loop):
            loop.isBackward.toggle()
            loop.body = loop.body.inverse
            return .loop(loop)
        case .whileLoop(let pre, let post, let body):
            return .whileLoop(post ?? pre, post: pre, body.inverse)
        case .compute(let compute, let apply): return .compute(compute, apply: apply.inverse)
        case .call(let name, let inverted, let places): return .call(name, inverted: !inverted, places)
        case .push(let place, let stack): return .pop(place, from: stack)
        case .pop(let place, let stack): return .push(place, on: stack)
        }
    }
}
