/// Values by case. Calling a function with the wrong number of arguments stops the program.
extension ElementaryFunction {
    /// The value of a function of one argument.
    @inline(__always)
    package func value(_ x: Double) -> Double {
        switch self {
        case .negate: Negation.value(x)
        case .abs: Abs.value(x)
        case .sign: Sign.value(x)
        case .floor: Floor.value(x)
        case .ceil: Ceil.value(x)
        case .round: Round.value(x)
        case .stopGradient: StopGradient.value(x)
        case .sqrt: Sqrt.value(x)
        case .cbrt: Cbrt.value(x)
        case .exp: Exp.value(x)
        case .exp2: Exp2.value(x)
        case .expm1: Expm1.value(x)
        case .log: Log.value(x)
        case .log2: Log2.value(x)
        case .log10: Log10.value(x)
        case .log1p: Log1p.value(x)
        case .softplus: Softplus.value(x)
        case .sin: Sin.value(x)
        case .cos: Cos.value(x)
        case .tan: Tan.value(x)
        case .asin: Asin.value(x)
        case .acos: Acos.value(x)
        case .atan: Atan.value(x)
        case .sinh: Sinh.value(x)
        case .cosh: Cosh.value(x)
        case .tanh: Tanh.value(x)
        case .asinh: Asinh.value(x)
        case .acosh: Acosh.value(x)
        case .atanh: Atanh.value(x)
        case .erf: Erf.value(x)
        case .erfc: Erfc.value(x)
        case .lgamma: Lgamma.value(x)
        case .add, .subtract, .multiply, .divide, .min, .max, .pow, .atan2, .hypot, .fmod, .polygamma,
            .chain:
            arityFailure()
        }
    }

    /// The value of a function of one argument.
    @inline(__always)
    package func value(_ x: Float) -> Float {
        switch self {
        case .negate: Negation.value(x)
        case .abs: Abs.value(x)
        case .sign: Sign.value(x)
        case .floor: Floor.value(x)
        case .ceil: Ceil.value(x)
        case .round: Round.value(x)
        case .stopGradient: StopGradient.value(x)
        case .sqrt: Sqrt.value(x)
        case .cbrt: Cbrt.value(x)
        case .exp: Exp.value(x)
        case .exp2: Exp2.value(x)
        case .expm1: Expm1.value(x)
        case .log: Log.value(x)
        case .log2: Log2.value(x)
        case .log10: Log10.value(x)
        case .log1p: Log1p.value(x)
        case .softplus: Softplus.value(x)
        case .sin: Sin.value(x)
        case .cos: Cos.value(x)
        case .tan: Tan.value(x)
        case .asin: Asin.value(x)
        case .acos: Acos.value(x)
        case .atan: Atan.value(x)
        case .sinh: Sinh.value(x)
        case .cosh: Cosh.value(x)
        case .tanh: Tanh.value(x)
        case .asinh: Asinh.value(x)
        case .acosh: Acosh.value(x)
        case .atanh: Atanh.value(x)
        case .erf: Erf.value(x)
        case .erfc: Erfc.value(x)
        case .lgamma: Lgamma.value(x)
        case .add, .subtract, .multiply, .divide, .min, .max, .pow, .atan2, .hypot, .fmod, .polygamma,
            .chain:
            arityFailure()
        }
    }

    /// The value of a function of two arguments.
    @inline(__always)
    package func value(_ x: Double, _ y: Double) -> Double {
        switch self {
        case .add: Add.value(x, y)
        case .subtract: Subtract.value(x, y)
        case .multiply: Multiply.value(x, y)
        case .divide: Divide.value(x, y)
        case .min: Min.value(x, y)
        case .max: Max.value(x, y)
        case .pow: Pow.value(x, y)
        case .atan2: Atan2.value(x, y)
        case .hypot: Hypot.value(x, y)
        case .fmod: Fmod.value(x, y)
        case .polygamma: Polygamma.value(x, y)
        case .chain: Chain.value(x, y)
        case .negate, .abs, .sign, .floor, .ceil, .round, .stopGradient, .sqrt, .cbrt, .exp, .exp2, .expm1,
            .log, .log2, .log10,
            .log1p, .softplus, .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh,
            .atanh, .erf, .erfc, .lgamma:
            arityFailure()
        }
    }

    /// The value of a function of two arguments.
    @inline(__always)
    package func value(_ x: Float, _ y: Float) -> Float {
        switch self {
        case .add: Add.value(x, y)
        case .subtract: Subtract.value(x, y)
        case .multiply: Multiply.value(x, y)
        case .divide: Divide.value(x, y)
        case .min: Min.value(x, y)
        case .max: Max.value(x, y)
        case .pow: Pow.value(x, y)
        case .atan2: Atan2.value(x, y)
        case .hypot: Hypot.value(x, y)
        case .fmod: Fmod.value(x, y)
        case .polygamma: Polygamma.value(x, y)
        case .chain: Chain.value(x, y)
        case .negate, .abs, .sign, .floor, .ceil, .round, .stopGradient, .sqrt, .cbrt, .exp, .exp2, .expm1,
            .log, .log2, .log10,
            .log1p, .softplus, .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh,
            .atanh, .erf, .erfc, .lgamma:
            arityFailure()
        }
    }
}
