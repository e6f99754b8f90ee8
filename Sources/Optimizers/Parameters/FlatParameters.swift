import ReversibleCore

/// The value of a struct of places, or of a place, as one row of numbers.
///
/// ```swift
/// let flat = try FlatParameters(Camera.self, camera)
/// print(flat.names)                  // ["focal", "position[0]", "position[1]", "position[2]"]
/// let far = try flat.value(of: flat.numbers.map { 2 * $0 })
/// ```
///
/// The numbers are the real ones, field after field in the order of declaration, matrices row after row: the order of
/// Jacobians' columns. Integers stay as they are in the value.
///
/// It is as `Codable` as the value, and is stored as the value.
public struct FlatParameters<Model: Argument>: Sendable {
    /// The value.
    public let value: Model.Value
    let leaves: [Leaf<Double>]
    private let fields: [String]

    /// The numbers of a value.
    ///
    /// - Throws: An `invalidArgument` that says which field of the value is not what its place needs.
    public init(_ model: Model.Type = Model.self, _ value: Model.Value) throws(OptimizerError) {
        self.value = value
        var writer = ValueWriter()
        do {
            try Model.pack(value, into: &writer)
            fields = try Model.fieldNames()
        } catch {
            throw OptimizerError(.invalidArgument, "\(error)", cause: error)
        }
        leaves = writer.leaves
    }

    /// The numbers in a row.
    public var numbers: [Double] { leaves.flatMap(\.numbers) }

    /// A value of the same sizes and integers with other numbers.
    ///
    /// - Throws: An `invalidArgument` if there are not as many numbers.
    public func value(of numbers: [Double]) throws(OptimizerError) -> Model.Value {
        guard numbers.count == count else {
            throw OptimizerError(
                .invalidArgument, "\(numbers.count) numbers were given for a value that has \(count)")
        }
        var reader = ValueReader(leaves.filled(with: numbers))
        do {
            return try Model.unpack(from: &reader)
        } catch {
            throw OptimizerError(.invalidArgument, "\(error)", cause: error)
        }
    }

    /// How many numbers there are.
    public var count: Int { leaves.reduce(0) { $0 + $1.numbers.count } }

    /// For every number the field and the index: `weights[3]`, `pose.rotation[0, 2]`; empty for a `Scalar` by itself.
    public var names: [String] {
        zip(fields, leaves).flatMap { (name, leaf) -> [String] in
            switch leaf {
            case .real: [name]
            case .reals(let numbers): numbers.indices.map { "\(name)[\($0)]" }
            case .matrix(_, let columns, let numbers):
                numbers.indices.map { "\(name)[\($0 / columns), \($0 % columns)]" }
            case .integer, .integers: []
            }
        }
    }
}

extension FlatParameters: Encodable where Model.Value: Encodable {
    /// Encodes the value.
    public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

extension FlatParameters: Decodable where Model.Value: Decodable {
    /// Decodes a value.
    public init(from decoder: any Decoder) throws { try self.init(Model.self, Model.Value(from: decoder)) }
}

extension Bounds {
    /// Bounds for the numbers of a struct of places, in its own type.
    ///
    /// - Throws: An error if the two do not have as many numbers.
    public init<Model: Argument>(
        _ model: Model.Type, lower: Model.Value, upper: Model.Value
    ) throws(OptimizerError) {
        self.init(
            lower: try FlatParameters(model, lower).numbers, upper: try FlatParameters(model, upper).numbers)
        guard self.lower.count == self.upper.count else {
            throw OptimizerError(
                .invalidBounds,
                "the lower bounds are \(self.lower.count) numbers and the upper ones \(self.upper.count); the fields must "
                    + "have the same sizes")
        }
    }
}
