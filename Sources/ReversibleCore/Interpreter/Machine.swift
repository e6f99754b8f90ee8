/// Who used which element in a watched loop, and what held for the loop around it.
struct Shadow {
    var memory: UnsafeMutablePointer<Int>
    var outer: UnsafeMutablePointer<Int>?
    var lane: Int
}

/// The memory of one run: register stacks, call frames, ancilla arrays, stacks.
struct Machine<Number: ReversibleNumber>: ~Copyable {
    struct Frame {
        /// The call instruction, or -1 for the outermost function.
        var call: Int
        var function: Int
        var reals: Int
        var integers: Int
        var arrays: Int
    }

    var reals = GrowingStack<Number>(capacity: 256)
    var integers = GrowingStack<Int>(capacity: 256)
    var arrays = GrowingStack<ArrayDescriptor>(capacity: 32)
    var frames = GrowingStack<Frame>(capacity: 16)
    var depth = 0
    var stacks: [[Number]]
    let options: RunOptions
    /// Ancilla arrays alive, innermost last.
    var allocations: [UnsafeMutableRawPointer] = []
    /// What watched loops keep for each array, innermost last.
    var shadows: [Shadow] = []
    /// The iteration of the watched ParallelFor.
    var lane = 0
    /// Where the run compares what it reads again with what it read first.
    var notes = Notes<Number>()
    /// The `While`s around what is noted.
    let turns: [[CodeUnit.Turn]]
    /// What the functions of the unit require of their arguments.
    let requirements: [Int: (list: Requirements, inverted: Bool)]
    /// The constant arrays of the unit, in this number type, if it has some.
    private let constantArrays: ConstantArrays<Number>?
    private let tables: [CodeUnit.Table]

    init(options: RunOptions, unit: CodeUnit) {
        self.options = options
        requirements = unit.requirements
        turns = unit.turns
        constantArrays = unit.constantArrays.isEmpty ? nil : ConstantArrays(unit.constantArrays)
        tables = unit.tables
        stacks = Array(repeating: [], count: unit.runStackCount)
    }

    deinit {
        for memory in allocations { memory.deallocate() }
        for shadow in shadows { shadow.memory.deallocate() }
    }

    var frame: Frame { frames.base[depth] }

    /// Puts the constant arrays that a function reads into the current frame.
    func loadTables(_ header: CodeUnit.Header) {
        guard let constantArrays else { return }
        let own = arrays.base + frame.arrays
        for table in tables[Int(header.firstTable)..<Int(header.firstTable + header.tableCount)] {
            own[Int(table.register)] = constantArrays.descriptors[table.number]
        }
    }

    /// Opens a frame for a function above the current one.
    mutating func enter(_ header: CodeUnit.Header, function: Int, call: Int, above current: CodeUnit.Header?)
    {
        var frame = Frame(call: call, function: function, reals: 0, integers: 0, arrays: 0)
        if let current {
            frame.reals = self.frame.reals + Int(current.reals)
            frame.integers = self.frame.integers + Int(current.integers)
            frame.arrays = self.frame.arrays + Int(current.arrays)
            depth += 1
        }
        reals.reserve(frame.reals + Int(header.reals), keeping: frame.reals)
        integers.reserve(frame.integers + Int(header.integers), keeping: frame.integers)
        arrays.reserve(frame.arrays + Int(header.arrays), keeping: frame.arrays)
        frames.reserve(depth + 1, keeping: depth)
        frames.base[depth] = frame
    }
}

/// Runs a unit. Numbers go from the leaves into registers and come back; arrays change in place.
@_specialize(where Number == Double)
@_specialize(where Number == Float)
@_specialize(where Number == Dual<Double>)
@_specialize(where Number == LinearNumber)
func execute<Number: ReversibleNumber>(
    _ unit: CodeUnit, _ leaves: inout [Leaf<Number>], arrays: [ArrayDescriptor?],
    slots: [ParameterRegister], options: RunOptions
) -> ReversibilityError? {
    var machine = Machine<Number>(options: options, unit: unit)
    machine.enter(unit.headers[0], function: 0, call: -1, above: nil)
    for position in slots.indices {
        switch (slots[position], leaves[position]) {
        case (.real(let r), .real(let value)): machine.reals.base[Int(r)] = value
        case (.integer(let k), .integer(let value)): machine.integers.base[Int(k)] = value
        case (.integer(let k), .reals(let values)):
            machine.integers.base[Int(k)] = machine.stacks.count
            machine.stacks.append(values)
        case (.array(let v, _), _):
            if let descriptor = arrays[position] { machine.arrays.base[Int(v)] = descriptor }
        default: break  // the arguments' types have been checked
        }
    }
    if let fault = machine.run(unit) {
        if let error = machine.argumentError(behind: fault, in: unit) { return error }
        return machine.error(of: fault, in: unit)
    }
    if let error = machine.derivativesLeft(unit) { return error }
    for position in slots.indices {
        switch (slots[position], leaves[position]) {
        case (.real(let r), _): leaves[position] = .real(machine.reals.base[Int(r)])
        case (.integer(let k), .integer): leaves[position] = .integer(machine.integers.base[Int(k)])
        case (.integer(let k), .reals):
            leaves[position] = .reals(machine.stacks[machine.integers.base[Int(k)]])
        default: break
        }
    }
    return nil
}
