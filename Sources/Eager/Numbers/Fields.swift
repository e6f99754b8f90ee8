import ReversibleCore

/// The fields of a struct of numbers, as numbers that know their derivatives: what a struct becomes in a closure.
///
/// ```swift
/// struct Line: ArgumentValue { var slope: Double, offset: Double }
/// let fit = try grad(at: Line(slope: 2, offset: 1)) { line in line.slope * 3 + line.offset }
/// ```
///
/// A field is read by its name: a `Double` as a ``Traced`` number, `[Double]` as an array of them, a `DenseMatrix` as an
/// ``EagerMatrix``, an `Int` or `[Int]` as it is, and a struct again as its fields. Computed properties are no fields: reading one
/// makes the derivative an error.
@dynamicMemberLookup
public struct Fields<Value: ArgumentValue> {
    private let table: FieldTable
    /// Two structs with a code in every real field in place of its number: a key path leads to a code, and that to the number.
    /// What is computed from fields gives no pair of codes that belong together.
    private let codes: (first: Value, second: Value)

    fileprivate init(_ table: FieldTable, _ first: Value, _ second: Value) {
        self.table = table
        codes = (first, second)
    }

    /// A number.
    public subscript(dynamicMember path: KeyPath<Value, Double>) -> Traced {
        table.number(codes.first[keyPath: path], codes.second[keyPath: path])
    }

    /// An array of numbers.
    public subscript(dynamicMember path: KeyPath<Value, [Double]>) -> [Traced] {
        table.numbers(codes.first[keyPath: path], codes.second[keyPath: path])
    }

    /// A table of numbers.
    public subscript(dynamicMember path: KeyPath<Value, DenseMatrix>) -> EagerMatrix<Traced> {
        let (first, second) = (codes.first[keyPath: path], codes.second[keyPath: path])
        return EagerMatrix(
            unchecked: first.rows, first.columns, table.numbers(first.elements, second.elements))
    }

    /// An integer, which has no derivative.
    public subscript(dynamicMember path: KeyPath<Value, Int>) -> Int { codes.first[keyPath: path] }

    /// Integers, which have no derivatives.
    public subscript(dynamicMember path: KeyPath<Value, [Int]>) -> [Int] { codes.first[keyPath: path] }

    /// The fields of a struct in the struct.
    @_disfavoredOverload
    public subscript<Inner: ArgumentValue>(dynamicMember path: KeyPath<Value, Inner>) -> Fields<Inner> {
        Fields<Inner>(table, codes.first[keyPath: path], codes.second[keyPath: path])
    }
}

/// The numbers of a struct, found by codes.
private struct FieldTable {
    let numbers: [Traced]
    private let positions: [UInt64: Int]

    init(_ numbers: [Traced]) {
        self.numbers = numbers
        positions = Dictionary(
            numbers.indices.map { (Self.code($0, 0).bitPattern, $0) }, uniquingKeysWith: { first, _ in first }
        )
    }

    /// A number between 1 and 2 that says which number of a struct stands here.
    static func code(_ position: Int, _ series: UInt64) -> Double {
        // The finalizer of SplitMix64, a permutation of the positions.
        var bits = (UInt64(position) &* 2 &+ series &+ 1) &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double(bitPattern: 0x3FF0_0000_0000_0000 | ((bits ^ (bits >> 31)) >> 12))
    }

    func number(_ first: Double, _ second: Double) -> Traced {
        guard let position = positions[first.bitPattern], Self.code(position, 1) == second else {
            TraceRun.current?.refuseComputedField()
            return Traced(.nan)
        }
        return numbers[position]
    }

    func numbers(_ first: [Double], _ second: [Double]) -> [Traced] {
        zip(first, second).map { number($0, $1) }
    }
}

extension Derivative {
    /// The closure's value and derivatives at a struct of numbers.
    func takePlain<Value: ArgumentValue>(
        at point: Value, wantsValue: Bool, _ body: (Fields<Value>) throws -> Traced
    ) throws -> (value: Double, gradient: Value) {
        var fields: [(name: String, leaf: Leaf<Double>)] = []
        func structure(_ number: (Int) -> Double, ofGradient: Bool = false) throws -> Value {
            var contents: [String: Leaf<Double>] = [:]
            var position = 0
            for (name, leaf) in fields {
                contents[name] = leaf.renumbered(from: &position, number, clearsIntegers: ofGradient)
            }
            return try HostFields.value(Value.self, from: contents)
        }
        do {
            fields = try HostFields.leaves(of: point).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        } catch {
            throw ReversibilityError(
                .invalidArgument, "\(error)", function: "valueAndGrad", location: location)
        }
        let first = try structure { FieldTable.code($0, 0) }
        let second = try structure { FieldTable.code($0, 1) }
        let result = try takePlain(at: fields.flatMap(\.leaf.numbers), wantsValue: wantsValue) {
            try body(Fields(FieldTable($0), first, second))
        }
        return (result.value, try structure({ result.gradient[$0] }, ofGradient: true))
    }
}

extension Leaf<Double> {
    /// The real numbers.
    fileprivate var numbers: [Double] {
        switch self {
        case .real(let number): [number]
        case .reals(let numbers), .matrix(_, _, let numbers): numbers
        case .integer, .integers: []
        }
    }

    /// The same with other real numbers, from a position on.
    fileprivate func renumbered(
        from position: inout Int, _ number: (Int) -> Double, clearsIntegers: Bool
    ) -> Leaf<Double> {
        let positions = position..<(position + numbers.count)
        position = positions.upperBound
        switch self {
        case .real: return .real(number(positions.lowerBound))
        case .reals: return .reals(positions.map(number))
        case .matrix(let rows, let columns, _):
            return .matrix(rows: rows, columns: columns, positions.map(number))
        case .integer(let value): return .integer(clearsIntegers ? 0 : value)
        case .integers(let values): return .integers(clearsIntegers ? [] : values)
        }
    }
}
