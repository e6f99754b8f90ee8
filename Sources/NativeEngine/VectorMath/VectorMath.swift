import ReversibleCore

/// The elementary functions as C text over lanes of numbers, and for single numbers.
///
/// The text of ``source(for:number:)`` expects the types `vf` and `vi` and the function `lanes_any`. It has to be
/// compiled with ``compilerFlags`` for its results to be those of ``MathFragment/evaluate(_:)``.
package enum VectorMath {
    /// Without these, compilers fuse products with sums, or compute some powers otherwise than the C library.
    package static let compilerFlags = [
        "-ffp-contract=off", "-fno-builtin-pow", "-fno-builtin-exp2", "-fno-builtin-log", "-fno-builtin-exp",
        "-fno-builtin-sin", "-fno-builtin-cos", "-fno-builtin-tan",
    ]

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
            } else if let fragment = function.fragment {
                let name = isFloat ? "math_" + identifier(function) : laneName(function)
                definitions.append(FragmentRenderer.function(name, fragment, tables: &tables))
                if isFloat { definitions.append(FloatLanes.wrapper(laneName(function), name, function)) }
            } else {
                definitions.append(laneLoop(function, number))
            }
        }
        let scalars = wanted.filter { function in
            function.fragment == nil && !(isFloat && FloatLanes.source(function) != nil)
        }
        let body = definitions.joined(separator: "\n")
        return [
            scalarSource(for: scalars, number: number), VectorSupport.source(neededBy: body), tables.source,
            body,
        ]
        .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// A function that calls the scalar one for each lane.
    private static func laneLoop(_ function: ElementaryFunction, _ number: NativeNumber) -> String {
        let parameters = function.arity == 1 ? "vf x" : "vf x, vf y"
        let arguments = function.arity == 1 ? "x[lane]" : "x[lane], y[lane]"
        return """
            static inline vf \(laneName(function))(\(parameters)) {
                vf result = x;
                for (int lane = 0; lane < LANES; lane++)
                    result[lane] = \(scalarName(function, number: number))(\(arguments));
                return result;
            }

            """
    }

    /// The function's name in C identifiers.
    static func identifier(_ function: ElementaryFunction) -> String { "\(function)" }
}
