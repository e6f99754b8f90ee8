import ReversibleCore

extension VectorMath {
    /// The C function that computes what the interpreter does, to the bit: one of <math.h>, or one of
    /// ``scalarSource(for:number:)``.
    package static func scalarName(_ function: ElementaryFunction, number: NativeNumber) -> String {
        switch (function, number) {
        case (.abs, .double): "fabs"
        case (.abs, .float): "fabsf"
        case (.floor, .float): "floorf"
        case (.sqrt, .float): "sqrtf"
        default:
            isInLibrary(function) && number == .double
                ? identifier(function) : "scalar_" + identifier(function)
        }
    }

    /// Definitions of the functions that <math.h> does not have, or has with another meaning; each once.
    package static func scalarSource(for functions: [ElementaryFunction], number: NativeNumber) -> String {
        var parts: [String] = []
        for function in functions {
            let name = scalarName(function, number: number)
            guard name.hasPrefix("scalar_") else { continue }
            let text = scalarDefinition(function, name, number.typeName)
            if !parts.contains(text) { parts.append(text) }
        }
        return parts.joined(separator: "\n")
    }

    /// Whether <math.h> has the function, with the interpreter's meaning, under its name here.
    private static func isInLibrary(_ function: ElementaryFunction) -> Bool {
        switch function {
        case .negate, .abs, .sign, .stopGradient, .softplus, .lgamma, .add, .subtract, .multiply, .divide,
            .min, .max, .polygamma,
            .chain:
            false
        default: true
        }
    }

    private static func scalarDefinition(
        _ function: ElementaryFunction,
        _ name: String,
        _ type: String
    ) -> String {
        func define(_ body: String) -> String {
            let parameters = function.arity == 1 ? "\(type) x" : "\(type) x, \(type) y"
            return "static inline \(type) \(name)(\(parameters)) { return \(body); }\n"
        }
        switch function {
        case .negate: return define("-x")
        case .sign: return define("x > 0 ? 1 : x < 0 ? -1 : x")
        case .stopGradient: return define("x")
        case .softplus:
            return define("(\(type))((x > 0 ? (double)x : 0) + log1p(exp(-fabs((double)x))))")
        case .add: return define("x + y")
        case .subtract: return define("x - y")
        case .multiply: return define("x * y")
        case .divide: return define("x / y")
        case .chain:
            return "/* A product in which 0 wins over an infinity or a NaN. */\n"
                + define("x == 0 || y == 0 ? 0 : x * y")
        case .min: return define("x <= y || x != x ? x : y")
        case .max: return define("x >= y || x != x ? x : y")
        case .lgamma:
            // lgamma would store a sign in a global variable, a data race.
            return """
                extern double lgamma_r(double, int *);
                static inline \(type) \(name)(\(type) x) {
                    int sign = 0;
                    return (\(type))lgamma_r((double)x, &sign);
                }

                """
        case .polygamma:
            return PolygammaSource.text
                + define("(\(type))scalar_polygamma_series((double)x, (double)y)")
        default:
            // Single precision: the double's result, rounded.
            return define(
                function.arity == 1
                    ? "(float)\(identifier(function))((double)x)"
                    : "(float)\(identifier(function))((double)x, (double)y)")
        }
    }
}
