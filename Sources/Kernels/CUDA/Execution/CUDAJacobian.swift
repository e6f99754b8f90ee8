import AD
import ReversibleCore

/// A Jacobian as kernels on a device: same call, same results.
///
/// Columns come from forward runs, one for every number of the input, or rows from backward runs, one for every
/// number of the output, whichever are fewer. The arguments are copied to the device once, and the Jacobian back.
public struct CUDAJacobian<each A: Argument>: Sendable {
    /// For columns; nil where rows are always fewer, or the output does not depend on the input.
    let forward: DeviceProgram?
    /// For rows; nil where columns are never more.
    let backward: DeviceProgram?
    let function: Definition
    /// For every argument whether the forward program has tangents of it.
    let hasTangents: [Bool]
    /// The number of the argument whose final value is differentiated.
    public let output: Int
    /// The number of the argument in whose initial value it is differentiated.
    public let input: Int
    /// The device that the kernels are loaded on.
    public let device: CUDADevice

    /// The PTX texts of the programs: of columns, of rows, or of both.
    public var texts: [String] { [forward, backward].compactMap { $0?.plan.text } }

    /// The Jacobian at a point, as `jacobian` gives it.
    ///
    /// - Throws: What is wrong with the arguments, what undoing has lost, or what went wrong on the device.
    public func callAsFunction(_ arguments: repeat (each A).Value) throws(CUDAFunctionError) -> DenseMatrix {
        try reportingFunction(function.name) {
            var writer = ValueWriter()
            repeat try (each A).pack(each arguments, into: &writer)
            return try jacobian(at: writer.leaves)
        }
    }

    private func jacobian(at values: [Leaf<Double>]) throws -> DenseMatrix {
        try function.checkArguments(values)
        let zeros = function.zeroGradients(for: values)
        let rows = function.numberCount(ofArgument: output, in: zeros)
        let columns = function.numberCount(ofArgument: input, in: zeros)
        var result = DenseMatrix(rows: rows, columns: columns)
        if let backward, columns > rows || forward == nil {
            let (leaves, places) = derivatives(values, zeros) { _ in true }
            let numbers = try backward.sweep(leaves, seeding: places[output], reading: places[input])
            for row in 0..<rows {
                for column in 0..<columns { result[row, column] = numbers[row * columns + column] }
            }
        } else if let forward {
            let (leaves, places) = derivatives(values, zeros) { hasTangents[$0] }
            let numbers = try forward.sweep(leaves, seeding: places[input], reading: places[output])
            for row in 0..<rows {
                for column in 0..<columns { result[row, column] = numbers[column * rows + row] }
            }
        }
        return result
    }

    /// The places of a program of derivatives, and for every argument where its derivatives are.
    private func derivatives(
        _ values: [Leaf<Double>], _ zeros: [Leaf<Double>], _ isThere: (Int) -> Bool
    ) -> (leaves: [Leaf<Double>], places: [[Int]]) {
        var (leaves, places): ([Leaf<Double>], [[Int]]) = ([], [])
        var position = 0
        for (argument, parameters) in function.arguments.enumerated() {
            leaves += values[position..<(position + parameters.count)]
            position += parameters.count
            let own = isThere(argument) ? function.gradients(ofArgument: argument, in: zeros) : []
            places.append(Array(leaves.count..<(leaves.count + own.count)))
            leaves += own
        }
        return (leaves, places)
    }
}

/// Turns a Jacobian into kernels and loads them on a device.
///
/// ```swift
/// let fast = try compile(jacobian(f, of: 0, with: 1), on: .cuda)
/// ```
///
/// - Parameter checks: With `.undoing`, the default, what backward runs read after undoing is verified, and with
///   `.none` nothing.
/// - Throws: `device` where there is no driver or no device, or the driver refuses the kernels; `program` if the
///   program has no form on a device.
public func compile<each A: Argument>(
    _ jacobian: Jacobian<repeat each A>, on target: CUDATarget, checks: Checks = .undoing,
    options: PTXOptions = PTXOptions()
) throws(CUDAFunctionError) -> CUDAJacobian<repeat each A> {
    try loadingProgram(on: target) { device in
        let (forward, backward) = try kernelPlans(jacobian, checks: checks, options: options)
        let function = try jacobian.function.definition
        let tangent = try function.tangent(moving: [jacobian.input])
        return CUDAJacobian(
            forward: try forward.map { try DeviceProgram($0, on: device) },
            backward: try backward.map { try DeviceProgram($0, on: device) },
            function: function,
            hasTangents: function.arguments.indices.map { function.hasTangents($0, in: tangent) },
            output: jacobian.output, input: jacobian.input,
            device: device)
    }
}
