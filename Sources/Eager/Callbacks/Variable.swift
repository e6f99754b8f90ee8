import ReversibleCore

/// What a kernel works on: memory for a value and for the gradient of the end of the program in it.
///
/// A kernel changes the value in place, and puts it back when its callback has returned; gradients grow. So what a program
/// over a data structure needs is one value and one gradient for every place that it names, whatever runs on them.
///
/// ```swift
/// let state = try State([1, 2])
/// print(try state.value)      // [1.0, 2.0]
/// ```
///
/// A variable belongs to one thread.
public final class Variable<Content: Argument> {
    let values: [NativeBuffer<Double>]
    let gradients: [NativeBuffer<Double>]

    /// A variable with a copy of `value`, and gradient 0.
    ///
    /// - Throws: An error of kind `.invalidArgument` for a value that a kernel cannot change in place: stacks, and structs
    ///   whose fields do not fit their places.
    public init(_ value: Content.Value) throws(ReversibilityError) {
        let leaves = try Self.leaves { writer in try Content.pack(value, into: &writer) }
        values = leaves.map { Self.allocate($0) }
        gradients = leaves.compactMap { $0.isReal ? Self.allocate($0.zeros()) : nil }
    }

    deinit {
        for buffer in values + gradients {
            switch buffer {
            case .real(let number): number.deallocate()
            case .integer(let number): number.deallocate()
            case .reals(let numbers), .matrix(_, _, let numbers): numbers.deallocate()
            case .integers(let numbers): numbers.deallocate()
            }
        }
    }

    /// What the memory holds.
    public var value: Content.Value {
        get throws(ReversibilityError) {
            try Self.reporting {
                var reader = ValueReader(values.map { $0.leaf() })
                return try Content.unpack(from: &reader)
            }
        }
    }

    /// The gradient in the value, as far as callbacks have returned.
    public var gradient: Content.Value.Gradient {
        get throws(ReversibilityError) {
            try Self.reporting {
                var reader = ValueReader(gradients.map { $0.leaf() })
                return try Content.unpackGradient(from: &reader)
            }
        }
    }

    /// Replaces the value by one of the same size.
    public func set(_ value: Content.Value) throws(ReversibilityError) {
        try Self.assign(
            try Self.leaves { writer in try Content.pack(value, into: &writer) }, to: values, "value")
    }

    /// Replaces the gradient by one of the value's size: at the end of a program the derivative of what is wanted.
    public func setGradient(_ gradient: Content.Value.Gradient) throws(ReversibilityError) {
        let leaves = try Self.leaves { writer in try Content.packGradient(gradient, into: &writer) }
        try Self.assign(leaves, to: gradients, "gradient")
    }

    /// Calls `body` with the memory of every real place, of its value and of its gradient, for updates without copies.
    ///
    /// - Parameter body: Must not keep the memory, which belongs to the variable; no kernel may run on it meanwhile.
    public func withMemory(
        _ body: (
            _ values: UnsafeMutableBufferPointer<Double>, _ gradients: UnsafeMutableBufferPointer<Double>
        ) throws -> Void
    ) rethrows {
        for (value, gradient) in zip(values.filter(\.isReal), gradients) {
            try body(value.reals, gradient.reals)
        }
    }

    /// Sets the gradient to 0.
    public func clearGradient() {
        for buffer in gradients { buffer.clear() }
    }
}

/// A vector with its gradient: the state of a cell of a network, for example.
public typealias State = Variable<Vector>

extension Variable {
    private static func reporting<Result>(
        _ body: () throws -> Result
    ) throws(ReversibilityError) -> Result {
        do {
            return try body()
        } catch let error as ReversibilityError {
            throw error
        } catch {
            throw ReversibilityError(.invalidArgument, "\(error)", function: "Variable<\(Content.self)>")
        }
    }

    private static func leaves(
        _ pack: (inout ValueWriter) throws -> Void
    ) throws(ReversibilityError) -> [Leaf<Double>] {
        try reporting {
            var writer = ValueWriter()
            try pack(&writer)
            return writer.leaves
        }
    }

    private static func allocate(_ leaf: Leaf<Double>) -> NativeBuffer<Double> {
        func copy<Number>(_ numbers: [Number]) -> UnsafeMutableBufferPointer<Number> {
            let memory = UnsafeMutableBufferPointer<Number>.allocate(capacity: numbers.count)
            _ = memory.initialize(from: numbers)
            return memory
        }
        switch leaf {
        case .real(let number):
            let memory = UnsafeMutablePointer<Double>.allocate(capacity: 1)
            memory.initialize(to: number)
            return .real(memory)
        case .integer(let number):
            let memory = UnsafeMutablePointer<Int>.allocate(capacity: 1)
            memory.initialize(to: number)
            return .integer(memory)
        case .reals(let numbers): return .reals(copy(numbers))
        case .integers(let numbers): return .integers(copy(numbers))
        case .matrix(let rows, let columns, let numbers):
            return .matrix(rows: rows, columns: columns, copy(numbers))
        }
    }

    private static func assign(
        _ leaves: [Leaf<Double>], to buffers: [NativeBuffer<Double>], _ noun: String
    ) throws(ReversibilityError) {
        for (leaf, buffer) in zip(leaves, buffers) where leaf.size != buffer.leaf().size {
            throw ReversibilityError(
                .lengthMismatch,
                "the \(noun) has \(leaf.size), and the variable \(buffer.leaf().size); make another variable for another size",
                function: "Variable<\(Content.self)>")
        }
        for (leaf, buffer) in zip(leaves, buffers) { buffer.assign(leaf) }
    }
}

extension Leaf<Double> {
    fileprivate var isReal: Bool {
        switch self {
        case .real, .reals, .matrix: true
        case .integer, .integers: false
        }
    }

    /// How many numbers it has, in words.
    fileprivate var size: String {
        switch self {
        case .real, .integer: "1 number"
        case .reals(let numbers): "\(numbers.count) numbers"
        case .integers(let numbers): "\(numbers.count) integers"
        case .matrix(let rows, let columns, _): "\(rows)×\(columns) numbers"
        }
    }
}

extension NativeBuffer<Double> {
    fileprivate var isReal: Bool {
        switch self {
        case .real, .reals, .matrix: true
        case .integer, .integers: false
        }
    }

    /// The real numbers.
    fileprivate var reals: UnsafeMutableBufferPointer<Double> {
        switch self {
        case .real(let number): UnsafeMutableBufferPointer(start: number, count: 1)
        case .reals(let numbers), .matrix(_, _, let numbers): numbers
        case .integer, .integers: UnsafeMutableBufferPointer(start: nil, count: 0)
        }
    }
}
