import ReversibleCore

extension KernelEmitter {
    func emit(_ s: Update) throws(PTXError) {
        if try addToAccount(s) { return }
        try forEachElement(of: [s.place], reading: [s.change]) { () throws(PTXError) in
            if s.place.type.element == .integer {
                let amount = try integer(s.change)
                if s.accumulates, try addToCount(amount, s) { return }
                let address = try address(s.place)
                let old = load(address, isReal: false)
                switch s.operation {
                case .bits(.xor): change(address, isReal: false, "xor.b64", old, amount)
                case .bits:
                    let value = integerFunction(s.operation.onIntegers, old, amount)
                    if case .register(let name) = address { return out.instruction("mov.b64", name, value) }
                    store(value, in: address, isReal: false)
                case .subtract: change(address, isReal: false, "sub.s64", old, amount)
                default: change(address, isReal: false, "add.s64", old, amount)
                }
                return
            }
            let amount = try real(s.change)
            if s.accumulates, try addToSums(amount, s) { return }
            let word =
                switch s.operation {
                case .add, .bits: "add"
                case .subtract: "sub"
                case .multiply: "mul"
                case .divide: "div"
                }
            let address = try address(s.place)
            let old = beginsAtZero(s.place) ? literal(0) : load(address, isReal: true)
            change(address, isReal: true, "\(word).rn.\(realType)", old, amount)
        }
    }

    /// `place = opcode(old, amount)`.
    private func change(
        _ address: KernelAddress, isReal: Bool, _ opcode: String, _ old: String, _ amount: String
    ) {
        if case .register(let name) = address { return out.instruction(opcode, name, old, amount) }
        store(out.value(isReal ? realClass : .integer, opcode, old, amount), in: address, isReal: isReal)
    }

    func emit(_ s: SignChange) throws(PTXError) {
        let isReal = s.place.type.element == .real
        try forEachElement(of: [s.place], reading: []) { () throws(PTXError) in
            let address = try address(s.place)
            let old = load(address, isReal: isReal)
            let opcode = isReal ? "neg.\(realType)" : "neg.s64"
            if case .register(let name) = address { return out.instruction(opcode, name, old) }
            store(out.value(isReal ? realClass : .integer, opcode, old), in: address, isReal: isReal)
        }
    }

    func emit(_ s: Swap) throws(PTXError) {
        let isReal = s.a.type.element == .real
        try forEachElement(of: [s.a, s.b], reading: []) { () throws(PTXError) in
            let (first, second) = (try address(s.a), try address(s.b))
            let x = held(first, isReal: isReal)
            let y = held(second, isReal: isReal)
            store(y, in: first, isReal: isReal)
            store(x, in: second, isReal: isReal)
        }
    }

    func emit(_ s: Hadamard) throws(PTXError) {
        try forEachElement(of: [s.a, s.b], reading: []) { () throws(PTXError) in
            let (first, second) = (try address(s.a), try address(s.b))
            let x = held(first, isReal: true)
            let y = held(second, isReal: true)
            let root = literal(0.5.squareRoot())
            let sum = try apply(.multiply, [try apply(.add, [x, y]), root])
            let difference = try apply(.multiply, [try apply(.subtract, [x, y]), root])
            store(sum, in: first, isReal: true)
            store(difference, in: second, isReal: true)
        }
    }

    func emit(_ s: Rotate) throws(PTXError) {
        try forEachElement(of: [s.a, s.b], reading: [s.angle]) { () throws(PTXError) in
            let angle = try real(s.angle)
            let cosine = try apply(.cos, [angle])
            let sine = try apply(.sin, [angle])
            let (first, second) = (try address(s.a), try address(s.b))
            let x = held(first, isReal: true)
            let y = held(second, isReal: true)
            func product(_ a: String, _ b: String) throws(PTXError) -> String {
                try apply(.multiply, [a, b])
            }
            let newX = try apply(
                s.backward ? .add : .subtract, [try product(x, cosine), try product(y, sine)])
            let newY = try apply(
                s.backward ? .subtract : .add, [try product(y, cosine), try product(x, sine)])
            store(newX, in: first, isReal: true)
            store(newY, in: second, isReal: true)
        }
    }

    // MARK: Control flow

    func emit(_ s: Branch, _ statement: Statement) throws(PTXError) {
        guard s.decision == .asserted else { throw planner.recordsDecisions(statement, at: location) }
        let test = try condition(s.pre)
        let number = out.labelNumber()
        let varies = threads?.isVarying(s.pre) ?? false
        if varies { divergence += 1 }
        flushSums()
        out.open()
        out.branch(s.otherwise.isEmpty ? "end_if_\(number)" : "else_\(number)", unless: test)
        let before = values.state
        try keepingValues { () throws(PTXError) in try turn(s.then, if: s.pre) }
        values.state = before
        if !s.otherwise.isEmpty {
            out.branch("end_if_\(number)")
            out.label("else_\(number)")
            try keepingValues { () throws(PTXError) in
                try turn(s.otherwise, if: Node(.not(s.pre), .boolean))
            }
        }
        out.label("end_if_\(number)")
        out.close()
        if varies { divergence -= 1 }
    }

