import ReversibleCore

extension ForLoop {
    func emit(to emitter: FunctionEmitter) {
        if parallel, emitter.lanes == nil, !emitter.isChecked,
            let plan = LanePlan(self, emitter.program, isAliased: emitter.variant.isAliased)
        {
            return emitLanes(plan, to: emitter)
        }
        let available = emitter.values.available
        defer { emitter.values.available = available }
        emitter.values.change(Accesses(of: body).written.union([index]))
        if emitter.movesArrays, let move = ArrayMove(self) { return move.emit(to: emitter) }
        if emitter.groupsTurns, let product = RowProduct(self), !product.mayBeOutside(emitter.program.lost) {
            return product.emit(to: emitter)
        }
        if emitter.groupsTurns, let distribution = LoopDistribution(self),
            !emitter.program.lost.findElements(in: body)
        {
            return emit(distribution, to: emitter)
        }
        emitter.share([start, end, step])
        let (a, b) = (emitter.integer(start), emitter.integer(end))
        if a.isVarying || b.isVarying { return emitMasked(a, b, to: emitter) }
        let s = step.constant
        emitter.names.enter()
        let needsBlock = !start.isStable || !end.isStable || (emitter.isChecked && parallel)
        if needsBlock { emitter.out.open("") }
        let from = start.isStable ? a.within(.sum) : emitter.named("start", a, .integer)
        let to = end.isStable ? b.within(.sum) : emitter.named("end", b, .integer)
        let watched = emitter.isChecked && parallel ? emitter.openWatches(self) : nil
        emitter.known = [:]
        let outer = emitter.storage[index.id]
        emitter.names.enter()
        // A loop up to the largest integer, and including it, can only be counted.
        let ends = end.constant.map { abs($0) < 1e15 } ?? false
        if s == 1, !closed || ends {
            let i = emitter.declare(index).name
            let head =
                backward
                ? "int64_t \(i) = \(closed ? "\(to) + 1" : to); \(i)-- > \(from);"
                : "int64_t \(i) = \(from); \(i) \(closed ? "<=" : "<") \(to); ++\(i)"
            emitter.out.open("for (\(head))")
            run(emitter, watched)
            emitter.out.close()
        } else {
            emitStrided(from, to, to: emitter, watched)
        }
        emitter.names.leave()
        emitter.storage[index.id] = outer
        checkBounds(from, to, emitter)
        if let watched { emitter.close(watched) }
        if needsBlock { emitter.out.close() }
        emitter.names.leave()
    }

    private func run(_ emitter: FunctionEmitter, _ watched: FunctionEmitter.Watched?) {
        if let watched { emitter.enter(watched, iteration: emitter.name(index)) }
        emitter.scoped { emitter.block(body) }
    }

    /// Steps other than 1: the turns are counted first.
    private func emitStrided(
        _ from: String, _ to: String, to emitter: FunctionEmitter, _ watched: FunctionEmitter.Watched?
    ) {
        emitter.out.open("")
        let stride = emitter.named("step", emitter.integer(step), .integer)
        emitter.require("\(stride) != 0", "the step of the loop is 0")
        let (turns, i) = emitCount(from, to, stride: stride, to: emitter)
        // The last step is not made: it could leave the range of integers.
        emitter.out.open("for (; \(turns) > 0; --\(turns))")
        run(emitter, watched)
        emitter.out.line("if (\(turns) > 1) \(i) \(backward ? "-" : "+")= \(stride);")
        emitter.out.close()
        emitter.out.close()
    }

    /// Declares how many turns there are, and the index of the first one.
    func emitCount(
        _ from: String, _ to: String, stride: String, to emitter: FunctionEmitter
    ) -> (turns: String, index: String) {
        let turns = emitter.names.declare("turns")
        emitter.out.line("int64_t \(turns) = turns_of(\(from), \(to), \(stride), \(closed));")
        let i = emitter.declare(index).name
        emitter.out.line(
            backward
                ? "int64_t \(i) = (int64_t)((uint64_t)\(from) + (uint64_t)(\(turns) - 1) * (uint64_t)\(stride));"
                : "int64_t \(i) = \(from);")
        return (turns, i)
    }

    private func checkBounds(_ from: String, _ to: String, _ emitter: FunctionEmitter) {
        guard emitter.isChecked else { return }
        let written = Accesses(of: body).written
        emitter.uses = [:]
        for (bound, value) in zip([start, end], [from, to])
        where bound.asksStacks || bound.reads.contains(where: { written.contains($0.variable) }) {
            emitter.require(
                "(\(emitter.integer(bound).text)) == \(value)", "the bounds of the loop changed while it ran")
        }
    }

    /// Lanes with different bounds: each runs until its own end.
    private func emitMasked(_ a: CValue, _ b: CValue, to emitter: FunctionEmitter) {
        let outer = (emitter.mask, emitter.storage[index.id])
        emitter.names.enter()
        emitter.out.open("")
        let from = emitter.held("start", CValue(emitter.spread(a, .integer), isVarying: true), .integer)
        let to = emitter.held("end", CValue(emitter.spread(b, .integer), isVarying: true), .integer)
        emitter.known = [:]
        let i = emitter.declare(index, isVarying: true).name
        emitter.out.line("vi \(i) = \(backward ? (closed ? to : "\(to) - 1") : from);")
        let goesOn = backward ? "\(i) >= \(from)" : "\(i) \(closed ? "<=" : "<") \(to)"
        let m = emitter.names.declare("m")
        let outerMask = emitter.mask.map { "\($0) & " } ?? ""
        emitter.out.line("vi \(m) = \(outerMask)INTEGER_MASK(\(goesOn));")
        emitter.out.open("while (lanes_any(\(m)))")
        emitter.mask = m
        emitter.scoped { emitter.block(body) }
        emitter.out.line("\(i) \(backward ? "-" : "+")= 1;")
        emitter.out.line("\(m) &= INTEGER_MASK(\(goesOn));")
        emitter.out.close()
        emitter.out.close()
        emitter.names.leave()
        (emitter.mask, emitter.storage[index.id]) = outer
    }
}

extension Node {
    /// Whether this is a literal, a size, or a variable that a loop's body must not change.
    fileprivate var isStable: Bool {
        switch kind {
        case .integer, .size: true
        case .read(let place): !place.variable.kind.isArray && place.variable.kind != .stack
        default: false
        }
    }
}
