import AD
import ReversibleCore

extension DeviceProgram {
    /// Runs on values of the host: copies them to the device, and what changes back.
    ///
    /// - Parameter wanted: For every place whether what it becomes is wanted; the others are returned as they were.
    package func run(
        _ leaves: [Leaf<Double>], wanted: [Bool]? = nil, on stream: CUDAStream? = nil
    ) throws(CUDAFunctionError) -> [Leaf<Double>] {
        let stream = stream ?? device.stream
        do {
            return plan.precision == .double
                ? try run(leaves, wanted, stream) {
                    $0
                } back: {
                    $0
                }
                : try run(leaves, wanted, stream) {
                    Float($0)
                } back: {
                    Double($0)
                }
        } catch {
            throw CUDAFunctionError(error, function: plan.name)
        }
    }

    /// The same on values whose kinds and sizes are checked first.
    func run(values: [Leaf<Double>]) throws(CUDAFunctionError) -> [Leaf<Double>] {
        guard values.count == plan.parameters.count else {
            throw refusal(
                "the function takes \(plan.parameters.count) places, and \(values.count) were given")
        }
        for (position, (parameter, value)) in zip(plan.parameters, values).enumerated() {
            guard value.fits(parameter.kind) else {
                throw refusal(
                    "`\(parameter.name)` is of type \(parameter.kind.typeName) and was given the value of a place of type "
                        + "\(value.typeName), or a matrix whose elements are not rows × columns")
            }
            if let companion = companions[position], value.sizes != values[companion].sizes {
                throw refusal(
                    "`\(parameter.name)` has \(value.sizes) elements, and `\(plan.parameters[companion].name)` has "
                        + "\(values[companion].sizes); they must have the same sizes")
            }
        }
        return try run(values)
    }

    private func run<Number: BitwiseCopyable & Sendable & BinaryFloatingPoint>(
        _ leaves: [Leaf<Double>], _ wanted: [Bool]?, _ stream: CUDAStream, there: (Double) -> Number,
        back: @escaping (Number) -> Double
    ) throws -> [Leaf<Double>] {
        var bindings: [DeviceBinding] = []
        var fetches: [(() throws -> Leaf<Double>)?] = []
        for (position, leaf) in leaves.enumerated() {
            var binding = DeviceBinding()
            var fetch: (() throws -> Leaf<Double>)?
            let number = plan.buffer(ofParameter: position)
            let isUsed = number.map { self.isUsed[$0] } ?? false
            func upload<Element>(_ elements: [Element]) throws -> CUDABuffer<Element>? {
                guard isUsed else { return nil }
                let buffer =
                    plan.parameters[position].startsAtZero
                    ? try CUDABuffer<Element>(count: elements.count, on: device, stream: stream)
                    : try CUDABuffer(elements, on: device, stream: stream)
                binding.memory = DeviceArray(buffer)
                return buffer
            }
            switch leaf {
            case .real(let value):
                binding.real = .real(value, plan.precision)
                if let buffer = try upload([there(value)]) {
                    fetch = { .real(back(try buffer.elements()[0])) }
                }
            case .integer(let value):
                binding.integer = value
                if let buffer = try upload([value]) { fetch = { .integer(try buffer.elements()[0]) } }
            case .reals(let elements):
                binding.count = elements.count
                if let buffer = try upload(elements.map(there)) {
                    fetch = { .reals(try buffer.elements().map(back)) }
                }
            case .integers(let elements):
                binding.count = elements.count
                if let buffer = try upload(elements) { fetch = { .integers(try buffer.elements()) } }
            case .matrix(let rows, let columns, let elements):
                (binding.count, binding.rows, binding.columns) = (elements.count, rows, columns)
                if let buffer = try upload(elements.map(there)) {
                    fetch = { .matrix(rows: rows, columns: columns, try buffer.elements().map(back)) }
                }
            }
            bindings.append(binding)
            let isWanted = wanted?[position] ?? true
            fetches.append(isWanted && plan.parameters[position].isWritten ? fetch : nil)
        }
        try run(bindings, on: stream)
        return try zip(leaves, fetches).map { leaf, fetch in
            // What no kernel changes has gone through the kernels' number type all the same.
            try fetch?() ?? leaf.map { back(there($0)) }
        }
    }
}

extension Leaf where Number == Double {
    fileprivate func fits(_ kind: Variable.Kind) -> Bool {
        switch (kind, self) {
        case (.scalar, .real), (.integer, .integer), (.vector, .reals), (.stack, .reals),
            (.integerVector, .integers):
            return true
        case (.matrix, .matrix(let rows, let columns, let elements)):
            let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
            return rows >= 0 && columns >= 0 && !overflow && count == elements.count
        default: return false
        }
    }

    fileprivate var sizes: [Int] {
        switch self {
        case .real, .integer: []
        case .reals(let v): [v.count]
        case .integers(let v): [v.count]
        case .matrix(let rows, let columns, _): [rows, columns]
        }
    }
}
