extension ComputeApply {
    func emit(to emitter: inout Emitter) {
        guard
            let scratch = scratch(
                ownModes: emitter.ownModes, uses: emitter.useCounts, restored: emitter.restoredAncillas)
        else { return emitter.block(expanded) }
        // What the computation changed was zero before and nobody else sees it: zeroing it is undoing it.
        for ancilla in compute.ancillas { emitter.begin(ancilla, of: compute) }
        for statement in compute.statements { emitter.emit(statement) }
        emitter.block(apply)
        // Cleared before their memory goes: it is the clearing that insists on finite values.
        emitter.clear(scratch)
        for ancilla in compute.ancillas.reversed() { emitter.end(ancilla, checked: false) }
        emitter.forget(scratch)
    }
}
