extension Emitter {
    /// A loop being emitted: its three registers, and the jump taken when it is empty.
    struct Loop {
        var registers: Register
        var exit: Int32
        var top: Int32 = 0
    }

    mutating func freshLoop() -> Register {
        integers += 3
        return integers - 3
    }

    mutating func openLoop(
        _ index: Variable, start: Register, end: Register, step: Register, closed: Bool, backward: Bool
    ) -> Loop {
        // The same loop may be emitted several times in one function, as computation and uncomputation.
        let registers = self.registers[index.id] ?? freshLoop()
        self.registers[index.id] = registers
        forget([index])
        return openLoop(registers, start: start, end: end, step: step, closed: closed, backward: backward)
    }

    mutating func openLoop(
        _ registers: Register, start: Register, end: Register, step: Register, closed: Bool, backward: Bool
    ) -> Loop {
        append(
            .openLoop, function: (closed ? 1 : 0) | (backward ? 2 : 0), registers, start, end, step)
        return Loop(registers: registers, exit: jump())
    }

    /// Emits the body of a `For`, whose errors say in which turn they arise.
    mutating func turns(over index: Variable, _ body: Block) {
        openIndices.append(index)
        block(body)
        openIndices.removeLast()
    }

    /// Marks the first instruction of the body.
    mutating func enterIteration(_ loop: Loop, tracked: Tracked?) -> Loop {
        var running = loop
        running.top = here
        if tracked != nil { append(.iteration, loop.registers) }
        return running
    }

    mutating func nextTurn(_ loop: Loop) { append(.nextTurn, loop.registers, loop.top) }

    /// Takes an element into a register for the length of a loop.
    mutating func openRunningSum(_ place: Place?) -> (place: Place, register: Register)? {
        guard let place, runningSum == nil, peaks[place.variable.id] == nil,
            !watched.contains(register(place.variable))
        else { return nil }
        let sum = (place: place, register: load(place))
        runningSum = sum
        return sum
    }

    /// Puts it back.
    mutating func closeRunningSum(_ sum: (place: Place, register: Register)?) {
        guard let sum else { return }
        runningSum = nil
        storeReal(sum.register, in: sum.place)
    }

    // MARK: While

    mutating func counter() -> Register {
        let register = freshInteger()
        append(.zeroInteger, register)
        return register
    }

    /// Emits the body of a `While` whose turns are counted.
    mutating func turns(of loop: WhileLoop, countedIn register: Register, _ body: Block) {
        let printer = Printer(names: variant.definition.names, functionName: variant.definition.name)
        openTurns.append(CodeUnit.Turn(loop: "While(\(printer.text(loop.pre)))", register: register))
        block(body)
        openTurns.removeLast()
    }

    mutating func countTurn(_ register: Register, to top: Int32) { append(.countTurn, register, top) }
    mutating func countDown(_ register: Register) { append(.countDown, register) }

    mutating func pushCount(_ count: Register, _ token: TraceToken) {
        append(.pushInteger, constantInteger(unit.runStack(token)), count)
    }

    mutating func popCount(_ token: TraceToken) -> Register {
        let register = counter()
        append(.popInteger, function: 1, constantInteger(unit.runStack(token)), register)
        return register
    }

    mutating func pushDecision(_ taken: Register, _ record: RunRecord) {
        append(.pushInteger, function: 2, constantInteger(unit.runStack(record.token)), taken)
    }

    mutating func popDecision(_ record: RunRecord) -> Register {
        let register = counter()
        append(.popInteger, function: 2, constantInteger(unit.runStack(record.token)), register)
        return register
    }

    // MARK: Requirements

    mutating func require(_ value: Register, equals expected: Register, else requirement: Requirement) {
        append(.requireEqual, function: requirement.rawValue, value, expected)
    }

    mutating func require(_ value: Register, holds: Bool, else requirement: Requirement) {
        append(.requireValue, function: requirement.rawValue, value, holds ? 1 : 0)
    }

    /// Insists at run time on what could not be seen before: that indices of one array differ.
    mutating func guardAliases(writes: [Place], reads: [Node]) {
        for (place, other, condition) in Place.pairsToTellApart(writes: writes, reads: reads) {
            guard let condition, case .whenEqual = place.overlap(with: other) else {
                guardDistinct(place, other)
                continue
            }
            let toNext = jumpUnless(condition)
            branch { $0.guardDistinct(place, other) }
            land(toNext)
        }
    }

    mutating func guardDistinct(_ place: Place, _ other: Place) {
        guard case .whenEqual(let pairs) = place.overlap(with: other), let first = pairs.first else { return }
        let (a, b) = (integer(first.0), integer(first.1))
        let pair = numberOfPair(place, other)
        if pairs.count == 2 {
            append(.requireDistinct2, a, b, integer(pairs[1].0), integer(pairs[1].1), pair)
        } else if place.indices.count == 1 {
            append(.requireDistinct, a, b, 0, 0, pair)
        } else {
            let comparesRows = place.indices[0] == first.0
            append(
                .requireDistinct, function: comparesRows ? 1 : 2, a, b,
                integer(place.indices[comparesRows ? 1 : 0]), 0, pair)
        }
    }

    /// Keeps two places of the statement for the error that they are one element.
    private func numberOfPair(_ place: Place, _ other: Place) -> Int32 {
        let printer = Printer(names: variant.definition.names, functionName: variant.definition.name)
        unit.statements[Int(statementIndex)].pairs.append((printer.text(place), printer.text(other)))
        return Int32(unit.statements[Int(statementIndex)].pairs.count - 1)
    }

    // MARK: ParallelFor

    /// The arrays watched during a `ParallelFor`, and those watched around it.
    struct Tracked {
        var arrays: [Register]
        var outer: Set<Register>
    }

    /// Begins to watch the arrays on which iterations might depend on each other.
    mutating func startTracking(_ loop: ForLoop) -> Tracked? {
        let suspects = accesses(of: loop.body).mayConflict(between: loop.index)
        guard !suspects.isEmpty else { return nil }
        let arrays = suspects.map { register($0) }.sorted()
        let tracked = Tracked(arrays: arrays, outer: watched)
        for array in arrays { append(.watch, array) }
        watched.formUnion(arrays)
        return tracked
    }

    mutating func endTracking(_ tracked: Tracked?) {
        guard let tracked else { return }
        for array in tracked.arrays { append(.unwatch, array) }
        watched = tracked.outer
    }
}
