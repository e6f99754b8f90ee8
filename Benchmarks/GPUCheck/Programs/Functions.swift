import AD
import ReversibleCore

// Every elementary function, over special values, points of ordinary size, and points of all sizes.
extension Catalogue {
    static var functions: [Subject] {
        ElementaryFunction.allCases.map { function in
            Subject(
                "\(function)", .functions, program(of: function), aspects: [.forward], sizes: 1...100_000,
                largestInterpreted: 100_000
            ) { points(of: function, $0) }
        }
    }

    /// `out += f(x)`, or `f(x, y)`.
    private static func program(
        of function: ElementaryFunction
    ) -> ReversibleFunction<Vector, Vector, Vector> {
        ReversibleFunction(function.name, parameters: ["out", "x", "y"]) {
            (out: Vector, x: Vector, y: Vector) in
            ParallelFor(out.indices) { i in
                let first = function == .polygamma ? Expr(.real(0)) : Expr(x[i].node)
                let second = function == .polygamma ? Expr(x[i].node) : Expr(y[i].node)
                let value: Expr =
                    function.arity == 1 ? .evaluate(function, first) : .evaluate(function, first, second)
                out[i] += value
            }
        }
    }

    private static let special = [
        0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3.5, 0.1, 6.5, 20, 170.3, 171.7, 709.7, 710, -745.2, -708.4, 88.8,
        -103.9,
        1 - 0x1p-53, 1 + 0x1p-52, 0x1p-30, 1e5, 1e15, 0x1p52, 0x1p53 + 2, 1e22, 1e300, 1.5707963267948966,
        3.141592653589793, 0x1p-1022, 0x1p-1030, -0x1p-1030, 0x1p-1074, 1e38, 0x1p-126, 0x1p-140, 1e308,
        -1e308,
        .greatestFiniteMagnitude, .infinity, -.infinity, .nan,
    ]

    /// The special values, or all pairs of them, and as many others: half of ordinary size, half of all sizes.
    private static func points(of function: ElementaryFunction, _ count: Int) -> [Leaf<Double>] {
        var (x, y): ([Double], [Double]) = ([], [])
        // Few sizes are asked for that leave no room for the pairs.
        if function.arity == 2, function != .polygamma, count >= 1000 {
            for a in special {
                for b in special {
                    x.append(a)
                    y.append(b)
                }
            }
        } else {
            x = special
            y = special
        }
        var numbers = Numbers(seed: 11)
        func ofAnySize() -> Double {
            let size = Double(bitPattern: UInt64(numbers.uniform(1, 2046)) << 52)
            return (numbers.uniform(0, 1) < 0.5 ? -1 : 1) * numbers.uniform(1, 2) * size
        }
        // Most of single precision's range too.
        func ofOrdinarySize() -> Double {
            let range = [3.0, 100, 1e4][numbers.below(3)]
            return numbers.uniform(-range, range)
        }
        for i in 0..<count {
            x.append(i % 2 == 0 ? ofOrdinarySize() : ofAnySize())
            y.append(i % 2 == 0 || i % 3 == 0 ? ofOrdinarySize() : ofAnySize())
        }
        return [.reals(.zeros(x.count)), .reals(x), .reals(y)]
    }
}