    func emit(_ s: WhileLoop, _ statement: Statement) throws(PTXError) {
        guard s.turns == .asserted else {
            throw planner.recordsDecisions(statement, at: location)
        }
        let number = out.labelNumber()
        values.change(Accesses(of: s.body).written)
        let varies = threads?.isVarying(s.pre) ?? false
        if varies { divergence += 1 }
        try keepingValues { () throws(PTXError) in
            flushSums()
            out.open(isLoop: true)
            out.label("while_\(number)")
            out.branch("end_while_\(number)", unless: try condition(s.pre))
            try turn(s.body)
            out.branch("while_\(number)")
            out.label("end_while_\(number)")
            out.close()
        }
        if varies { divergence -= 1 }
    }

    /// Statements that are taken more than once, or not always.
    private func turn(_ block: Block, if condition: Node? = nil) throws(PTXError) {
        conditions.append(condition)
        try self.block(block)
        flushSums()
        conditions.removeLast()
    }

    func emit(_ s: ForLoop) throws(PTXError) {
        flushSums()
        let (from, to) = (try held(s.start), try held(s.end))
        let step = try held(s.step)
        let number = out.labelNumber()
        let i = out.register(.integer, planner.name(s.index))
        let outer = storage[s.index.id]
        storage[s.index.id] = .register(i)
        values.change(Accesses(of: s.body).written.union([s.index]))
        let varies =
            [s.start, s.end, s.step].contains { threads?.isVarying($0) ?? false }
        if varies { divergence += 1 }
        try keepingValues { () throws(PTXError) in
            // A loop up to the largest integer, and including it, can only be counted.
            if s.step.constant == 1, !s.closed || Int(to) != nil {
                try simpleLoop(s, i, from: from, to: to, number)
            } else {
                try countedLoop(s, i, from: from, to: to, step: step, number)
            }
        }
        if varies { divergence -= 1 }
        storage[s.index.id] = outer
    }

    /// A bound as a constant, or in a register that the loop's body does not change.
    private func held(_ node: Node) throws(PTXError) -> String {
        let value = try integer(node)
        guard case .read(let place) = node.kind, !place.variable.kind.isArray, value.hasPrefix("%") else {
            return value
        }
        return out.value(.integer, "mov.u64", value)
    }

    private func simpleLoop(
        _ s: ForLoop, _ i: String, from: String, to: String, _ number: Int
    ) throws(PTXError) {
        var end = to
        if s.closed, let constant = Int(to) { end = "\(constant &+ 1)" }
        out.instruction("mov.u64", i, s.backward ? end : from)
        out.open(isLoop: true)
        out.label("for_\(number)")
        let isDone =
            s.backward
            ? out.value(.predicate, "setp.le.s64", i, from) : out.value(.predicate, "setp.ge.s64", i, end)
        out.branch("end_for_\(number)", if: isDone)
        if s.backward { out.instruction("sub.s64", i, i, "1") }
        try turn(s.body)
        if !s.backward { out.instruction("add.s64", i, i, "1") }
        out.branch("for_\(number)")
        out.label("end_for_\(number)")
        out.close()
    }

    /// Any step: the turns are counted first.
    private func countedLoop(
        _ s: ForLoop, _ i: String, from: String, to: String, step: String, _ number: Int
    ) throws(PTXError) {
        let turns = out.temporary(.integer)
        countTurns(turns, from: from, to: to, step: step, closed: s.closed, number)
        if s.backward {
            let last = out.value(.integer, "sub.s64", turns, "1")
            let factor = Int(step) == nil ? step : out.value(.integer, "mov.u64", step)
            out.instruction("mad.lo.s64", i, last, factor, from)
        } else {
            out.instruction("mov.u64", i, from)
        }
        out.open(isLoop: true)
        out.label("for_\(number)")
        let isDone = out.value(.predicate, "setp.le.s64", turns, "0")
        out.branch("end_for_\(number)", if: isDone)
        try turn(s.body)
        out.instruction(s.backward ? "sub.s64" : "add.s64", i, i, step)
        out.instruction("sub.s64", turns, turns, "1")
        out.branch("for_\(number)")
        out.label("end_for_\(number)")
        out.close()
    }

    /// The number of indices in a range, as ``HostInteger`` counts them.
    private func countTurns(
        _ turns: String, from: String, to: String, step: String, closed: Bool, _ number: Int
    ) {
        func register(_ text: String) -> String {
            text.hasPrefix("%") ? text : out.value(.integer, "mov.u64", text)
        }
        let (a, b, by) = (register(from), register(to), register(step))
        let isUp = out.value(.predicate, "setp.gt.s64", by, "0")
        let up = out.value(.integer, "sub.s64", b, a)
        let down = out.value(.integer, "sub.s64", a, b)
        let distance = out.value(.integer, "selp.b64", up, down, isUp)
        let length = closed ? distance : out.value(.integer, "sub.s64", distance, "1")
        let isEmpty = out.value(.predicate, "setp.lt.s64", length, "0")
        let size = out.value(.integer, "abs.s64", by)
        let quotient = out.value(.integer, "div.s64", length, size)
        let count = out.value(.integer, "add.s64", quotient, "1")
        out.instruction("selp.b64", turns, "0", count, isEmpty)
    }
}
