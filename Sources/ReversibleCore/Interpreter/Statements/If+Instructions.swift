extension Branch {
    func emit(to emitter: inout Emitter) {
        var accesses = Accesses(ownModes: emitter.ownModes)
        then.visit(&accesses)
        otherwise.visit(&accesses)
        // A condition that the branches cannot change need not be asked again.
        let isStable =
            post == pre && !pre.asksStacks
            && accesses.written.isDisjoint(with: Set(pre.reads.map(\.variable)))
        let taken: Emitter.Register? =
            switch decision {
            case .replayed: emitter.popDecision(record)
            case .asserted where isStable: nil
            case .asserted, .recorded: emitter.keep(emitter.boolean(pre))
            }
        let toElse = taken.map { emitter.jumpIfZero($0) } ?? emitter.jumpUnless(pre)
        emitter.branch { $0.block(then) }
        let toEnd = emitter.jump()
        emitter.land(toElse)
        emitter.branch { $0.block(otherwise) }
        emitter.land(toEnd)
        emitter.forget(accesses.written)
        guard let taken else { return }
        switch decision {
        case .asserted: emitter.require(emitter.boolean(post), equals: taken, else: .postcondition)
        case .recorded: emitter.pushDecision(taken, record)
        case .replayed: break
        }
    }
}
