import ReversibleCore

extension KernelEmitter {
    // MARK: Reading

    /// The content of a place, in the element type of `node`, which reads it.
    func read(_ place: Place, _ node: Node) throws(PTXError) -> String {
        if !place.variable.kind.isArray, case .register(let name) = try store(of: place.variable) {
            return name
        }
        if place.variable.kind.isArray, case .registers = try array(place.variable).space {
            return load(try address(place), isReal: node.type.element == .real)
        }
        return try numbered(values.number(of: node)) { () throws(PTXError) in
            load(try address(place), isReal: node.type.element == .real)
        }
    }

    /// The content: a register, which may change later.
    func load(_ address: KernelAddress, isReal: Bool) -> String {
        switch address {
        case .register(let name): return name
        case .memory(let space, let operand):
            let kind: RegisterClass = isReal ? realClass : .integer
            return out.value(kind, "ld.\(space).\(isReal ? realType : "u64")", operand)
        }
    }

    func store(_ value: String, in address: KernelAddress, isReal: Bool) {
        let type = isReal ? realType : "u64"
        switch address {
        case .register(let name): out.instruction("mov.\(type)", name, value)
        case .memory(let space, let operand):
            let register =
                value.hasPrefix("%") ? value : out.value(isReal ? realClass : .integer, "mov.\(type)", value)
            out.instruction("st.\(space).\(type)", operand, register)
        }
    }

    /// What a place holds now, whatever happens later.
    func held(_ address: KernelAddress, isReal: Bool) -> String {
        let value = load(address, isReal: isReal)
        guard case .register = address else { return value }
        return out.value(isReal ? realClass : .integer, "mov.\(isReal ? realType : "u64")", value)
    }

    // MARK: Addresses

    func address(_ place: Place) throws(PTXError) -> KernelAddress {
        guard place.variable.kind.isArray else {
            switch try store(of: place.variable) {
            case .register(let name): return .register(name)
            case .memory(let base): return .memory("global", "[\(base)]")
            case .array: return .register("")
            }
        }
        let array = try array(place.variable)
        if case .registers(let names) = array.space {
            return .register(names[try constantOffset(place, array)])
        }
        if case .staged(let number) = array.space { return try element(staged[number], of: array, place) }
        if place.indices.isEmpty { return element(array, elementIndex ?? "0") }
        return try element(array, at: place)
    }

    /// The position of an element, all of whose indices are constants.
    private func constantOffset(_ place: Place, _ array: KernelArray) throws(PTXError) -> Int {
        var offset = 0
        for (position, index) in place.indices.enumerated() {
            if position > 0 { offset *= Int(operand(array.sizes[position])) ?? 0 }
            offset += Int(index.constant ?? 0)
        }
        guard case .registers(let names) = array.space, names.indices.contains(offset) else {
            throw error(
                .unsupportedExpression,
                "an index of `\(planner.name(place.variable))` is outside the array")
        }
        return offset
    }

    /// The bytes of an element.
    private func width(_ array: KernelArray) -> Int { array.isReal ? precision.bytes : 8 }

    private func memory(_ array: KernelArray, _ register: String, _ bytes: Int = 0) -> KernelAddress {
        let space = if case .local = array.space { "local" } else { "global" }
        return .memory(space, bytes == 0 ? "[\(register)]" : "[\(register)+\(bytes)]")
    }

    /// The element of an array at a flat position.
    func element(_ array: KernelArray, _ position: String) -> KernelAddress {
        if let constant = Int(position) {
            if case .interleaved(let stride) = array.space {
                return memory(
                    array, out.value(.integer, "mad.lo.s64", stride, "\(constant)", array.base))
            }
            return memory(array, array.base, constant * width(array))
        }
        return memory(array, elementAddress(array, position))
    }

    private func elementAddress(_ array: KernelArray, _ position: String) -> String {
        if case .interleaved(let stride) = array.space {
            return out.value(.integer, "mad.lo.s64", position, stride, array.base)
        }
        let bytes = out.value(.integer, "shl.b64", position, width(array) == 8 ? "3" : "2")
        return out.value(.integer, "add.s64", array.base, bytes)
    }

    /// The element at the place's indices. What neighbours have in common is computed once: their addresses differ by
    /// a constant, which stands in the instruction.
    private func element(_ array: KernelArray, at place: Place) throws(PTXError) -> KernelAddress {
        let index = place.indices[place.indices.count - 1]
        var (base, constant) = index.offset
        if case .interleaved = array.space { (base, constant) = (index, 0) }
        if abs(constant) > 1 << 20 { (base, constant) = (index, 0) }
        let row = place.indices.count == 2 ? place.indices[0] : nil
        // The array's own number is not part of it: what the array holds does not move it.
        let parts = [row, base].map { $0.map { values.number(of: $0) } ?? -1 }
        let number = values.number(of: [place.variable.id] + parts, in: "address of \(array.base)")
        let register = try numbered(number) { () throws(PTXError) in
            var position = "0"
            if let base { position = try integer(base) }
            if let row { position = try self.position(row, position, operand(array.sizes[1])) }
            if Int(position) != nil {
                if position == "0" { return array.base }
                position = out.value(.integer, "mov.u64", position)
            }
            return elementAddress(array, position)
        }
        return memory(array, register, constant * width(array))
    }

    /// row × columns + column, where each may be a constant.
    private func position(_ row: Node, _ column: String, _ columns: String) throws(PTXError) -> String {
        let row = try integer(row)
        if row == "0" { return column }
        if let a = Int(row), let b = Int(columns) {
            if let c = Int(column) { return "\(a * b + c)" }
            return out.value(.integer, "add.s64", column, "\(a * b)")
        }
        let (first, second) = Int(row) == nil ? (row, columns) : (columns, row)
        return out.value(.integer, "mad.lo.s64", first, second, column)
    }
}
