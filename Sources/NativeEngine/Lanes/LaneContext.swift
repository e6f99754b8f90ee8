import ReversibleCore

/// What emission needs to know inside a loop whose iterations run side by side.
struct LaneContext {
    let plan: LanePlan
    let index: Variable
    /// The C name of the first lane's index.
    let first: String
    /// The C name of the number of lanes in play.
    var active = "active"
    /// Elements that were read before statements which change them.
    var readFirst: [Place: CValue] = [:]

    var varying: Set<Variable> { plan.varying }

    /// Evaluates with the index of the first lane.
    func atFirstLane(_ emitter: FunctionEmitter, _ evaluate: () -> CValue) -> CValue {
        let saved = (emitter.storage[index.id], emitter.known, emitter.lanes)
        // Here the index is another value, which its number does not know.
        emitter.lanes = nil
        defer { emitter.lanes = saved.2 }
        emitter.storage[index.id] = Storage(name: first, kind: .index)
        emitter.known = [:]
        let value = evaluate()
        (emitter.storage[index.id], emitter.known) = (saved.0, saved.1)
        return value
    }
}

extension FunctionEmitter {
    /// Whether an expression's value differs between lanes.
    func isVarying(_ node: Node) -> Bool {
        guard lanes != nil else { return false }
        var known: [ObjectIdentifier: Bool] = [:]
        func ask(_ node: Node) -> Bool {
            if let answer = known[ObjectIdentifier(node)] { return answer }
            var answer = false
            if case .read(let place) = node.kind {
                answer = storage[place.variable.id]?.isVarying ?? false || place.indices.contains(where: ask)
            } else {
                answer = node.kind.operands.contains(where: ask)
            }
            known[ObjectIdentifier(node)] = answer
            return answer
        }
        return ask(node)
    }

    /// How far apart the elements are that neighbouring lanes name, if that is the same for all of them.
    func stride(of place: Place, _ s: Storage) -> String? {
        let strides = place.indices.map { stride(of: $0) }
        guard let first = strides.first, let row = first else { return nil }
        if strides.count == 1 { return row }
        guard let column = strides[1] else { return nil }
        if row == "0" { return column }
        let rows =
            row == "1" ? s.columns : row.hasPrefix("-") ? "(\(row)) * \(s.columns)" : "\(row) * \(s.columns)"
        return column == "0" ? rows : "\(rows) + \(column)"
    }

    /// The difference of an integer between neighbouring lanes, as a C expression; nil if it is not constant.
    private func stride(of node: Node) -> String? {
        if !isVarying(node) { return "0" }
        switch node.kind {
        case .read(let place): return place.variable == lanes?.index ? "1" : nil
        case .integerBinary(.add, let a, let b):
            guard let x = stride(of: a), let y = stride(of: b) else { return nil }
            if let p = Int(x), let q = Int(y) { return "\(p &+ q)" }
            return x == "0" ? y : y == "0" ? x : "(\(x) + \(y))"
        case .integerBinary(.subtract, let a, let b):
            guard let x = stride(of: a), let y = stride(of: b) else { return nil }
            if let p = Int(x), let q = Int(y) { return "\(p &- q)" }
            return y == "0" ? x : "(\(x) - \(y))"
        case .integerBinary(.multiply, let a, let b):
            let (factor, other) = isVarying(a) ? (b, a) : (a, b)
            guard !isVarying(factor), let x = stride(of: other) else { return nil }
            let value = integer(factor).within(.prefix)
            if let p = Int(x), let q = Int(value) { return "\(p &* q)" }
            return x == "1" ? value : "\(value) * \(x)"
        default: return nil
        }
    }

    /// Adds to a place that several iterations add to; false if `place` is none.
    func addToSums(_ amount: CValue, _ place: Place, negative: Bool) -> Bool {
        guard lanes != nil, let sums = store(of: place.variable).sums else { return false }
        let symbol = negative ? "-=" : "+="
        let running = mask.map { "running & \($0)" } ?? "running"
        let wide = spread(amount, place.type.element)
        let suffix = place.type.element == .real ? "" : "_i"
        let kept = "lanes_keep\(suffix)(\(running), \(wide))"
        var target = store(of: place.variable)
        target.sums = nil
        if case .piece(let name) = sums { target.name = name }
        let outer = storage[place.variable.id]
        storage[place.variable.id] = target
        defer { storage[place.variable.id] = outer }
        switch (sums, address(place)) {
        case (.lane(let name), _): out.line("\(name) \(symbol) \(kept);")
        case (.lanes(let name, let piece), .element(_, let offset)):
            out.line("lanes_add\(suffix)(\(name), \(piece), \(offset), \(negative ? "-" : "")\(kept));")
        // No lanes add to a stack.
        case (.lanes, _), (.piece, .number): return false
        case (.piece(let name), .variable): out.line("\(name) \(symbol) lanes_sum\(suffix)(\(kept));")
        case (.piece(let name), .element(_, let offset)):
            out.line("\(name)[\(offset)] \(symbol) lanes_sum\(suffix)(\(kept));")
        case (.piece, .strided(let s, let offset, let stride))
        where stride == s.columns || (Int(stride) ?? 0) != 0:
            add(amount, to: .strided(s, offset: offset, stride: stride), negative: negative)
        case (.piece(let name), .strided), (.piece(let name), .anywhere):
            // Lanes may name one element: of a stride that could be 0, too.
            let offset = spread(offset(place, target), .integer)
            out.line(
                "lanes_scatter_add\(suffix)(\(running), \(name), \(offset), \(negative ? "-(\(wide))" : wide));"
            )
        }
        return true
    }
}
