import ReversibleCore

extension WhileLoop {
    func emit(to emitter: FunctionEmitter) {
        emitter.names.enter()
        emitter.out.open("")
        let available = emitter.values.available
        defer { emitter.values.available = available }
        let outer = turn.map { ($0.id, emitter.storage[$0.id]) }
        defer { if let outer { emitter.storage[outer.0] = outer.1 } }
        emitter.values.change(Accesses(of: body).written.union([turn].compactMap { $0 }))
        switch turns {
        case .asserted: emitAsserted(emitter)
        case .recorded: emitRecorded(emitter)
        case .replayed: emitReplayed(emitter)
        }
        emitter.out.close()
        emitter.names.leave()
    }

    private func ask(_ condition: Node, _ emitter: FunctionEmitter) -> CValue {
        emitter.known = [:]
        emitter.uses = [:]
        emitter.share([condition])
        return emitter.condition(condition)
    }

    /// `while (condition) {`, or a loop that leaves when the condition fails, if asking takes statements.
    private func open(_ emitter: FunctionEmitter) {
        emitter.out.indent()
        let start = emitter.out.lines.count
        let test = ask(pre, emitter)
        let lines = emitter.out.cut(from: start)
        emitter.out.outdent()
        if test.isVarying {
            emitter.out.open("for (;;)")
            emitter.out.paste(lines)
            let m = emitter.mask ?? "lanes_splat_i(-1)"
            emitter.out.line("\(m) &= \(test.within(.prefix));")
            emitter.out.line("if (!lanes_any(\(m))) break;")
        } else if lines.isEmpty {
            emitter.out.open("while (\(test.text))")
        } else {
            emitter.out.open("for (;;)")
            emitter.out.paste(lines)
            emitter.out.line("if (!(\(test.text))) break;")
        }
        emitter.known = [:]
        emitter.names.enter()
    }

    private func close(_ emitter: FunctionEmitter) {
        emitter.names.leave()
        emitter.out.close()
    }

    private func emitAsserted(_ emitter: FunctionEmitter) {
        let outer = emitter.mask
        if emitter.isVarying(pre) {
            let m = emitter.names.declare("m")
            emitter.out.line("vi \(m) = \(outer ?? "lanes_splat_i(-1)");")
            emitter.mask = m
            emitter.unit.hasDivergentLoops = true
        }
        if emitter.isChecked {
            emitter.require("!(\(ask(post, emitter).text))", "post holds before the first turn")
        }
        let turn = countTurns(emitter, isNeeded: emitter.isChecked)
        open(emitter)
        emitter.keepingValues { emitter.block(body) }
        if emitter.isChecked { emitter.require(ask(post, emitter).text, "post is false after a turn") }
        limit(turn, emitter)
        close(emitter)
        emitter.mask = outer
    }

    private func countTurns(_ emitter: FunctionEmitter, isNeeded: Bool) -> String {
        guard isNeeded else { return "" }
        let count = counter(emitter)
        emitter.out.line("int64_t \(count) = 0;")
        return count
    }

    /// What turns are counted in, which the body may read.
    private func counter(_ emitter: FunctionEmitter) -> String {
        turn.map { emitter.declare($0).name } ?? emitter.names.declare("turns")
    }

    private func limit(_ turn: String, _ emitter: FunctionEmitter) {
        emitter.require("++\(turn) <= run->options->turn_limit", "the loop has made too many turns")
    }

    private func emitRecorded(_ emitter: FunctionEmitter) {
        let turn = countTurns(emitter, isNeeded: true)
        open(emitter)
        emitter.keepingValues { emitter.block(body) }
        if emitter.isChecked { limit(turn, emitter) } else { emitter.out.line("++\(turn);") }
        close(emitter)
        emitter.out.line("push_integer(run, \(emitter.unit.runStack(record.token)), \(turn));")
    }

    private func emitReplayed(_ emitter: FunctionEmitter) {
        if emitter.isChecked {
            emitter.require("!(\(ask(pre, emitter).text))", "the loop is not where it ended")
        }
        let count = counter(emitter)
        emitter.out.line("int64_t \(count) = pop_integer(run, \(emitter.unit.runStack(record.token)));")
        emitter.out.open("while (\(count)-- > 0)")
        emitter.names.enter()
        emitter.known = [:]
        emitter.keepingValues { emitter.block(body) }
        if emitter.isChecked { emitter.require(ask(pre, emitter).text, "the loop is not where it ended") }
        close(emitter)
    }
}
