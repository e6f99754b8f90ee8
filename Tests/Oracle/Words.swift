import ReversibleCore

/// The functions of the language by their names.
enum Words {
    static let unary: [String: @Sendable (Expr) -> Expr] = [
        "-": { -$0 }, "abs": { abs($0) }, "sign": { sign($0) }, "floor": { floor($0) }, "sqrt": { sqrt($0) },
        "cbrt": { cbrt($0) }, "exp": { exp($0) }, "exp2": { exp2($0) }, "expm1": { expm1($0) },
        "log": { log($0) }, "log2": { log2($0) }, "log10": { log10($0) }, "log1p": { log1p($0) },
        "sin": { sin($0) }, "cos": { cos($0) }, "tan": { tan($0) }, "asin": { asin($0) },
        "acos": { acos($0) }, "atan": { atan($0) }, "sinh": { sinh($0) }, "cosh": { cosh($0) },
        "tanh": { tanh($0) }, "asinh": { asinh($0) }, "acosh": { acosh($0) }, "atanh": { atanh($0) },
        "erf": { erf($0) }, "erfc": { erfc($0) }, "lgamma": { lgamma($0) }, "digamma": { digamma($0) },
    ]
    static let binary: [String: @Sendable (Expr, Expr) -> Expr] = [
        "+": { $0 + $1 }, "-": { $0 - $1 }, "*": { $0 * $1 }, "/": { $0 / $1 }, "%": { $0 % $1 },
        "min": { min($0, $1) }, "max": { max($0, $1) }, "pow": { pow($0, $1) }, "atan2": { atan2($0, $1) },
        "hypot": { hypot($0, $1) },
    ]
}
