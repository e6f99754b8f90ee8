import AD
import ReversibleCore

/// A linear map made ready for many applications: its numbers in the order in which they are used, applied in memory of the
/// caller's.
///
/// Nothing is compiled, as a map is data: loops over its rows, several at a time where rows are made alike, are part of the
/// package. A map of few results and few arguments becomes its matrix, if that has fewer terms.
public struct NativeLinearMap: Sendable {
    /// The map that is applied, equal to the one that was given up to rounding.
    public let map: LinearMap
    private let transpose: LinearMap

    /// How many numbers come out.
    public var rows: Int { map.rows }
    /// How many numbers go in.
    public var columns: Int { map.columns }

    init(_ map: LinearMap) { (self.map, transpose) = (map, map.transpose) }

    /// The map's value for a direction: J d.
    ///
    /// - Throws: `lengthMismatch` if the direction has not ``columns`` numbers, or maps were put together that do not fit.
    public func callAsFunction(_ direction: [Double]) throws(ReversibilityError) -> [Double] {
        try map(direction)
    }

    /// The transposed map's value for weights of the results: Jᵀ w.
    ///
    /// - Throws: `lengthMismatch` if there are not ``rows`` weights, or maps were put together that do not fit.
    public func transposed(_ weights: [Double]) throws(ReversibilityError) -> [Double] {
        try map.transposed(weights)
    }

    /// Writes the map's value for a direction: the places are the direction, which stays, and the value, each a
    /// ``NativeBuffer/reals(_:)``.
    ///
    /// - Throws: `lengthMismatch` for memory of another size; `invalidArgument` for other places, or if the two overlap.
    public func run(inPlace places: [NativeBuffer<Double>]) throws(ReversibilityError) {
        try run(map, places, "direction")
    }

    /// Writes the transposed map's value for weights of the results: the places are the weights, which stay, and the value.
    ///
    /// - Throws: `lengthMismatch` for memory of another size; `invalidArgument` for other places, or if the two overlap.
    public func runTransposed(inPlace places: [NativeBuffer<Double>]) throws(ReversibilityError) {
        try run(transpose, places, "cotangent")
    }

    private func run(
        _ map: LinearMap, _ places: [NativeBuffer<Double>], _ noun: String
    ) throws(ReversibilityError) {
        guard places.count == 2, case .reals(let given) = places[0], case .reals(let values) = places[1]
        else {
            throw ReversibilityError(
                .invalidArgument,
                "a linear map runs over two places, the \(noun) and the value, each `.reals`; other places are given",
                function: "LinearMap")
        }
        try map.check(given.count, map.columns, noun, "takes")
        try map.check(values.count, map.rows, "value", "gives")
        guard let start = given.baseAddress, let end = values.baseAddress else {
            values.update(repeating: 0)
            return
        }
        guard start + given.count <= end || end + values.count <= start else {
            throw ReversibilityError(
                .invalidArgument, "the memory of the \(noun) overlaps that of the value; give each its own",
                function: "LinearMap")
        }
        map.apply(UnsafeBufferPointer(given), to: values)
    }
}

/// Makes a linear map ready for many applications, in place too.
///
/// ```swift
/// let fast = try compile(J)
/// try fast.run(inPlace: [.reals(direction), .reals(value)])
/// ```
///
/// - Throws: A ``NativeError`` of kind `invalidProgram` if the map was put together of maps that do not fit.
public func compile(_ map: LinearMap) throws(NativeError) -> NativeLinearMap {
    if let misfit = map.misfit { throw NativeError(.invalidProgram, misfit) }
    return NativeLinearMap(map.condensed)
}
