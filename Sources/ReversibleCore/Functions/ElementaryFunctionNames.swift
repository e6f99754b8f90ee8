/// The rules by case: exhaustive switches, so that the interpreter's calls stay direct and a new case without
/// a rule does not compile.
extension ElementaryFunction {
    /// The spelling in programs and messages; arithmetic has its operator.
    public var name: String {
        switch self {
        case .negate: Negation.name
        case .abs: Abs.name
        case .sign: Sign.name
        case .floor: Floor.name
        case .ceil: Ceil.name
        case .round: Round.name
        case .stopGradient: StopGradient.name
        case .sqrt: Sqrt.name
        case .cbrt: Cbrt.name
        case .exp: Exp.name
        case .exp2: Exp2.name
        case .expm1: Expm1.name
        case .log: Log.name
        case .log2: Log2.name
        case .log10: Log10.name
        case .log1p: Log1p.name
        case .softplus: Softplus.name
        case .sin: Sin.name
        case .cos: Cos.name
        case .tan: Tan.name
        case .asin: Asin.name
        case .acos: Acos.name
        case .atan: Atan.name
        case .sinh: Sinh.name
        case .cosh: Cosh.name
        case .tanh: Tanh.name
        case .asinh: Asinh.name
        case .acosh: Acosh.name
        case .atanh: Atanh.name
        case .erf: Erf.name
        case .erfc: Erfc.name
        case .lgamma: Lgamma.name
        case .add: Add.name
        case .subtract: Subtract.name
        case .multiply: Multiply.name
        case .divide: Divide.name
        case .min: Min.name
        case .max: Max.name
        case .pow: Pow.name
        case .atan2: Atan2.name
        case .hypot: Hypot.name
        case .fmod: Fmod.name
        case .polygamma: Polygamma.name
        case .chain: Chain.name
        }
    }

    /// The number of arguments, 1 or 2.
    public var arity: Int {
        switch self {
        case .negate, .abs, .sign, .floor, .ceil, .round, .stopGradient, .sqrt, .cbrt, .exp, .exp2, .expm1,
            .log, .log2, .log10,
            .log1p, .softplus, .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh,
            .atanh, .erf, .erfc, .lgamma:
            1
        case .add, .subtract, .multiply, .divide, .min, .max, .pow, .atan2, .hypot, .fmod, .polygamma,
            .chain:
            2
        }
    }

    /// Whether the function is written between its arguments: + − * /.
    package var isInfix: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide: true
        default: false
        }
    }

    @inline(never)
    func arityFailure() -> Never {
        preconditionFailure("\(name) takes \(arity) argument\(arity == 1 ? "" : "s")")
    }
}
