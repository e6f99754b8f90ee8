extension WhileLoop {
    func emit(to emitter: inout Emitter) {
        var accesses = Accesses(ownModes: emitter.ownModes)
        body.visit(&accesses)
        switch turns {
        case .asserted: emitAsserted(&emitter, accesses.written)
        case .recorded: emitRecorded(&emitter, accesses.written)
        case .replayed: emitReplayed(&emitter, accesses.written)
        }
        emitter.forget(accesses.written)
    }

    /// Lets the body read the register that counts turns.
    private func name(_ counter: Emitter.Register, _ emitter: inout Emitter) {
        guard let turn else { return }
        emitter.registers[turn.id] = counter
        emitter.forget([turn])
    }

    private func emitAsserted(_ emitter: inout Emitter, _ written: Set<Variable>) {
        emitter.require(emitter.boolean(post), holds: false, else: .entry)
        let turn = emitter.counter()
        emitter.forget(written)
        emitter.branch { emitter in
            emitter.hoist(from: body, written: written, isSureToRun: false)
            let top = emitter.here
            let exit = emitter.jumpUnless(pre)
            emitter.turns(of: self, countedIn: turn, body)
            emitter.require(emitter.boolean(post), holds: true, else: .turn)
            emitter.countTurn(turn, to: top)
            emitter.land(exit)
        }
    }

    private func emitRecorded(_ emitter: inout Emitter, _ written: Set<Variable>) {
        let count = emitter.counter()
        name(count, &emitter)
        emitter.forget(written)
        let top = emitter.here
        emitter.branch { emitter in
            let exit = emitter.jumpUnless(pre)
            emitter.turns(of: self, countedIn: count, body)
            emitter.countTurn(count, to: top)
            emitter.land(exit)
        }
        emitter.pushCount(count, record.token)
    }

    private func emitReplayed(_ emitter: inout Emitter, _ written: Set<Variable>) {
        emitter.require(emitter.boolean(pre), holds: false, else: .replay)
        let remaining = emitter.popCount(record.token)
        name(remaining, &emitter)
        emitter.forget(written)
        let top = emitter.here
        emitter.branch { emitter in
            let exit = emitter.jumpIfZero(remaining)
            emitter.countDown(remaining)
            emitter.turns(of: self, countedIn: remaining, body)
            emitter.require(emitter.boolean(pre), holds: true, else: .replay)
            emitter.jump(to: top)
            emitter.land(exit)
        }
    }
}
