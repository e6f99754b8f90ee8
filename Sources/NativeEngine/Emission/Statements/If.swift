import ReversibleCore

extension Branch {
    func emit(to emitter: FunctionEmitter) {
        if decision != .replayed { emitter.share([pre]) }
        let test =
            decision == .replayed
            ? CValue("pop_decision(run, \(emitter.unit.runStack(record.token)))") : emitter.condition(pre)
        if test.isVarying { return emitLanes(test, to: emitter) }
        let written = Accesses(of: Statement(.branch(self))).written
        // A condition that the branches cannot change need not be asked again.
        let isStable =
            decision != .asserted
            || post == pre && !pre.asksStacks
                && written.isDisjoint(with: Set(pre.reads.map(\.variable)))
        let asks = emitter.isChecked && !isStable
        let taken = asks || decision == .recorded ? emitter.held("taken", test, .boolean) : test.text
        emitter.known = [:]
        emitter.out.open("if (\(taken))")
        let before = emitter.values.state
        emitter.scoped { emitter.block(then) }
        emitter.values.state = before
        if !otherwise.isEmpty {
            emitter.out.otherwise()
            emitter.scoped { emitter.block(otherwise) }
        }
        emitter.out.close()
        if decision == .recorded {
            emitter.out.line("push_decision(run, \(emitter.unit.runStack(record.token)), \(taken));")
        }
        if asks {
            emitter.uses = [:]
            emitter.share([post])
            emitter.require(
                "(\(emitter.condition(post).text)) == \(taken)",
                "the postcondition differs from what the precondition was")
        }
    }

    /// Lanes take different branches: both run, each for its own lanes.
    private func emitLanes(_ test: CValue, to emitter: FunctionEmitter) {
        let outer = emitter.mask
        let chosen = emitter.held("m", test, .boolean)
        let inThen = emitter.held(
            "m", CValue(outer.map { "\($0) & \(chosen)" } ?? chosen, .or, isVarying: true), .boolean)
        let inElse =
            otherwise.isEmpty
            ? ""
            : emitter.held(
                "m", CValue(outer.map { "\($0) & ~\(chosen)" } ?? "~\(chosen)", .or, isVarying: true),
                .boolean)
        emitter.known = [:]
        // Lanes of the other branch see what these lanes leave alone: no number survives the first branch.
        func run(_ block: Block, _ mask: String) {
            emitter.mask = mask
            emitter.out.open("if (lanes_any(\(mask)))")
            emitter.scoped { emitter.block(block) }
            emitter.out.close()
        }
        run(then, inThen)
        emitter.values.change(Accesses(of: then).written)
        if !otherwise.isEmpty { run(otherwise, inElse) }
        emitter.mask = outer
    }
}
