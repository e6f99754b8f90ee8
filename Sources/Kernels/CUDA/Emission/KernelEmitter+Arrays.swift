import ReversibleCore

// Values and statements that take a loop over all elements of an array, within one thread.
extension KernelEmitter {
    /// Emits `body` once, or in a loop over the elements if the places are whole arrays.
    func forEachElement(
        of places: [Place], reading nodes: [Node], _ body: () throws(PTXError) -> Void
    ) throws(PTXError) {
        guard let first = places.first, first.isWholeArray, elementIndex == nil else { return try body() }
        try overElements(of: first.variable, hoisting: nodes, body)
    }

    /// Emits `body` in a loop over the elements of arrays as large as `variable`.
    func overElements(
        of variable: Variable, hoisting nodes: [Node], _ body: () throws(PTXError) -> Void
    ) throws(PTXError) {
        flushSums()
        // What is the same for every element is evaluated once, before the loop.
        for single in nodes.flatMap(\.singleOperands) { _ = try value(single) }
        let array = try array(variable)
        let element = values.enterElement()
        defer { values.leaveElement(for: element) }
        if case .registers(let names) = array.space {
            for position in names.indices {
                elementIndex = "\(position)"
                _ = values.enterElement()
                try keepingValues(body)
            }
            elementIndex = nil
            return
        }
        let number = out.labelNumber()
        let count = count(array)
        let e = out.temporary(.integer)
        out.instruction("mov.u64", e, "0")
        out.open(isLoop: true)
        out.label("element_\(number)")
        let isDone = out.value(.predicate, "setp.ge.s64", e, count)
        out.branch("elements_done_\(number)", if: isDone)
        let outer = elementIndex
        elementIndex = e
        try keepingValues(body)
        flushSums()
        elementIndex = outer
        out.instruction("add.s64", e, e, "1")
        out.branch("element_\(number)")
        out.label("elements_done_\(number)")
        out.close()
    }

    /// The sum over the elements of an array expression, in order.
    func sum(_ terms: Node) throws(PTXError) -> String {
        let isReal = terms.type.element == .real
        let total = out.temporary(isReal ? realClass : .integer)
        out.instruction(
            isReal ? "mov.\(realType)" : "mov.u64", total, isReal ? literal(0) : "0")
        guard let (first, _) = terms.elementArrays else { return total }
        let outer = elementIndex
        elementIndex = nil
        try overElements(of: first, hoisting: [terms]) { () throws(PTXError) in
            let term = try value(terms)
            out.instruction(isReal ? "add.rn.\(realType)" : "add.s64", total, total, term)
        }
        elementIndex = outer
        return total
    }

    /// The index of the first largest or smallest element.
    func index(of which: Extremum, in elements: Node) throws(PTXError) -> String {
        let isReal = elements.type.element == .real
        let (kind, type): (RegisterClass, String) = isReal ? (realClass, realType) : (.integer, "s64")
        let (best, result) = (out.temporary(kind), out.temporary(.integer))
        let isLargest = which == .largest
        let worst = isReal ? literal(isLargest ? -.infinity : .infinity) : "\(isLargest ? Int.min : Int.max)"
        out.instruction("mov.\(isReal ? type : "u64")", best, worst)
        out.instruction("mov.u64", result, "0")
        guard let (first, _) = elements.elementArrays else { return result }
        let outer = elementIndex
        elementIndex = nil
        try overElements(of: first, hoisting: [elements]) { () throws(PTXError) in
            let value = try self.value(elements)
            let comparison = which.relation.comparison(ofReals: isReal)
            let isBetter = out.value(.predicate, "setp.\(comparison).\(type)", value, best)
            out.instruction("selp.\(isReal ? type : "b64")", best, value, best, isBetter)
            out.instruction("selp.b64", result, elementIndex ?? "0", result, isBetter)
        }
        elementIndex = outer
        return result
    }

    // MARK: Ancillas

