import ReversibleCore

/// One run of a plan: its steps, with the sizes and integers of certain arguments.
struct DeviceRun {
    private let program: DeviceProgram
    private let bindings: [DeviceBinding]
    /// The integers that are the same in all turns.
    private var known: [Known] = []

    private enum Known {
        case value(Int)
        /// It divides by 0, or is too large; an error only where it is needed.
        case senseless
        case ofTurn
    }

    init(_ program: DeviceProgram, _ bindings: [DeviceBinding]) {
        self.program = program
        self.bindings = bindings
        known = program.integers.map { integer in
            if integer.dependsOnTurns { return .ofTurn }
            return value(integer, []).map { .value($0) } ?? .senseless
        }
    }

    var plan: KernelPlan { program.plan }

    /// Takes all steps without doing anything, so that sizes that make no sense are found before something changed.
    func check() throws(CUDAFunctionError) {
        for (position, parameter) in plan.parameters.enumerated() where !parameter.sizes.isEmpty {
            let binding = bindings[position]
            let given =
                parameter.kind == .matrix ? [binding.rows, binding.columns] : [binding.count]
            guard zip(given, parameter.sizes).allSatisfy({ $1 == nil || $0 == $1 }) else {
                let wanted = parameter.sizes.map { $0.map { "\($0)" } ?? "any number" }
                throw refusal(
                    .invalidSize,
                    "`\(parameter.name)` has \(given.map { "\($0)" }.joined(separator: " × ")) elements; the kernels are "
                        + "for \(wanted.joined(separator: " × ")), as the option `knownSizes` says")
            }
        }
        // First, since what stands about an array in a statement makes no sense if it cannot be.
        _ = try sizesOfBuffers()
        var turns = [Int](repeating: 0, count: plan.loopCount)
        try check(plan.steps, &turns)
    }

    private func check(_ steps: [KernelPlan.Step], _ turns: inout [Int]) throws(CUDAFunctionError) {
        try take(steps, &turns, true) { _, _, _ throws(CUDAFunctionError) in
        } clear: { _ throws(CUDAFunctionError) in
        } ask: { _ throws(CUDAFunctionError) in
            false
        }
    }

    /// Takes all steps.
    func take(
        launch: (Int, Int, [Int]) throws(CUDAFunctionError) -> Void,
        clear: (Int) throws(CUDAFunctionError) -> Void, ask: (Int) throws(CUDAFunctionError) -> Bool
    ) throws(CUDAFunctionError) {
        var turns = [Int](repeating: 0, count: plan.loopCount)
        try take(plan.steps, &turns, false, launch: launch, clear: clear, ask: ask)
    }

    /// Takes steps in order, the turns of loops one after the other.
    ///
    /// - Parameters:
    ///   - isCheck: Whether numbers and sizes are looked at; of loops whose turns do not differ in one turn only.
    ///   - launch: Is given a kernel's number, its number of blocks, and the indices of the loops.
    ///   - clear: Is given a buffer's number.
    ///   - ask: Is given a buffer's number, and waits for what it holds: whether that is not 0.
    private func take(
        _ steps: [KernelPlan.Step], _ turns: inout [Int], _ isCheck: Bool,
        launch: (Int, Int, [Int]) throws(CUDAFunctionError) -> Void,
        clear: (Int) throws(CUDAFunctionError) -> Void, ask: (Int) throws(CUDAFunctionError) -> Bool
    ) throws(CUDAFunctionError) {
        for step in steps {
            switch step {
            case .clear(let number, let written):
                let isAll = written.map { value($0, turns) == value(plan.buffers[number].count, turns) }
                if isAll != true { try clear(number) }
            case .whileLoop(_, let asking, let answer, let inner):
                try take(asking, &turns, isCheck, launch: launch, clear: clear, ask: ask)
                // What makes no sense in a loop that is never entered is no error.
                guard try ask(answer) else { continue }
                try check(inner, &turns)
                repeat {
                    try take(inner, &turns, isCheck, launch: launch, clear: clear, ask: ask)
                    try take(asking, &turns, isCheck, launch: launch, clear: clear, ask: ask)
                } while try ask(answer)
            case .launch(let number):
                let integers = program.kernelIntegers[number]
                let role = "the number of iterations of a loop"
                let iterations = try integer(at: integers.iterations, turns, role)
                if isCheck {
                    for requirement in plan.kernels[number].requirements {
                        try check(requirement, iterations, turns)
                    }
                }
                guard iterations > 0 else { continue }
                let blocks = try integer(at: integers.blocks, turns, role)
                if isCheck {
                    for case .some(let position) in integers.slots {
                        _ = try integer(at: position, turns, "an integer")
                    }
                }
                try launch(number, blocks, turns)
            case .loop(let number, let start, let end, let by, let closed, let backward, let inner):
                let (from, step) = (
                    try integer(start, turns, "the start of a loop"),
                    try integer(by, turns, "the step of a loop")
                )
                guard step != 0 else {
                    throw refusal(
                        .zeroStep, "the step \(by.text(name)) of a loop is 0; it must be another number")
                }
                let count = try integer(
                    .turns(start: start, end: end, step: by, closed: closed), turns, "the turns of a loop")
                let isOnce = isCheck && program.uniformLoops.contains(number)
                for turn in 0..<max(isOnce ? min(count, 1) : count, 0) {
                    turns[number] = from + step * (backward ? count - 1 - turn : turn)
                    try take(inner, &turns, isCheck, launch: launch, clear: clear, ask: ask)
                }
            }
        }
    }

