import ReversibleCore

/// The elementary functions as C text over lanes of numbers, and for single numbers.
///
/// The text of ``source(for:number:)`` expects the types `vf` and `vi` and the function `lanes_any`. It has to be
/// compiled with ``compilerFlags`` for its results to be those of ``MathFragment/evaluate(_:)``.
package enum VectorMath {
    /// Without these, compilers fuse products with sums, replace some calls of the C library by others, compute
    /// calls with constant arguments otherwise than it does, and keep square roots from being an instruction.
    package static let compilerFlags =
        ["-ffp-contract=off", "-fno-math-errno"]
        + [
            "pow", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin",
            "acos",
            "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "cbrt", "hypot", "erf",
            "erfc",
        ].map { "-fno-builtin-" + $0 }

    /// The function over lanes: `lanes_exp`.
    package static func laneName(_ function: ElementaryFunction) -> String { "lanes_" + identifier(function) }

    /// Definitions of `lanes_f` for these functions, and of what they need.
    package static func source(for functions: [ElementaryFunction], number: NativeNumber) -> String {
        var wanted: [ElementaryFunction] = []
        for function in functions where !wanted.contains(function) { wanted.append(function) }
        let isFloat = number == .float
        var definitions: [String] = []
        var tables = FragmentTables()
        for function in wanted {
            if isFloat, let direct = FloatLanes.source(function) {
                definitions.append(direct)
            } else {
                let name = isFloat ? "math_" + identifier(function) : laneName(function)
                definitions.append(doubleLanes(function, name, &tables))
                if isFloat { definitions.append(FloatLanes.wrapper(laneName(function), name, function)) }
            }
        }
        let body = definitions.joined(separator: "\n")
        let scalars = wanted.contains(.polygamma) ? PolygammaSource.text : ""
        return [scalars, VectorSupport.source(neededBy: body), tables.source, body]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The function over lanes of doubles, under this name.
    private static func doubleLanes(
        _ function: ElementaryFunction,
        _ name: String,
        _ tables: inout FragmentTables
    ) -> String {
        if let fragment = function.fragment {
            return FragmentRenderer.function(name, fragment, tables: &tables)
        }
        guard function == .polygamma else { preconditionFailure("\(function) has no form for lanes") }
        return FragmentRenderer.function("math_digamma", .digamma, tables: &tables) + "\n"
            + PolygammaSource.lanes(name)
    }

    /// The function's name in C identifiers.
    static func identifier(_ function: ElementaryFunction) -> String { "\(function)" }
}
