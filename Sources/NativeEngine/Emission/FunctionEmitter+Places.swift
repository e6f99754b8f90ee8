import ReversibleCore

extension FunctionEmitter {
    // MARK: Addresses

    /// Where a place is, with the checks that it is there.
    func address(_ place: Place) -> Address {
        let s = store(of: place.variable)
        if place.variable.kind == .stack {
            guard let index = place.indices.first else {
                return .variable(Storage(name: "run->stacks[\(s.name)].count", kind: .integer))
            }
            return .number(s, index: integer(index).text)
        }
        guard place.variable.kind.isArray else { return .variable(s) }
        if let own = s.ownElement {
            return .variable(
                Storage(name: own, kind: s.kind == .vector ? .scalar : .integer, isVarying: true))
        }
        guard !place.indices.isEmpty else {
            let element = elementIndex ?? CValue("0")
            return .element(s, offset: element.text)
        }
        if let lanes, !s.isVarying, place.indices.contains(where: { isVarying($0) }) {
            if let stride = stride(of: place, s) {
                let offset = lanes.atFirstLane(self) { self.offset(place, s) }
                return .strided(s, offset: offset.text, stride: stride)
            }
            return .anywhere(s, offset: spread(self.offset(place, s), .integer))
        }
        let offset = self.offset(place, s)
        if offset.isVarying { return .anywhere(s, offset: spread(offset, .integer)) }
        return .element(s, offset: offset.text)
    }

    /// The flat position of an element.
    func offset(_ place: Place, _ s: Storage) -> CValue {
        let indices = place.indices.map { integer($0) }
        let isGuarded = isChecked || program.lost.mayBeOutside(place)
        if indices.count == 1 {
            if isGuarded {
                let k = named("k", indices[0], .integer)
                requireIndex(k, s.count)
                return CValue(k)
            }
            return indices[0]
        }
        if isGuarded {
            let (row, column) = (named("k", indices[0], .integer), named("k", indices[1], .integer))
            requireIndex(row, s.rows)
            requireIndex(column, s.columns)
            return CValue("\(row) * \(s.columns) + \(column)", .sum)
        }
        return CValue(
            "\(indices[0].within(.product)) * \(s.columns) + \(indices[1].within(.sum))", .sum,
            isVarying: indices.contains(where: \.isVarying))
    }

    private func requireIndex(_ index: String, _ count: String) {
        requireInside("(uint64_t)\(index) < (uint64_t)(\(count))", "an index is outside its array")
    }

    // MARK: Loads and stores

    func load(_ address: Address) -> CValue {
        switch address {
        case .variable(let s): return CValue(s.name, isVarying: s.isVarying)
        case .element(let s, let offset):
            use(s, offset, writes: false)
            return CValue("\(s.name)[\(offset)]", isVarying: s.isVarying)
        case .number(let s, let index):
            return CValue("\(real == "float" ? "(float)" : "")number_of(run, \(s.name), \(index))", .prefix)
        case .strided(let s, let offset, let stride):
            let (suffix, active) = (suffix(s), lanes?.active ?? "LANES")
            let start = "\(s.name) + \(grouped(offset))"
            return CValue(
                stride == "1"
                    ? "lanes_load\(masked(suffix))\(start), \(active))"
                    : "lanes_load_stride\(masked(suffix))\(start), \(stride), \(active))",
                isVarying: true)
        case .anywhere(let s, let offset):
            let suffix = suffix(s)
            if s.isVarying {
                return CValue(
                    "lanes_pick\(suffix)(\(mask ?? "lanes_splat_i(-1)"), \(s.name), \(offset))",
                    isVarying: true)
            }
            return CValue(
                mask.map { "lanes_gather_where\(suffix)(\($0), \(s.name), \(offset))" }
                    ?? "lanes_gather\(suffix)(\(s.name), \(offset))", isVarying: true)
        }
    }

    func store(_ value: CValue, in address: Address) {
        switch address {
        case .variable(let s):
            out.line("\(s.name) = \(merged(value, s, s.name));")
        case .element(let s, let offset):
            use(s, offset, writes: true)
            let element = "\(s.name)[\(offset)]"
            out.line("\(element) = \(merged(value, s, element));")
        case .number(let s, let index):
            out.line("*number_at(run, \(s.name), \(index)) = \(value.text);")
        case .strided(let s, let offset, let stride):
            let (suffix, active) = (suffix(s), lanes?.active ?? "LANES")
            let text = spread(value, element(s))
            let start = "\(s.name) + \(grouped(offset))"
            out.line(
                stride == "1"
                    ? "lanes_store\(masked(suffix))\(start), \(text), \(active));"
                    : "lanes_store_stride\(masked(suffix))\(start), \(stride), \(text), \(active));")
        case .anywhere(let s, let offset):
            let (suffix, text) = (suffix(s), spread(value, element(s)))
            if s.isVarying {
                out.line("lanes_put\(suffix)(\(mask ?? "lanes_splat_i(-1)"), \(s.name), \(offset), \(text));")
            } else if let mask {
                out.line("lanes_scatter_where\(suffix)(\(mask), \(s.name), \(offset), \(text));")
            } else {
                out.line("lanes_scatter\(suffix)(\(s.name), \(offset), \(text));")
            }
        }
    }

