import NativeEngine

/// An array that a program reads and does not change.
enum ProgramInput {
    case reals([Double])
    case integers([Int])
    case matrix(DenseMatrix)

    /// Calls `body` with the memory of all `inputs`.
    ///
    /// The memory is that of the arrays, not a copy, so `body` must not change it.
    static func withMemory<Result>(
        of inputs: [ProgramInput], _ body: ([NativeBuffer<Double>]) throws(BundleAdjustmentError) -> Result
    ) throws(BundleAdjustmentError) -> Result {
        try withMemory(of: inputs[...], after: [], body)
    }

    private static func withMemory<Result>(
        of inputs: ArraySlice<ProgramInput>, after places: [NativeBuffer<Double>],
        _ body: ([NativeBuffer<Double>]) throws(BundleAdjustmentError) -> Result
    ) throws(BundleAdjustmentError) -> Result {
        guard let first = inputs.first else { return try body(places) }
        let rest = inputs.dropFirst()
        switch first {
        case .reals(let numbers):
            return try numbers.withUnsafeBufferPointer { memory throws(BundleAdjustmentError) in
                try withMemory(
                    of: rest, after: places + [.reals(UnsafeMutableBufferPointer(mutating: memory))], body)
            }
        case .integers(let numbers):
            return try numbers.withUnsafeBufferPointer { memory throws(BundleAdjustmentError) in
                try withMemory(
                    of: rest, after: places + [.integers(UnsafeMutableBufferPointer(mutating: memory))], body)
            }
        case .matrix(let matrix):
            return try matrix.elements.withUnsafeBufferPointer { memory throws(BundleAdjustmentError) in
                let place = NativeBuffer<Double>.matrix(
                    rows: matrix.rows, columns: matrix.columns, UnsafeMutableBufferPointer(mutating: memory))
                return try withMemory(of: rest, after: places + [place], body)
            }
        }
    }
}

extension NativeBuffer<Double> {
    /// The elements, or the rows, of `range`.
    func part(_ range: Range<Int>) -> NativeBuffer<Double> {
        switch self {
        case .real, .integer: self
        case .reals(let memory): .reals(UnsafeMutableBufferPointer(rebasing: memory[range]))
        case .integers(let memory): .integers(UnsafeMutableBufferPointer(rebasing: memory[range]))
        case .matrix(_, let columns, let memory):
            .matrix(
                rows: range.count, columns: columns,
                UnsafeMutableBufferPointer(
                    rebasing: memory[columns * range.lowerBound..<columns * range.upperBound]))
        }
    }

    /// Sets all numbers to 0.
    func clear() {
        switch self {
        case .reals(let memory), .matrix(_, _, let memory): memory.update(repeating: 0)
        default: break
        }
    }
}
