extension ForLoop {
    func emit(to emitter: inout Emitter) {
        let written = emitter.accesses(of: body).written
        let values = bounds.map { emitter.keep(emitter.integer($0)) }
        let loop = emitter.openLoop(
            index, start: values[0], end: values[1], step: values[2], closed: closed, backward: backward)
        emitter.forget(written)
        emitter.branch { emitter in
            let tracked = parallel ? emitter.startTracking(self) : nil
            // The index changes from turn to turn as much as what the body writes.
            emitter.hoist(from: body, written: written.union([index]), isSureToRun: true)
            let sum = emitter.openRunningSum(onlyElementAddedTo)
            let running = emitter.enterIteration(loop, tracked: tracked)
            emitter.turns(over: index, body)
            emitter.nextTurn(running)
            emitter.closeRunningSum(sum)
            emitter.land(running.exit)
            emitter.endTracking(tracked)
        }
        emitter.forget(written)
        // Bounds made of single places were checked before; elements of arrays can only be compared now.
        for (bound, value) in zip(bounds, values)
        where bound.asksStacks || bound.reads.contains(where: { written.contains($0.variable) }) {
            emitter.require(emitter.integer(bound), equals: value, else: .loopBounds)
        }
    }

    /// The array element that the body does nothing but add to, the same in every iteration.
    private var onlyElementAddedTo: Place? {
        guard body.ancillas.isEmpty, body.statements.count == 1,
            case .update(let update) = body.statements[0].kind,
            update.operation == .add || update.operation == .subtract, update.place.type == .real,
            !update.place.indices.isEmpty, update.place.variable.kind.isReal
        else { return nil }
        let inIndices = Set(update.place.indices.flatMap(\.reads).map(\.variable))
        let inChange = Set(update.change.reads.map(\.variable))
        let place = update.place.variable
        return inIndices.contains(index) || inIndices.contains(place) || inChange.contains(place)
            ? nil : update.place
    }
}
