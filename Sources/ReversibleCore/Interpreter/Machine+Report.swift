// What an error says about a run, put together when there is one: nothing of this is kept while a program runs.

extension Machine {
    /// The error a user sees.
    func error(of fault: Fault, in unit: CodeUnit) -> ReversibilityError {
        let index = Int(unit.statementOf[fault.instruction])
        let info = index >= 0 ? unit.statements[index] : nil
        let loop = unit.elementLoops.first { $0.code.contains(Int32(fault.instruction)) }
        let (kind, message) = fault.explanation(info)
        // A call whose arguments do not fit is found out when its frame is there already.
        let level = if case .argument = fault.cause { depth - 1 } else { depth }
        let (callers, omitted) = callers(ofFrame: level, in: unit)
        var turns: [ReversibilityError.NamedValue] = []
        if case .drift(_, _, _, let counted) = fault.cause { turns = counted.values(unit) }
        return ReversibilityError(
            kind, message, function: info?.function ?? unit.statements.first?.function ?? "f",
            statement: info?.text, location: info?.location,
            values: values(info?.watches ?? [], inside: loop, level: level) + turns,
            callers: callers, omittedCallers: omitted)
    }

    /// The calls that led to a frame, the innermost first, and how many are left out before the last of them.
    func callers(
        ofFrame level: Int, in unit: CodeUnit
    ) -> (list: [ReversibilityError.Caller], omitted: Int) {
        var list: [ReversibilityError.Caller] = []
        var omitted = 0
        for level in stride(from: level, to: 0, by: -1) {
            let statement = Int(unit.statementOf[frames.base[level].call])
            guard statement >= 0 else { continue }
            let info = unit.statements[statement]
            let caller = ReversibilityError.Caller(
                function: info.function, statement: info.text, location: info.location)
            if omitted == 0, let last = list.last, last.isSameCall(as: caller) {
                list[list.count - 1].count += 1
            } else if list.count < 4 || level == 1 {
                list.append(caller)
            } else {
                omitted += 1
            }
        }
        return (list, omitted)
    }

    /// What a statement's places hold; of whole arrays the element that the statement is at.
    private func values(
        _ watches: [CodeUnit.Watch], inside loop: CodeUnit.ElementLoop?, level: Int
    ) -> [ReversibilityError.NamedValue] {
        let frame = frames.base[level]
        let (r, k, v) = (reals.base + frame.reals, integers.base + frame.integers, arrays.base + frame.arrays)
        return watches.compactMap { watch in
            switch watch.content {
            case .real(let register):
                return .init(name: watch.name, value: "\(r[Int(register)].primal)")
            case .integer(let register):
                return .init(name: watch.name, value: "\(k[Int(register)])")
            case .element(let register, let isReal, let indices):
                let array = v[Int(register)]
                let position = indices.map { ($0.register.map { k[Int($0)] } ?? 0) &+ $0.offset }
                guard let element = array.offset(of: position) else { return nil }
                return .init(name: watch.name, value: array.text(of: element, isReal, Number.self))
            case .size(let register, let axis):
                let array = v[Int(register)]
                let size =
                    switch axis {
                    case .count: array.count
                    case .rows: array.rows
                    case .columns: array.columns
                    }
                return .init(name: watch.name, value: "\(size)")
            case .array(let register, let isReal):
                guard let loop, loop.arrays.contains(register) else { return nil }
                let (array, element) = (v[Int(register)], k[Int(loop.index)])
                guard let position = array.indices(of: element) else { return nil }
                return .init(
                    name: watch.name + "[\(position.map { "\($0)" }.joined(separator: ", "))]",
                    value: array.text(of: element, isReal, Number.self))
            }
        }
    }
}

extension ReversibilityError.Caller {
    fileprivate func isSameCall(as other: Self) -> Bool {
        function == other.function && statement == other.statement && location == other.location
    }
}

extension ArrayDescriptor {
    /// The flat position of an element, or nil if there is none.
    func offset(of indices: [Int]) -> Int? {
        if indices.count == 1 { return indices[0] >= 0 && indices[0] < count ? indices[0] : nil }
        return indices.count == 2 ? flat(indices[0], indices[1]) : nil
    }

    /// The indices of the element at a flat position, or nil if there is none.
    func indices(of element: Int) -> [Int]? {
        guard element >= 0, element < count else { return nil }
        return columns > 0 ? [element / columns, element % columns] : [element]
    }

    /// The number at a flat position, which there must be.
    fileprivate func text<Number: ReversibleNumber>(
        of element: Int, _ isReal: Bool, _ type: Number.Type
    ) -> String {
        isReal ? "\(reals(type)[element].primal)" : "\(integers[element])"
    }
}
