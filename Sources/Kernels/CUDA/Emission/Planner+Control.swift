import ReversibleCore

// Loops and branches around kernels.
extension Planner {
    func guarded(_ loop: ForLoop) -> ForLoop {
        var loop = loop
        for condition in guards.reversed() {
            let branch = Branch(pre: condition, post: condition, then: loop.body, otherwise: Block())
            loop.body = Block(statements: [Statement(.branch(branch), at: location)])
        }
        return loop
    }

    func guarded(_ statement: Statement) -> Statement {
        guards.reversed().reduce(statement) { inner, condition in
            Statement(
                .branch(
                    Branch(
                        pre: condition, post: condition, then: Block(statements: [inner]), otherwise: Block())
                ),
                at: inner.location)
        }
    }

    /// A loop on the host, around launches.
    func walkLoop(_ s: ForLoop, _ statement: Statement) throws(PTXError) {
        guard var start = host(s.start), var end = host(s.end), var step = host(s.step) else {
            guard statement.hasParallelLoop else { return wait(statement) }
            throw PTXError(
                .unknownBeforeLaunch,
                "`\(headline(statement))` holds a `ParallelFor`, and its bounds are known on the GPU only; make them of "
                    + "sizes of arguments, and of integer arguments that do not change", at: location)
        }
        if [start, end, step].contains(where: \.mayFail) {
            start = guarded(start, by: guards)
            end = guarded(end, by: guards, else: s.closed ? -1 : 0)
            step = guarded(step, by: guards, else: 1)
        }
        clearNumbers()
        try flush()
        zeros.subtract(used(by: statement))
        let number = loopCount
        loopCount += 1
        hostIndices[s.index.id] = .index(number)
        devices[s.index.id] = .value(.index(number))
        let inner = try collectingSteps { () throws(PTXError) in try walk(s.body) }
        steps.append(
            .loop(number, start: start, end: end, step: step, closed: s.closed, backward: s.backward, inner))
    }

    /// The steps that a walk adds.
    private func collectingSteps(_ walk: () throws(PTXError) -> Void) throws(PTXError) -> [KernelPlan.Step] {
        let outer = steps
        steps = []
        try walk()
        try flush()
        defer { steps = outer }
        return steps
    }

    /// A loop on the host that asks the device after every turn.
    func walkWhile(_ s: WhileLoop, _ statement: Statement) throws(PTXError) {
        guard s.turns == .asserted else { throw recordsDecisions(statement, at: location) }
        clearNumbers()
        try flush()
        zeros.subtract(used(by: statement))
        let buffer = addTemporary("condition", isReal: false, count: .constant(1))
        let asking = try collectingSteps { () throws(PTXError) in
            let asked = guards.reversed().reduce(s.pre) { Node(.and($1, $0), .boolean) }
            let condition = try hoistingSums(from: asked, statement)
            let emitter = KernelEmitter(self, name: kernelName("condition"), threadsPerBlock: 1)
            emitter.location = location
            try emitter.answer(condition, in: buffer)
            try add(
                emitter.kernel(
                    purpose: "Whether `\(headline(statement))` takes another turn.", iterations: .constant(1),
                    blocks: .constant(1)))
        }
        let inner = try collectingSteps { () throws(PTXError) in try walk(s.body) }
        steps.append(.whileLoop(statement: headline(statement), asking: asking, answer: buffer, inner))
    }

    /// A branch around parallel work: every thread asks the condition.
    func walkBranch(_ s: Branch, _ statement: Statement) throws(PTXError) {
        guard s.decision == .asserted else { throw recordsDecisions(statement, at: location) }
        let written = Accesses(of: statement).written
        guard written.isDisjoint(with: Set(s.pre.reads.map(\.variable))) else {
            guard statement.hasParallelLoop else { return wait(statement) }
            throw PTXError(
                .unsupportedStatement,
                "`\(headline(statement))` holds a `ParallelFor` and changes what its condition reads; put the `If` into "
                    + "the `ParallelFor`, or keep the condition in an integer of its own", at: location)
        }
        guards.append(s.pre)
        try walk(s.then)
        guards.removeLast()
        guard !s.otherwise.isEmpty else { return }
        guards.append(Node(.not(s.pre), .boolean))
        try walk(s.otherwise)
        guards.removeLast()
    }
}
