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
        case .memory(let space, let operand, let own):
            let result = out.temporary(isReal ? realClass : .integer)
            let opcode = "ld.\(space).\(isReal ? realType : "u64")"
            out.add(KernelInstruction(opcode: opcode, operands: [result, operand], own: own))
            return result
        }
    }

    func store(_ value: String, in address: KernelAddress, isReal: Bool) {
        let type = isReal ? realType : "u64"
        switch address {
        case .register(let name): out.instruction("mov.\(type)", name, value)
        case .memory(let space, let operand, let own):
            let register =
                value.hasPrefix("%") ? value : out.value(isReal ? realClass : .integer, "mov.\(type)", value)
            out.add(
                KernelInstruction(opcode: "st.\(space).\(type)", operands: [operand, register], own: own))
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
            if place.indices.isEmpty, let position = elementIndex.flatMap({ Int($0) }) {
                return .register(names[position])
            }
            return .register(names[try constantOffset(place, array)])
        }
        if case .staged(let number) = array.space { return try element(staged[number], of: array, place) }
        if place.indices.isEmpty { return element(array, elementIndex ?? "0") }
        if planner.lost.mayBeOutside(place) { return try elementIfThere(array, at: place) }
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

    /// The element `displacement` elements after the one whose address is in a register.
    private func memory(
        _ array: KernelArray, _ register: String, _ displacement: Int = 0
    ) -> KernelAddress {
        let (bytes, row) = (displacement * width(array), threadsPerBlock * width(array))
        switch array.space {
        case .interleaved:
            return .memory(
                "global", "[\(register)]", own: OwnMemory(scaled: displacement * row, distance: row))
        case .local(let size):
            return .memory("local", "[\(register)]", own: OwnMemory(fixed: bytes, distance: size))
        case .summed:
            return .memory("global", KernelInstruction.place(register, displacement * row))
        case .staged: return .memory("shared", KernelInstruction.place(register, bytes))
        case .global, .registers: return .memory("global", KernelInstruction.place(register, bytes))
        }
    }

    /// The element of an array at a flat position.
    func element(_ array: KernelArray, _ position: String) -> KernelAddress {
        // Displacements have 32 bits.
        if let constant = Int(position), abs(constant) < 1 << 14 {
            return memory(array, array.base, constant)
        }
        return memory(array, elementAddress(array, position))
    }

    private func elementAddress(_ array: KernelArray, _ position: String) -> String {
        let row = threadsPerBlock * width(array)
        let position = Int(position) == nil ? position : out.value(.integer, "mov.u64", position)
        switch array.space {
        case .interleaved, .summed:
            // Every thread has as much as this: positions have 32 bits, and one multiplication will do.
            let word = out.value(.word, "cvt.u32.u64", position)
            var isSummed = false
            if case .summed = array.space { isSummed = true }
            return out.value(
                .integer, "mad.wide.s32", word, (isSummed ? "" : "$") + "\(row)", array.base)
        case .global, .local, .registers, .staged:
            let bytes = out.value(.integer, "shl.b64", position, width(array) == 8 ? "3" : "2")
            return out.value(.integer, "add.s64", array.base, bytes)
        }
    }

    /// The element at the place's indices. What neighbours have in common is computed once: their addresses differ by
    /// a constant, which stands in the instruction.
    private func element(_ array: KernelArray, at place: Place) throws(PTXError) -> KernelAddress {
        let index = place.indices[place.indices.count - 1]
        let affine = index.affine
        // Displacements have a limit.
        let (base, constant) = abs(affine.constant) < 1 << 14 ? (affine.base, affine.constant) : (index, 0)
        let row = place.indices.count == 2 ? place.indices[0] : nil
        // The array's own number is not part of it: what the array holds does not move it.
        let parts = [row, base].map { $0.map { values.number(of: $0) } ?? -1 }
        let number = values.number(of: [place.variable.id] + parts, in: "address of \(array.base)")
        let register = try numbered(number) { () throws(PTXError) in
            var position = "0"
            if let base { position = try integer(base) }
            if let row { position = try self.position(row, position, operand(array.sizes[1])) }
            return position == "0" ? array.base : elementAddress(array, position)
        }
        return memory(array, register, constant)
    }

    /// The element at indices that a lost decision may have changed: memory of the thread's own, which holds nothing,
    /// stands for one that the array does not have, until the verdict at the end.
    ///
    /// An access outside of an array would not only be wrong: after a fault a process cannot use its device any more.
    private func elementIfThere(_ array: KernelArray, at place: Place) throws(PTXError) -> KernelAddress {
        let numbers = [place.variable.id] + place.indices.map { values.number(of: $0) }
        let number = values.number(of: numbers, in: "checked address of \(array.base)")
        let register = try numbered(number) { () throws(PTXError) in
            var indices: [String] = []
            for index in place.indices { indices.append(try integer(index)) }
            let sizes = array.sizes.map(operand)
            let isThere = isInside(indices, sizes)
            var position = indices[indices.count - 1]
            if indices.count == 2 { position = try self.position(place.indices[0], position, sizes[1]) }
            if case .local = array.space {
                // Other memory than the device's: its first element stands for it.
                return elementAddress(array, out.value(.integer, "selp.b64", position, "0", isThere))
            }
            let address = elementAddress(array, position)
            return out.value(.integer, "selp.b64", address, spareRegister(), isThere)
        }
        return memory(array, register)
    }

    private func spareRegister() -> String {
        if let spare { return spare.register }
        let buffer = planner.addTemporary("spare", isReal: false, count: .constant(1))
        let memory = slot(.address(buffer), "spare_memory")
        let register = ownMemory(memory, count: "1", bytes: 8, "spare")
        spare = (buffer, register)
        return register
    }

    /// A predicate that holds if every index is inside its size.
    private func isInside(_ indices: [String], _ sizes: [String]) -> String {
        let tests = zip(indices, sizes).map { index, size in
            let index = index.hasPrefix("%") ? index : out.value(.integer, "mov.u64", index)
            return out.value(.predicate, "setp.lt.u64", index, size)
        }
        return tests.dropFirst().reduce(tests[0]) { out.value(.predicate, "and.pred", $0, $1) }
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
