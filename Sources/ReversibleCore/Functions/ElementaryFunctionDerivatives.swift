/// Derivatives by case. Calling a function with the wrong number of arguments stops the program.
extension ElementaryFunction {
    /// The derivative of a function of one argument at `x`, where its value is `value`.
    package func derivative<T: RealAlgebra>(at x: T, value: T) -> T {
        switch self {
        case .negate: Negation.derivative(at: x, value: value)
        case .abs: Abs.derivative(at: x, value: value)
        case .sign: Sign.derivative(at: x, value: value)
        case .floor: Floor.derivative(at: x, value: value)
        case .ceil: Ceil.derivative(at: x, value: value)
        case .round: Round.derivative(at: x, value: value)
        case .stopGradient: StopGradient.derivative(at: x, value: value)
        case .sqrt: Sqrt.derivative(at: x, value: value)
        case .cbrt: Cbrt.derivative(at: x, value: value)
        case .exp: Exp.derivative(at: x, value: value)
        case .exp2: Exp2.derivative(at: x, value: value)
        case .expm1: Expm1.derivative(at: x, value: value)
        case .log: Log.derivative(at: x, value: value)
        case .log2: Log2.derivative(at: x, value: value)
        case .log10: Log10.derivative(at: x, value: value)
        case .log1p: Log1p.derivative(at: x, value: value)
        case .softplus: Softplus.derivative(at: x, value: value)
        case .sin: Sin.derivative(at: x, value: value)
        case .cos: Cos.derivative(at: x, value: value)
        case .tan: Tan.derivative(at: x, value: value)
        case .asin: Asin.derivative(at: x, value: value)
        case .acos: Acos.derivative(at: x, value: value)
        case .atan: Atan.derivative(at: x, value: value)
        case .sinh: Sinh.derivative(at: x, value: value)
        case .cosh: Cosh.derivative(at: x, value: value)
        case .tanh: Tanh.derivative(at: x, value: value)
        case .asinh: Asinh.derivative(at: x, value: value)
        case .acosh: Acosh.derivative(at: x, value: value)
        case .atanh: Atanh.derivative(at: x, value: value)
        case .erf: Erf.derivative(at: x, value: value)
        case .erfc: Erfc.derivative(at: x, value: value)
        case .lgamma: Lgamma.derivative(at: x, value: value)
        case .add, .subtract, .multiply, .divide, .min, .max, .pow, .atan2, .hypot, .fmod, .polygamma,
            .chain:
            arityFailure()
        }
    }

    /// The partial derivative in the first argument at (`x`, `y`), where the value is `value`.
    package func partialX<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T {
        switch self {
        case .add: Add.partialX(at: x, y, value: value)
        case .subtract: Subtract.partialX(at: x, y, value: value)
        case .multiply: Multiply.partialX(at: x, y, value: value)
        case .divide: Divide.partialX(at: x, y, value: value)
        case .min: Min.partialX(at: x, y, value: value)
        case .max: Max.partialX(at: x, y, value: value)
        case .pow: Pow.partialX(at: x, y, value: value)
        case .atan2: Atan2.partialX(at: x, y, value: value)
        case .hypot: Hypot.partialX(at: x, y, value: value)
        case .fmod: Fmod.partialX(at: x, y, value: value)
        case .polygamma: Polygamma.partialX(at: x, y, value: value)
        case .chain: Chain.partialX(at: x, y, value: value)
        case .negate, .abs, .sign, .floor, .ceil, .round, .stopGradient, .sqrt, .cbrt, .exp, .exp2, .expm1,
            .log, .log2, .log10,
            .log1p, .softplus, .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh,
            .atanh, .erf, .erfc, .lgamma:
            arityFailure()
        }
    }

    /// The partial derivative in the second argument at (`x`, `y`), where the value is `value`.
    package func partialY<T: RealAlgebra>(at x: T, _ y: T, value: T) -> T {
        switch self {
        case .add: Add.partialY(at: x, y, value: value)
        case .subtract: Subtract.partialY(at: x, y, value: value)
        case .multiply: Multiply.partialY(at: x, y, value: value)
        case .divide: Divide.partialY(at: x, y, value: value)
        case .min: Min.partialY(at: x, y, value: value)
        case .max: Max.partialY(at: x, y, value: value)
        case .pow: Pow.partialY(at: x, y, value: value)
        case .atan2: Atan2.partialY(at: x, y, value: value)
        case .hypot: Hypot.partialY(at: x, y, value: value)
        case .fmod: Fmod.partialY(at: x, y, value: value)
        case .polygamma: Polygamma.partialY(at: x, y, value: value)
        case .chain: Chain.partialY(at: x, y, value: value)
        case .negate, .abs, .sign, .floor, .ceil, .round, .stopGradient, .sqrt, .cbrt, .exp, .exp2, .expm1,
            .log, .log2, .log10,
            .log1p, .softplus, .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh,
            .atanh, .erf, .erfc, .lgamma:
            arityFailure()
        }
    }
}
