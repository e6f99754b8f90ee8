extension Assertion.Subject {
    fileprivate var requirement: Requirement {
        switch self {
        case .program: .assertion
        case .size: .viewSize
        case .bounds: .viewBounds
        case .overlap: .viewOverlap
        }
    }
}

extension Statement {
    /// Appends the instructions that run the statement.
    func emit(to emitter: inout Emitter) {
        switch kind {
        case .update(let s): s.emit(to: &emitter)
        case .swap(let s): s.emit(to: &emitter)
        case .negate(let s): s.emit(to: &emitter)
        case .rotate(let s): s.emit(to: &emitter)
        case .hadamard(let s): s.emit(to: &emitter)
        case .branch(let s): s.emit(to: &emitter)
        case .whileLoop(let s): s.emit(to: &emitter)
        case .forLoop(let s): s.emit(to: &emitter)
        case .compute(let s): s.emit(to: &emitter)
        case .call(let s): s.emit(to: &emitter)
        case .move(let s): s.emit(to: &emitter)
        case .assertion(let s):
            emitter.require(emitter.boolean(s.condition), holds: true, else: s.subject.requirement)
        case .rerun(let s): Statement(.block(s.expanded)).emit(to: &emitter)
        case .block(let block): emitter.block(block)
        case .misuse: break  // a check has refused it
        }
    }
}
