import ReversibleCore

extension DeviceProgram {
    /// Runs on data that is on the device and stays there.
    package func run<Number: BitwiseCopyable & Sendable & BinaryFloatingPoint>(
        inPlace places: [CUDAPlace<Number>], on stream: CUDAStream?
    ) throws(CUDAFunctionError) {
        let stream = stream ?? device.stream
        let verdict = try start(try bindings(places, on: stream), on: stream)
        try judge(verdict, on: stream, consequence: "; what the gradients hold is not specified")
    }

    /// What `run(inPlace:on:)` would launch.
    package func graph<Number: BitwiseCopyable & Sendable & BinaryFloatingPoint>(
        inPlace places: [CUDAPlace<Number>]
    ) throws(CUDAFunctionError) -> CUDAGraph {
        try graph(try bindings(places, on: device.stream))
    }

    private func bindings<Number: BitwiseCopyable & Sendable & BinaryFloatingPoint>(
        _ places: [CUDAPlace<Number>], on stream: CUDAStream
    ) throws(CUDAFunctionError) -> [DeviceBinding] {
        try check(places)
        var bindings: [DeviceBinding] = []
        do throws(CUDAError) {
            for (position, place) in places.enumerated() {
                bindings.append(
                    try binding(place, isWritten: plan.parameters[position].isWritten, on: stream))
            }
        } catch {
            throw .device(error)
        }
        return bindings
    }

    private func binding<Number: BitwiseCopyable & Sendable & BinaryFloatingPoint>(
        _ place: CUDAPlace<Number>, isWritten: Bool, on stream: CUDAStream
    ) throws(CUDAError) -> DeviceBinding {
        var binding = DeviceBinding(memory: place.memory)
        switch place {
        case .real(let buffer):
            // Kernels take a number that does not change by value.
            if !isWritten { binding.real = .real(Double(try buffer.elements(on: stream)[0]), plan.precision) }
        case .integer(let buffer):
            if !isWritten { binding.integer = try buffer.elements(on: stream)[0] }
        case .realValue(let value): binding.real = .real(Double(value), plan.precision)
        case .integerValue(let value): binding.integer = value
        case .reals(let buffer): binding.count = buffer.count
        case .integers(let buffer): binding.count = buffer.count
        case .matrix(let rows, let columns, let buffer):
            (binding.count, binding.rows, binding.columns) = (buffer.count, rows, columns)
        }
        return binding
    }

    private func check<Number: BitwiseCopyable & Sendable & BinaryFloatingPoint>(
        _ places: [CUDAPlace<Number>]
    ) throws(CUDAFunctionError) {
        let isDouble = plan.precision == .double
        guard isDouble ? Number.self == Double.self : Number.self == Float.self else {
            throw refusal(
                "the kernels were compiled for \(isDouble ? "Double" : "Float") and are given \(Number.self); choose the "
                    + "number type with `PTXOptions.precision`")
        }
        guard places.count == plan.parameters.count else {
            throw refusal(
                "the function takes \(plan.parameters.count) places, and \(places.count) were given")
        }
        for (parameter, place) in zip(plan.parameters, places) where !place.fits(parameter.kind) {
            throw refusal(
                "`\(parameter.name)` is of type \(parameter.kind.typeName) and was given \(place.description)"
            )
        }
        let arrays = places.map(\.memory)
        for (position, parameter) in plan.parameters.enumerated() {
            if parameter.isWritten, arrays[position] == nil {
                throw refusal(
                    "`\(parameter.name)` changes and was given as a value; give a buffer of one element")
            }
            if let companion = companions[position], !sameShape(places[position], places[companion]) {
                throw refusal(
                    "`\(parameter.name)` is \(places[position].description), and `\(plan.parameters[companion].name)` is "
                        + "\(places[companion].description); they must have the same sizes")
            }
            guard parameter.isWritten, let mine = arrays[position] else { continue }
            for (other, theirs) in arrays.enumerated() where other != position {
                if let theirs, mine.overlaps(theirs) {
                    throw refusal(
                        "the memory of `\(parameter.name)`, which changes, is also that of "
                            + "`\(plan.parameters[other].name)`")
                }
            }
        }
    }

    private func sameShape<Number>(_ a: CUDAPlace<Number>, _ b: CUDAPlace<Number>) -> Bool {
        switch (a, b) {
        case (.reals(let x), .reals(let y)): x.count == y.count
        case (.matrix(let rows, let columns, _), .matrix(let otherRows, let otherColumns, _)):
            rows == otherRows && columns == otherColumns
        default: true
        }
    }

    func refusal(_ message: String) -> CUDAFunctionError {
        .arguments(ReversibilityError(.invalidArgument, message, function: plan.name))
    }
}