    /// What a variable becomes: `value` in the lanes in play.
    private func merged(_ value: CValue, _ s: Storage, _ old: String) -> String {
        guard s.isVarying else { return value.text }
        let wide = spread(value, element(s))
        guard let mask else { return wide }
        return "\(s.kind.isReal ? "lanes_select" : "lanes_select_i")(\(mask), \(wide), \(old))"
    }

    /// The end of the name of an access to neighbours, and its first argument under a mask.
    private func masked(_ suffix: String) -> String { mask.map { "_where\(suffix)(\($0), " } ?? "\(suffix)(" }

    private func suffix(_ s: Storage) -> String { s.kind.isReal ? "" : "_i" }
    private func element(_ s: Storage) -> ValueType.Element { s.kind.isReal ? .real : .integer }
    private func grouped(_ offset: String) -> String { offset.contains(" ") ? "(\(offset))" : offset }

    /// Notes a use of an element of a watched array.
    private func use(_ s: Storage, _ offset: String, writes: Bool) {
        guard isChecked else { return }
        for watch in s.watches {
            require(
                "used_by(\(watch.shadow), \(offset), \(watch.iteration), \(writes))",
                "iterations of a ParallelFor use one element, and one of them writes it")
        }
    }

    // MARK: Changes

    /// `place = change(place)`.
    func modify(_ address: Address, _ change: (CValue) -> CValue) {
        store(change(load(address)), in: address)
    }

    /// `place += amount` or `place -= amount`.
    func add(_ amount: CValue, to address: Address, negative: Bool) {
        let symbol = negative ? "-" : "+"
        switch address {
        case .variable(let s) where mask == nil || !s.isVarying:
            out.line("\(s.name) \(symbol)= \(amount.text);")
        case .element(let s, let offset) where mask == nil || !s.isVarying:
            use(s, offset, writes: true)
            out.line("\(s.name)[\(offset)] \(symbol)= \(amount.text);")
        default:
            modify(address) { old in
                CValue(
                    "\(old.within(.sum)) \(symbol) \(amount.within(.product))", .sum,
                    isVarying: old.isVarying || amount.isVarying)
            }
        }
    }

    // MARK: Whole arrays

    /// Runs `body` once, or once for every element if the places are whole arrays.
    func forEachElement(of places: [Place], reading nodes: [Node], _ body: () -> Void) {
        guard let first = places.first, first.isWholeArray else { return body() }
        let others =
            places.dropFirst().map { ($0.variable, Guards.always) } + nodes.flatMap(\.guardedArrays)
        overElements(of: first.variable, others, hoisting: nodes, body)
    }

    /// Emits comparisons of sizes that are only asked for under a condition: in lanes, where it holds in any.
    private func requireSizes(if condition: Node?, _ checks: () -> Void) {
        guard unit.checks != .none else { return }
        guard let condition else { return checks() }
        let holds = self.condition(condition)
        let inPlay = mask.map { "\($0) & \(holds.within(.atom))" } ?? holds.text
        out.open("if (\(holds.isVarying ? "lanes_any(\(inPlay))" : holds.text))")
        scoped(checks)
        out.close()
    }

    /// Runs `body` for every element of the arrays in an expression.
    func overElements(of node: Node, _ body: () -> Void) {
        guard let (first, others) = node.elementArrays else { return }
        overElements(of: first, others, hoisting: [node], body)
    }

    private func overElements(
        of first: Variable, _ others: [(array: Variable, guards: Guards)], hoisting nodes: [Node],
        _ body: () -> Void
    ) {
        let array = store(of: first)
        for (guards, arrays) in others.sizeChecks(besides: first) {
            requireSizes(if: guards.condition) {
                for other in arrays {
                    let s = self.store(of: other)
                    let same =
                        array.kind == .matrix
                        ? "\(s.rows) == \(array.rows) && \(s.columns) == \(array.columns)"
                        : "\(s.count) == \(array.count)"
                    self.requireSizes(same, of: [first, other])
                }
            }
        }
        // What is the same for every element is evaluated once, before the loop.
        for single in nodes.flatMap(\.singleOperands) {
            guard known[single] == nil else { continue }
            let value = value(single)
            known[single] =
                value.isAtom
                ? value : CValue(named("t", value, single.type.element), isVarying: value.isVarying)
        }
        let outer = elementIndex
        names.enter()
        let e = names.declare("e")
        out.open("for (int64_t \(e) = 0; \(e) < \(array.count); ++\(e))")
        elementIndex = CValue(e)
        let atHand = known
        // Values of elements change from turn to turn, and are not those of a loop around this one.
        known = known.filter { $0.key.type.isSingle }
        body()
        known = atHand
        elementIndex = outer
        out.close()
        names.leave()
    }
}
