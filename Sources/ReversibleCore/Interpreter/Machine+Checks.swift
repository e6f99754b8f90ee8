// The instructions that are not worth a place in the interpreter loop.

extension Machine {
    @inline(never)
    func indexFault(_ ip: Int, _ index: Int, _ array: ArrayDescriptor, _ register: Int) -> Fault {
        Fault(cause: .index(index, .count, count: array.count, array: Int32(register)), instruction: ip)
    }

    @inline(never)
    func indexFault(
        _ ip: Int, _ row: Int, _ column: Int, _ array: ArrayDescriptor, _ register: Int
    ) -> Fault {
        let rowIsOutside = row < 0 || row >= array.rows
        return Fault(
            cause: .index(
                rowIsOutside ? row : column, rowIsOutside ? .rows : .columns,
                count: rowIsOutside ? array.rows : array.columns, array: Int32(register)), instruction: ip)
    }

    /// Keeps what is read, or compares it with what was kept.
    @inline(never)
    mutating func note(
        _ i: Instruction, _ value: Number, _ k: UnsafeMutablePointer<Int>, _ instruction: Int
    ) -> Fault? {
        let subject: Drift.Subject = i.function & 2 != 0 ? .decision : i.function & 4 != 0 ? .tangent : .value
        guard i.function & 1 != 0 else {
            notes.keep(
                value, site: i.b, isDecision: subject == .decision, Turns(list: i.d, turns, k), instruction)
            return nil
        }
        let peak = i.c >= 0 ? Double(bitPattern: UInt64(UInt(bitPattern: k[Int(i.c)]))) : 0
        return notes.compare(
            value, site: i.b, tolerance: options.driftTolerance, peak: peak, of: subject, instruction)
    }

    /// Runs one of the rarer instructions; returns why it cannot.
    @inline(never)
    mutating func slow(
        _ i: Instruction, _ r: UnsafeMutablePointer<Number>, _ k: UnsafeMutablePointer<Int>,
        _ v: UnsafeMutablePointer<ArrayDescriptor>
    ) -> Fault.Cause? {
        let (a, b, c, d) = (Int(i.a), Int(i.b), Int(i.c), Int(i.d))
        switch i.opcode {
        case .requireZeroReal:
            let limit = restoreLimit(peak: b >= 0 ? k[b] : 0)
            let value = r[a].primal
            // Written so that a NaN fails.
            if !(abs(value) <= limit) { return .notRestored(value: value, limit: limit) }
        case .requireZeroInteger:
            if k[a] != 0 { return .integerNotRestored(k[a]) }
        case .requireElements: if v[a].count == 0 { return .noElements(i.a) }
        case .makeReals:
            let isMatrix = i.function == 1
            let (rows, columns) = (isMatrix ? k[b] : 0, isMatrix ? k[c] : 0)
            let (product, overflow) = rows.multipliedReportingOverflow(by: columns)
            let count = isMatrix ? product : k[b]
            guard rows >= 0, columns >= 0, !overflow,
                let memory = allocate(count, MemoryLayout<Number>.stride)
            else { return .size(isMatrix ? [rows, columns] : [count]) }
            memory.assumingMemoryBound(to: Number.self).initialize(
                repeating: Number(constant: 0), count: count)
            v[a] = ArrayDescriptor(base: memory, count: count, rows: rows, columns: columns, shadow: nil)
        case .makeIntegers:
            guard let memory = allocate(k[b], MemoryLayout<Int>.stride) else { return .size([k[b]]) }
            memory.assumingMemoryBound(to: Int.self).initialize(repeating: 0, count: k[b])
            v[a] = ArrayDescriptor(base: memory, count: k[b], rows: 0, columns: 0, shadow: nil)
        case .dropReals:
            if i.function == 0 {
                let limit = restoreLimit(peak: b >= 0 ? k[b] : 0)
                let elements = v[a].reals(Number.self)
                for element in 0..<v[a].count where !(abs(elements[element].primal) <= limit) {
                    return .notRestored(
                        value: elements[element].primal, limit: limit,
                        element: v[a].indices(of: element) ?? [])
                }
            }
            release()
        case .dropIntegers:
            if i.function == 0 {
                for element in 0..<v[a].count where v[a].integers[element] != 0 {
                    return .integerNotRestored(v[a].integers[element], element: [element])
                }
            }
            release()
        case .clearReal:
            let value = r[a].primal
            if !value.isFinite {
                return .notRestored(value: .nan, limit: restoreLimit(peak: 0))
            }
            r[a] = Number(constant: 0)
        case .clearReals:
            let elements = v[a].reals(Number.self)
            for element in 0..<v[a].count where !elements[element].primal.isFinite {
                return .notRestored(
                    value: .nan, limit: restoreLimit(peak: 0), element: v[a].indices(of: element) ?? [])
            }
            v[a].reals(Number.self).update(repeating: Number(constant: 0), count: v[a].count)
        case .clearIntegers: v[a].integers.update(repeating: 0, count: v[a].count)
        case .makeStack:
            k[a] = stacks.count
            stacks.append([])
        case .requireEmptyStack:
            // What a cotangent or a step leaves on a stack is dropped.
            if i.function == 0, !stacks[k[a]].isEmpty { return .stackNotEmpty(stacks[k[a]].count) }
            stacks[k[a]] = []
            // Stacks of blocks end in the order opposite to the one they began in.
            if k[a] == stacks.count - 1 { stacks.removeLast() }
        case .requireDistinct:
            if k[a] == k[b] {
                let other = i.function == 0 ? [] : [k[c]]
                return .aliasing(pair: Int(i.e), at: i.function == 2 ? other + [k[a]] : [k[a]] + other)
            }
        case .requireDistinct2:
            if k[a] == k[b] && k[c] == k[d] { return .aliasing(pair: Int(i.e), at: [k[a], k[c]]) }
        case .requireSameShape:
            let (x, y) = (v[a], v[b])
            if x.count != y.count || x.rows != y.rows || x.columns != y.columns {
                return .shapes(x, y, i.a, i.b)
            }
        case .push, .pop, .pushInteger, .popInteger: return moveStack(i, r, k)
        case .stackCount: k[a] = stacks[k[b]].count
        case .stackLoad:
            let stack = k[b]
            if k[c] < 0 { return .noTop(i.b) }
            r[a] = k[c] < stacks[stack].count ? stacks[stack][k[c]] : Number(constant: 0)
        case .stackStore:
            let stack = k[a]
            if k[b] < 0 { return .noTop(i.a) }
            while stacks[stack].count <= k[b] { stacks[stack].append(Number(constant: 0)) }
            stacks[stack][k[b]] = r[c]
        case .watch, .unwatch, .iteration, .watchRead, .watchWrite: return watch(i, k, v)
        default: break
        }
        return nil
    }

