import ReversibleCore

extension ForLoop {
    /// As many turns as there are lanes at a time, part by part; what is left, turn by turn.
    func emit(_ distribution: LoopDistribution, to emitter: FunctionEmitter) {
        emitter.unit.usesLanes = true
        emitter.share([start, end])
        let (a, b) = (emitter.integer(start), emitter.integer(end))
        emitter.names.enter()
        emitter.out.open("")
        let from = emitter.named("start", a, .integer)
        let to = emitter.named("end", b, .integer)
        emitter.known = [:]
        let outer = emitter.storage[index.id]
        let stride = backward ? -distribution.step : distribution.step
        let (turns, i) = emitCount(from, to, stride: "\(stride)", to: emitter)
        let symbol = distribution.step > 0 ? "+" : "-"
        emitter.out.open("for (; \(turns) >= LANES; \(turns) -= LANES, \(i) \(symbol)= LANES)")
        emitParts(of: distribution, from: i, to: emitter)
        emitter.out.close()
        emitter.storage[index.id] = Storage(name: i, kind: .index)
        emitter.out.open("for (; \(turns) > 0; --\(turns), \(i) \(symbol)= 1)")
        emitter.scoped { emitter.block(body) }
        emitter.out.close()
        emitter.storage[index.id] = outer
        emitter.out.close()
        emitter.names.leave()
    }

    private func emitInTurn(_ body: Block, from first: String, step: Int, to emitter: FunctionEmitter) {
        let (relation, symbol) = step > 0 ? ("<", "+") : (">", "-")
        emitter.names.enter()
        let i = emitter.declare(index).name
        emitter.out.open(
            "for (int64_t \(i) = \(first); \(i) \(relation) \(first) \(symbol) LANES; \(symbol)\(symbol)\(i))"
        )
        emitter.scoped { emitter.block(body) }
        emitter.out.close()
        emitter.names.leave()
    }

    private func emitParts(
        of distribution: LoopDistribution, from first: String, to emitter: FunctionEmitter
    ) {
        emitter.names.enter()
        // Lanes are in the order of elements, whatever the order of turns.
        let lowest = distribution.step > 0 ? first : emitter.names.declare("lowest")
        if lowest != first { emitter.out.line("const int64_t \(lowest) = \(first) - (LANES - 1);") }
        let name = emitter.names.declare("\(emitter.program.names[index.id] ?? "i")_lanes")
        emitter.out.line("const vi \(name) = \(lowest) + lanes_numbers(LANES);")
        let start = emitter.out.lines.count
        var lanes = LaneContext(plan: LanePlan(alone: index), index: index, first: lowest, active: "LANES")
        func sideBySide(_ emit: () -> Void) {
            let outer = (emitter.lanes, emitter.values, emitter.storage[index.id])
            emitter.storage[index.id] = Storage(name: name, kind: .index, isVarying: true)
            (emitter.lanes, emitter.values) = (lanes, ValueNumbers())
            emit()
            (emitter.lanes, emitter.values, emitter.storage[index.id]) = outer
        }
        sideBySide {
            for place in distribution.readFirst {
                let value = emitter.load(emitter.address(place))
                lanes.readFirst[place] = CValue(emitter.held("first", value, .real), isVarying: true)
            }
        }
        for part in distribution.parts {
            if part.isSideBySide {
                emitter.out.open("")
                sideBySide { emitter.scoped { emitter.block(part.body) } }
                emitter.out.close()
            } else {
                emitInTurn(part.body, from: first, step: distribution.step, to: emitter)
            }
        }
        emitter.ignoreUnused([name], since: start)
        emitter.names.leave()
    }
}
