import ReversibleCore

/// Lanes of single precision.
enum FloatLanes {
    /// The functions that are a few instructions also in single precision; nil for the others.
    static func source(_ function: ElementaryFunction) -> String? {
        let name = VectorMath.laneName(function)
        func define(_ lines: String...) -> String {
            let parameters = function.arity == 1 ? "vf x" : "vf x, vf y"
            let body = lines.map { "    \($0)\n" }.joined()
            return "static inline vf \(name)(\(parameters)) {\n\(body)}\n"
        }
        switch function {
        case .negate: return define("return -x;")
        case .abs: return define("return (vf)((math_word32)x & INT32_C(0x7fffffff));")
        case .sign:
            return define(
                "vf one = (vf){0} + 1;",
                "return math_select32((math_word32)(x > 0), one, math_select32((math_word32)(x < 0), -one, x));"
            )
        case .floor:
            return define("for (int lane = 0; lane < LANES; lane++) x[lane] = floorf(x[lane]);", "return x;")
        case .sqrt:
            return define("for (int lane = 0; lane < LANES; lane++) x[lane] = sqrtf(x[lane]);", "return x;")
        case .stopGradient: return define("return x;")
        case .add: return define("return x + y;")
        case .subtract: return define("return x - y;")
        case .multiply: return define("return x * y;")
        case .divide: return define("return x / y;")
        case .chain:
            return define(
                "return math_select32((math_word32)(x == 0) | (math_word32)(y == 0), (vf){0}, x * y);")
        case .min: return define("return math_select32((math_word32)(x <= y) | (math_word32)(x != x), x, y);")
        case .max: return define("return math_select32((math_word32)(x >= y) | (math_word32)(x != x), x, y);")
        default: return nil
        }
    }

    /// A function that computes in double precision, with the double function `inner`.
    static func wrapper(_ name: String, _ inner: String, _ function: ElementaryFunction) -> String {
        let parameters = function.arity == 1 ? ["x"] : ["x", "y"]
        let arguments = parameters.map { "__builtin_convertvector(\($0), math_real)" }.joined(separator: ", ")
        return """
            static inline vf \(name)(\(parameters.map { "vf " + $0 }.joined(separator: ", "))) {
                return __builtin_convertvector(\(inner)(\(arguments)), vf);
            }

            """
    }
}