    /// The number of elements of every buffer.
    private func sizesOfBuffers() throws(CUDAFunctionError) -> [Int] {
        let turns = [Int](repeating: 0, count: plan.loopCount)
        var counts: [Int] = []
        for buffer in plan.buffers {
            let count = try integer(buffer.count, turns, "the size of `\(buffer.name)`")
            guard count >= 0 else {
                throw refusal(
                    .invalidSize,
                    "`\(buffer.name)` would have \(count) elements, \(buffer.count.text(name)); a size is at least 0"
                )
            }
            counts.append(count)
        }
        return counts
    }

    /// The memory of every buffer: the arguments', and new memory for those in between.
    func arrays(on stream: CUDAStream) throws(CUDAFunctionError) -> [DeviceArray?] {
        let counts = try sizesOfBuffers()
        var arrays: [DeviceArray?] = []
        for (number, buffer) in plan.buffers.enumerated() {
            guard program.isUsed[number] else {
                arrays.append(nil)
                continue
            }
            switch buffer.role {
            case .parameter(let position): arrays.append(bindings[position].memory)
            case .table: arrays.append(nil)
            case .temporary:
                do throws(CUDAError) {
                    if buffer.isReal, plan.precision == .single {
                        arrays.append(try array(Float.self, counts[number], stream))
                    } else {
                        arrays.append(try array(UInt64.self, counts[number], stream))
                    }
                } catch {
                    throw .device(error)
                }
            }
        }
        return arrays
    }

    private func array<Element: BitwiseCopyable & Sendable>(
        _ type: Element.Type, _ count: Int, _ stream: CUDAStream
    ) throws(CUDAError) -> DeviceArray {
        DeviceArray(try CUDABuffer<Element>(count: count, on: program.device, stream: stream))
    }

    /// What a kernel is given.
    func arguments(
        of number: Int, _ turns: [Int], _ arrays: [DeviceArray?]
    ) throws(CUDAFunctionError) -> [CUDAArgument] {
        var arguments: [CUDAArgument] = []
        for (slot, position) in zip(plan.kernels[number].slots, program.kernelIntegers[number].slots) {
            switch slot {
            case .address(let buffer): arguments.append(arrays[buffer]?.argument ?? .address(0))
            case .integer: arguments.append(.int(try integer(at: position ?? 0, turns, "an integer")))
            case .real(let position): arguments.append(bindings[position].real)
            }
        }
        return arguments
    }

    /// One of the program's integers.
    private func integer(
        at position: Int, _ turns: [Int], _ role: @autoclosure () -> String
    ) throws(CUDAFunctionError) -> Int {
        if case .value(let value) = known[position] { return value }
        return try integer(program.integers[position], turns, role())
    }

    func integer(
        _ value: HostInteger, _ turns: [Int], _ role: @autoclosure () -> String
    ) throws(CUDAFunctionError) -> Int {
        if let known = self.value(value, turns) { return known }
        throw refusal(
            .integerOverflow,
            "\(role()), \(value.text(name)), divides by 0 or is outside the range of an Integer")
    }

    private func value(_ value: HostInteger, _ turns: [Int]) -> Int? {
        let bindings = bindings
        return value.value(
            HostInteger.Values {
                bindings[$0].integer
            } size: { position, axis in
                switch axis {
                case .count: bindings[position].count
                case .rows: bindings[position].rows
                case .columns: bindings[position].columns
                }
            } index: {
                turns[$0]
            })
    }

    private func name(_ position: Int) -> String { plan.parameters[position].name }

    func refusal(_ kind: ReversibilityError.Kind, _ message: String) -> CUDAFunctionError {
        .arguments(ReversibilityError(kind, message, function: plan.name))
    }
}
