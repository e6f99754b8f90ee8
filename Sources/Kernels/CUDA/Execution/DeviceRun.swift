import ReversibleCore

/// One run of a plan: its steps, with the sizes and integers of certain arguments.
struct DeviceRun {
    private let program: DeviceProgram
    private let bindings: [DeviceBinding]

    init(_ program: DeviceProgram, _ bindings: [DeviceBinding]) {
        self.program = program
        self.bindings = bindings
    }

    private var plan: KernelPlan { program.plan }

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
        try take { _, _, _ throws(CUDAFunctionError) in
        } clear: { _ throws(CUDAFunctionError) in
        }
    }

    /// Takes all steps.
    func take(
        launch: (Int, Int, [Int]) throws(CUDAFunctionError) -> Void,
        clear: (Int) throws(CUDAFunctionError) -> Void
    ) throws(CUDAFunctionError) {
        var turns = [Int](repeating: 0, count: plan.loopCount)
        try take(plan.steps, &turns, launch: launch, clear: clear)
    }

    /// Takes steps in order, the turns of loops one after the other.
    ///
    /// - Parameters:
    ///   - launch: Is given a kernel's number, its number of blocks, and the indices of the loops.
    ///   - clear: Is given a buffer's number.
    private func take(
        _ steps: [KernelPlan.Step], _ turns: inout [Int],
        launch: (Int, Int, [Int]) throws(CUDAFunctionError) -> Void,
        clear: (Int) throws(CUDAFunctionError) -> Void
    ) throws(CUDAFunctionError) {
        for step in steps {
            switch step {
            case .clear(let number, let written):
                let isAll = written.map { known($0, turns) == known(plan.buffers[number].count, turns) }
                if isAll != true { try clear(number) }
            case .launch(let number):
                let kernel = plan.kernels[number]
                let role = "the number of iterations of a loop"
                guard try integer(kernel.iterations, turns, role) > 0 else { continue }
                let blocks = try integer(kernel.blocks, turns, role)
                for case .integer(let value) in kernel.slots { _ = try integer(value, turns, "an integer") }
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
                for turn in 0..<max(count, 0) {
                    turns[number] = from + step * (backward ? count - 1 - turn : turn)
                    try take(inner, &turns, launch: launch, clear: clear)
                }
            }
        }
    }

    /// The memory of every buffer: the arguments', and new memory for those in between.
    func arrays(on stream: CUDAStream) throws(CUDAFunctionError) -> [DeviceArray?] {
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
        var arrays: [DeviceArray?] = []
        for (number, buffer) in plan.buffers.enumerated() {
            guard program.isUsed[number] else {
                arrays.append(nil)
                continue
            }
            switch buffer.role {
            case .parameter(let position): arrays.append(bindings[position].memory)
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
        for slot in plan.kernels[number].slots {
            switch slot {
            case .address(let buffer): arguments.append(arrays[buffer]?.argument ?? .address(0))
            case .integer(let value): arguments.append(.int(try integer(value, turns, "an integer")))
            case .real(let position): arguments.append(bindings[position].real)
            }
        }
        return arguments
    }

    private func integer(
        _ value: HostInteger, _ turns: [Int], _ role: @autoclosure () -> String
    ) throws(CUDAFunctionError) -> Int {
        if let known = known(value, turns) { return known }
        throw refusal(
            .integerOverflow,
            "\(role()), \(value.text(name)), divides by 0 or is outside the range of an Integer")
    }

    /// The integer; nil if it is outside the range.
    private func known(_ value: HostInteger, _ turns: [Int]) -> Int? {
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

    private func refusal(_ kind: ReversibilityError.Kind, _ message: String) -> CUDAFunctionError {
        .arguments(ReversibilityError(kind, message, function: plan.name))
    }
}
