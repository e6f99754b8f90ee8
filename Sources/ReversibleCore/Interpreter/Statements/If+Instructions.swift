extension Branch {
    func emit(to emitter: inout Emitter) {
        var accesses = Accesses(ownModes: emitter.ownModes)
        then.visit(&accesses)
        otherwise.visit(&accesses)
        // A condition that the branches cannot change need not be asked again.
        let isStable =
            post == pre && !pre.asksStacks
            && accesses.written.isDisjoint(with: Set(pre.reads.map(\.variable)))
        let taken = isStable ? nil : emitter.keep(emitter.boolean(pre))
        let toElse = taken.map { emitter.jumpIfZero($0) } ?? emitter.jumpUnless(pre)
        emitter.branch { $0.block(then) }
        let toEnd = emitter.jump()
        emitter.land(toElse)
        emitter.branch { $0.block(otherwise) }
        emitter.land(toEnd)
        emitter.forget(accesses.written)
        if let taken { emitter.require(emitter.boolean(post), equals: taken, else: .postcondition) }
    }
}
