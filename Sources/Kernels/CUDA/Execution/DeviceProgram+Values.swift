import AD
import ReversibleCore

extension DeviceProgram {
    /// Runs on values of the host: copies them to the device, and what changes back.
    ///
    /// - Parameter wanted: For every place whether what it becomes is wanted; the others are returned as they were.
    package func run(
        _ leaves: [Leaf<Double>], wanted: [Bool]? = nil, on stream: CUDAStream? = nil
    ) throws(CUDAFunctionError) -> [Leaf<Double>] {
        try reportingFunction(plan.name) {
            plan.precision == .double
                ? try run(leaves, wanted, stream, Double.self) : try run(leaves, wanted, stream, Float.self)
        }
    }

    private func run<Number: DeviceNumber>(
        _ leaves: [Leaf<Double>], _ wanted: [Bool]?, _ stream: CUDAStream?, _ type: Number.Type
    ) throws -> [Leaf<Double>] {
        try withPlaces(for: leaves, on: stream, type) { places in
            try judge(try start(places.bindings, on: places.stream), on: places.stream)
            return try places.fetch(leaves) {
                plan.parameters[$0].isWritten && wanted?[$0] ?? true
            }
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
                    "`\(parameter.name)` is of type \(parameter.kind.typeName) and was given \(value.text)")
            }
            if let companion = companions[position], value.sizes != values[companion].sizes {
                throw refusal(
                    "`\(parameter.name)` is \(value.text), and `\(plan.parameters[companion].name)` is "
                        + "\(values[companion].text); they must have the same sizes")
            }
        }
        return try run(values)
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

    /// What it is, for messages.
    fileprivate var text: String {
        switch self {
        case .real: "the value of a Scalar"
        case .integer: "the value of an Integer"
        case .reals(let elements): "a Vector of \(elements.count) elements"
        case .integers(let elements): "an IntegerVector of \(elements.count) elements"
        case .matrix(let rows, let columns, let elements):
            "a Matrix of \(rows)×\(columns) with \(elements.count) elements"
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
