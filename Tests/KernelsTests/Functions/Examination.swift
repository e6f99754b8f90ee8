import AD
import NativeEngine
import Testing

/// What the tests of the building blocks share.
enum Examination {
    /// Numbers between −1 and 1 that are the same in every run; the scripts that made the reference values use the
    /// same formula.
    static func numbers(_ count: Int, _ seed: Double = 0.5, scale: Double = 1, shift: Double = 0) -> [Double]
    {
        (0..<count).map { i in
            let turn = (Double(i) + seed) * 0.754_877_666_246_692_7
            return shift + scale * (2 * (turn - turn.rounded(.down)) - 1)
        }
    }

    /// A matrix of such numbers.
    static func matrix(
        _ rows: Int, _ columns: Int, _ seed: Double = 0.5, scale: Double = 1
    ) -> DenseMatrix {
        var result = DenseMatrix(rows: rows, columns: columns)
        for (position, number) in numbers(rows * columns, seed, scale: scale).enumerated() {
            result[position / columns, position % columns] = number
        }
        return result
    }

    /// Whether numbers agree to `tolerance`, relative to the larger of 1 and the largest expected one.
    static func agree(_ found: [Double], _ expected: [Double], _ tolerance: Double) -> Bool {
        let scale = expected.lazy.map(\.magnitude).filter(\.isFinite).reduce(1, max)
        return found.count == expected.count
            && zip(found, expected).allSatisfy {
                $0 == $1 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= tolerance * scale
            }
    }

    static func agree(_ found: Double, _ expected: Double, _ tolerance: Double) -> Bool {
        agree([found], [expected], tolerance)
    }

    static func agree(_ found: DenseMatrix, _ expected: [Double], _ tolerance: Double) -> Bool {
        agree(found.elements, expected, tolerance)
    }

    /// Checks a program whose argument 0 is a loss: its inverse, its gradients, and the native code of both.
    ///
    /// Native values with checks are the interpreter's. Without, they may differ by the order of sums and by 2 units in the last place of elementary functions within
    /// parallel loops; gradients to 1e-12 of the largest.
    static func examine<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value,
        location: Testing.SourceLocation = #_sourceLocation
    ) throws {
        try compareValues(f, repeat each arguments, location: location)
        let gradient = flatten(try grad(f, repeat each arguments))
        let slope = flatten(try compile(grad(f))(repeat each arguments))
        #expect(agree(slope, gradient, 1e-12), "native gradient", sourceLocation: location)
    }

    /// The same for a program without a loss: the native Jacobians of argument 0 in the others named are compared.
    static func examineMap<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value,
        with inputs: [Int] = [0, 1],
        location: Testing.SourceLocation = #_sourceLocation
    ) throws {
        try compareValues(f, repeat each arguments, location: location)
        for input in inputs {
            let expected = try jacobian(f, repeat each arguments, of: 0, with: input).elements
            let native = try compile(jacobian(f, of: 0, with: input))(repeat each arguments).elements
            #expect(agree(native, expected, 1e-12), "native Jacobian in \(input)", sourceLocation: location)
        }
    }

    private static func compareValues<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value,
        location: Testing.SourceLocation
    ) throws {
        try checkInverse(f, repeat each arguments)
        try checkGrads(f, repeat each arguments, limit: 40)
        let values = flatten(try f(repeat each arguments))
        let native = flatten(try compile(f, checks: .none)(repeat each arguments))
        #expect(agree(native, values, 1e-14), "native values", sourceLocation: location)
        let checked = flatten(try compile(f)(repeat each arguments))
        #expect(agree(checked, values, 0), "native values with checks", sourceLocation: location)
    }

    /// All numbers of a tuple of host values, in order.
    private static func flatten(_ value: Any) -> [Double] {
        switch value {
        case let number as Double: [number]
        case let number as Int: [Double(number)]
        case let list as [Double]: list
        case let list as [Int]: list.map(Double.init)
        case let matrix as DenseMatrix: matrix.elements
        default: Mirror(reflecting: value).children.flatMap { flatten($0.value) }
        }
    }
}