    /// Derivatives of numbers that have been popped without them.
    func derivativesLeft(_ unit: CodeUnit) -> ReversibilityError? {
        for (derivatives, values) in unit.meetings
        where stacks[derivatives].dropFirst(stacks[values].count).contains(where: {
            $0.components.contains { $0 != 0 }
        }) {
            return ReversibilityError(
                .popMismatch,
                "a number was popped from a stack of the run without the derivative that had been left beside it: the "
                    + "adjoints of a function and of a program that holds derivatives of it, as `adjoint(adjoint(f))` "
                    + "does, keep theirs apart, and so do tangents; differentiate the whole program by `grad`, `hvp` or "
                    + "`hessian`, or make the stack an argument",
                function: unit.statements.first?.function ?? "")
        }
        return nil
    }

    /// How far from 0 an ancilla may end that once held as much as `peak`.
    private func restoreLimit(peak: Int) -> Double {
        let largest = Double(bitPattern: UInt64(UInt(bitPattern: peak)))
        return options.tolerance * (largest.isFinite ? max(1, largest) : 1)
    }

    /// Memory for an ancilla array; nil if the size is negative or beyond the machine's memory.
    private mutating func allocate(_ count: Int, _ stride: Int) -> UnsafeMutableRawPointer? {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: stride)
        guard count >= 0, !overflow, bytes <= options.memoryLimit else { return nil }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 16), alignment: 16)
        allocations.append(memory)
        return memory
    }

    private mutating func release() { allocations.popLast()?.deallocate() }

    /// How many bytes a full stack will take when it grows; nil if it has room. An array that is full doubles.
    private func growth(of stack: Int) -> Int? {
        let (count, capacity) = (stacks[stack].count, stacks[stack].capacity)
        return count < capacity ? nil : 2 * max(count, 16) * MemoryLayout<Number>.stride
    }

    private mutating func moveStack(
        _ i: Instruction, _ r: UnsafeMutablePointer<Number>, _ k: UnsafeMutablePointer<Int>
    ) -> Fault.Cause? {
        let (a, b, c) = (Int(i.a), Int(i.b), Int(i.c))
        let stack = k[a]
        if i.opcode == .push || i.opcode == .pushInteger, let bytes = growth(of: stack),
            bytes > options.memoryLimit
        {
            return .stackSize(bytes)
        }
        switch (i.opcode, i.function) {
        case (.push, 0), (.push, 2):
            stacks[stack].append(r[b])
            r[b] = Number(constant: 0)
        case (.push, 3):
            stacks[stack].append(r[b])
            stacks[stack].append(Number(constant: Double(k[c])))
            r[b] = Number(constant: 0)
        case (.push, _):
            // The companion is still without this entry; entries below that were never touched count as 0. What stands
            // above belonged to entries of integers, which are gone.
            let depth = stacks[k[c]].count
            if stacks[stack].count > depth { stacks[stack].removeLast(stacks[stack].count - depth) }
            while stacks[stack].count < depth { stacks[stack].append(Number(constant: 0)) }
            stacks[stack].append(r[b])
            r[b] = Number(constant: 0)
        case (.pop, 2): r[b] = stacks[stack].popLast() ?? Number(constant: 0)
        case (.pop, 3):
            guard let owner = stacks[stack].popLast(), let kept = stacks[stack].popLast() else {
                r[b] = Number(constant: 0)
                break
            }
            if owner.primal != Double(k[c]) { return .anotherCall }
            r[b] = kept
        case (.pop, 0):
            let held = r[b].primal
            if !(abs(held) <= options.tolerance) { return .popIntoNonzero("\(held)") }
            guard let top = stacks[stack].popLast() else { return .emptyStack }
            r[b] = top
        case (.pop, _):
            // The companion is already without this entry.
            let depth = stacks[k[c]].count
            while stacks[stack].count > depth + 1 { stacks[stack].removeLast() }
            let isOurs = stacks[stack].count > depth
            r[b] = isOurs ? stacks[stack].popLast() ?? Number(constant: 0) : Number(constant: 0)
        case (.pushInteger, 2):
            // A decision joins the word on top, an integer whose first bit says where they begin, if the number type holds
            // the longer one.
            if let top = stacks[stack].last?.primal, top < 0x1p52 {
                let longer = Number(constant: 2 * top + Double(k[b]))
                if longer.primal == 2 * top + Double(k[b]) {
                    stacks[stack][stacks[stack].count - 1] = longer
                    break
                }
            }
            stacks[stack].append(Number(constant: 2 + Double(k[b])))
        case (.popInteger, 2):
            // Numbers by their logarithm hold 2 and 3 but nearly.
            guard let top = stacks[stack].popLast().flatMap({ Int(exactly: $0.primal.rounded()) }) else {
                return .noDecision
            }
            k[b] = top & 1
            if top > 3 { stacks[stack].append(Number(constant: Double(top >> 1))) }
        case (.pushInteger, _):
            let number = Number(constant: Double(k[b]))
            guard Int(exactly: number.primal) == k[b] else { return .inexactInteger(k[b]) }
            stacks[stack].append(number)
            k[b] = 0
        default:
            if k[b] != 0 { return .popIntoNonzero("\(k[b])") }
            guard let top = stacks[stack].popLast() else { return i.function == 1 ? .noRecord : .emptyStack }
            guard let integer = Int(exactly: top.primal) else { return .notAnInteger(top.primal) }
            k[b] = integer
        }
        return nil
    }

    /// Watches that no two iterations of a `ParallelFor` use one element, if one of them writes it.
    private mutating func watch(
        _ i: Instruction, _ k: UnsafeMutablePointer<Int>, _ v: UnsafeMutablePointer<ArrayDescriptor>
    ) -> Fault.Cause? {
        let (a, b, c) = (Int(i.a), Int(i.b), Int(i.c))
        switch i.opcode {
        case .watch:
            let memory = UnsafeMutablePointer<Int>.allocate(capacity: max(2 * v[a].count, 1))
            memory.initialize(repeating: nobody, count: max(2 * v[a].count, 1))
            shadows.append(Shadow(memory: memory, outer: v[a].shadow, lane: lane))
            v[a].shadow = memory
        case .unwatch:
            guard v[a].shadow != nil, let shadow = shadows.popLast() else { return nil }
            // For the loop around this one, all its iterations belong to one iteration.
            lane = shadow.lane
            v[a].shadow = shadow.outer
            defer { shadow.memory.deallocate() }
            guard shadow.outer != nil else { return nil }
            for element in 0..<v[a].count {
                let wrote = shadow.memory[2 * element] != nobody
                guard wrote || shadow.memory[2 * element + 1] != nobody else { continue }
                if let cause = use(element, of: v[a], register: i.a, writes: wrote) { return cause }
            }
        case .iteration: lane = k[a]
        default:
            let flat = i.function == 2 ? v[a].flat(k[b], k[c]) : k[b]
            // An index outside the array is reported by the use itself.
            guard let flat, flat >= 0, flat < v[a].count else { return nil }
            return use(flat, of: v[a], register: i.a, writes: i.opcode == .watchWrite)
        }
        return nil
    }

    /// Notes that the current iteration uses an element; returns the conflict if another one must not.
    private func use(
        _ element: Int, of array: ArrayDescriptor, register: Int32, writes: Bool
    ) -> Fault.Cause? {
        guard let shadow = array.shadow else { return nil }
        let (writer, reader) = (shadow + 2 * element, shadow + 2 * element + 1)
        if writer.pointee != nobody && writer.pointee != lane {
            return .conflict(element: element, first: writer.pointee, second: lane, array: register)
        }
        if writes {
            if reader.pointee != nobody && reader.pointee != lane {
                return .conflict(element: element, first: reader.pointee, second: lane, array: register)
            }
            writer.pointee = lane
        } else if reader.pointee == nobody {
            reader.pointee = lane
        }
        return nil
    }
}

/// No iteration. `Int.min` is an index that no array has.
private let nobody = Int.min