    /// Declares an ancilla, which begins at 0.
    func begin(_ ancilla: Ancilla, in block: Block) throws(PTXError) {
        let variable = ancilla.variable
        let wish = planner.name(variable)
        switch variable.kind {
        case .scalar:
            let name = out.register(realClass, wish)
            out.instruction("mov.\(realType)", name, literal(0))
            storage[variable.id] = .register(name)
        case .integer, .index:
            let name = out.register(.integer, wish)
            out.instruction("mov.u64", name, "0")
            storage[variable.id] = .register(name)
        case .stack:
            throw error(
                .unsupportedStatement,
                "the stack `\(wish)` has no form on a GPU: it has no bound that is known before a launch; run the "
                    + "function with `compile`")
        case .vector, .integerVector, .matrix:
            storage[variable.id] = .array(try beginArray(ancilla, wish, block))
        }
    }

    private func beginArray(
        _ ancilla: Ancilla, _ wish: String, _ block: Block
    ) throws(PTXError) -> KernelArray {
        let isReal = ancilla.variable.kind.isReal
        var sizes: [String] = []
        for size in ancilla.sizes { sizes.append(try integer(size)) }
        var made = KernelArray(space: .global, base: "", isReal: isReal, sizes: sizes.map { .operand($0) })
        let zero = isReal ? literal(0) : "0"
        if ancilla.isSmallArray {
            let count = sizes.reduce(1) { $0 * (Int($1) ?? 1) }
            if block.hasConstantIndices(into: ancilla.variable, sizes.map { Int($0) ?? 0 }) {
                let names = (0..<count).map {
                    out.register(isReal ? realClass : .integer, "\(wish)_\($0)")
                }
                for name in names { out.instruction("mov.\(isReal ? realType : "u64")", name, zero) }
                made.space = .registers(names)
                return made
            }
            let base = out.register(.integer, wish)
            let bytes = count * (isReal ? precision.bytes : 8)
            let symbol = "local_" + base.dropFirst()
            localArrays.append((symbol, bytes))
            made.space = .local(bytes: bytes)
            atEntry { $0.instruction("mov.u64", base, symbol) }
            made.base = base
        } else {
            try takeThreadMemory(ancilla, wish, &made)
        }
        try clear(made, zero)
        return made
    }

    private func clear(_ array: KernelArray, _ zero: String) throws(PTXError) {
        let number = out.labelNumber()
        let (count, e) = (count(array), out.temporary(.integer))
        out.instruction("mov.u64", e, "0")
        out.open(isLoop: true)
        out.label("clear_\(number)")
        let isDone = out.value(.predicate, "setp.ge.s64", e, count)
        out.branch("cleared_\(number)", if: isDone)
        store(zero, in: element(array, e), isReal: array.isReal)
        out.instruction("add.s64", e, e, "1")
        out.branch("clear_\(number)")
        out.label("cleared_\(number)")
        out.close()
    }

    /// Memory of every thread's own, elements of neighbouring threads side by side.
    private func takeThreadMemory(
        _ ancilla: Ancilla, _ wish: String, _ made: inout KernelArray
    ) throws(PTXError) {
        var count = HostInteger.constant(1)
        for size in ancilla.sizes {
            let known = try planner.memorySize(
                size, of: ancilla.variable, if: conditions.compactMap { $0 }, at: location)
            count = count * known
        }
        planner.hostSizes[ancilla.variable.id] = ancilla.sizes.compactMap { planner.host($0) }
        let buffer = planner.addTemporary(wish, isReal: made.isReal, count: count)
        threadBuffers.append((buffer, count))
        let start = slot(.address(buffer), wish + "_memory")
        made.base = ownMemory(
            start, count: slot(.integer(count), wish + "_count"), bytes: made.isReal ? precision.bytes : 8,
            wish)
        made.space = .interleaved
    }
}

extension Block {
    /// Whether every use of a small array of these sizes names an element by constants, or the whole. What conditions
    /// keep from happening may name elements that the array has not got.
    fileprivate func hasConstantIndices(into variable: Variable, _ sizes: [Int]) -> Bool {
        Accesses(of: self).all.allSatisfy { use in
            use.place.variable != variable
                || zip(use.place.indices, sizes).allSatisfy { index, size in
                    index.constant.map { (0..<Double(size)).contains($0) } ?? false
                }
        }
    }
}
