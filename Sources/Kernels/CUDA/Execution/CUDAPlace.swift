import ReversibleCore

/// Data of a device that stands for one place of a function's arguments.
public enum CUDAPlace<Number: BitwiseCopyable & Sendable>: Sendable {
    /// A `Scalar` in a buffer of one element. One that the program only reads is fetched before the launch, which
    /// waits for the stream.
    case real(CUDABuffer<Number>)
    /// The value of a `Scalar` that the program does not change.
    case realValue(Number)
    /// An `Integer` in a buffer of one element. One that the program only reads is fetched before the launch, which
    /// waits for the stream.
    case integer(CUDABuffer<Int>)
    /// The value of an `Integer` that the program does not change.
    case integerValue(Int)
    /// A `Vector`.
    case reals(CUDABuffer<Number>)
    /// An `IntegerVector`.
    case integers(CUDABuffer<Int>)
    /// A `Matrix`, row after row.
    case matrix(rows: Int, columns: Int, CUDABuffer<Number>)
}

extension CUDAPlace {
    /// The elements' memory, if the place is in memory.
    var memory: DeviceArray? {
        switch self {
        case .real(let buffer), .reals(let buffer), .matrix(_, _, let buffer): DeviceArray(buffer)
        case .integer(let buffer), .integers(let buffer): DeviceArray(buffer)
        case .realValue, .integerValue: nil
        }
    }

    func fits(_ kind: Variable.Kind) -> Bool {
        switch (kind, self) {
        case (.scalar, .real(let buffer)): return buffer.count == 1
        case (.integer, .integer(let buffer)): return buffer.count == 1
        case (.scalar, .realValue), (.integer, .integerValue), (.vector, .reals), (.integerVector, .integers):
            return true
        case (.matrix, .matrix(let rows, let columns, let elements)):
            let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
            return rows >= 0 && columns >= 0 && !overflow && count == elements.count
        default: return false
        }
    }

    /// What it is, for messages.
    var description: String {
        switch self {
        case .real(let buffer): "a buffer of \(buffer.count) reals for a Scalar, which has 1"
        case .integer(let buffer): "a buffer of \(buffer.count) integers for an Integer, which has 1"
        case .realValue: "the value of a Scalar"
        case .integerValue: "the value of an Integer"
        case .reals(let buffer): "a Vector of \(buffer.count) elements"
        case .integers(let buffer): "an IntegerVector of \(buffer.count) elements"
        case .matrix(let rows, let columns, let buffer):
            "a Matrix of \(rows)×\(columns) in a buffer of \(buffer.count) elements"
        }
    }
}

/// A buffer whose type of elements does not matter.
struct DeviceArray: Sendable {
    let argument: CUDAArgument
    let address: UInt64
    let bytes: Int
    let count: Int
    let clear: @Sendable (CUDAStream) throws(CUDAError) -> Void
    /// The last 64 bits, once the stream's work so far is done.
    let lastWord: @Sendable (CUDAStream) throws(CUDAError) -> UInt64

    init<Element>(_ buffer: CUDABuffer<Element>) {
        argument = .buffer(buffer)
        address = buffer.address
        bytes = buffer.bytes
        count = buffer.count
        clear = { (stream) throws(CUDAError) in try buffer.clear(on: stream) }
        lastWord = { (stream) throws(CUDAError) in
            try buffer.elements(on: stream).withUnsafeBytes {
                $0.count < 8 ? 0 : $0.loadUnaligned(fromByteOffset: $0.count - 8, as: UInt64.self)
            }
        }
    }

    func overlaps(_ other: DeviceArray) -> Bool {
        bytes > 0 && other.bytes > 0 && address < other.address + UInt64(other.bytes)
            && other.address < address + UInt64(bytes)
    }
}
