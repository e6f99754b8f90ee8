extension ElementaryFunction {
    /// The function as a straight-line program, if it is written as one.
    ///
    /// Arithmetic and the functions defined by comparisons give exactly their ``value(_:)``; the others are within
    /// two units in the last place.
    package var fragment: MathFragment? {
        switch self {
        case .negate: SimpleFragments.negate
        case .abs: SimpleFragments.abs
        case .sign: SimpleFragments.sign
        case .floor: SimpleFragments.floor
        case .ceil: SimpleFragments.ceil
        case .round: SimpleFragments.round
        case .stopGradient: SimpleFragments.stopGradient
        case .sqrt: SimpleFragments.sqrt
        case .exp: ExponentialFragments.exp
        case .exp2: ExponentialFragments.exp2
        case .expm1: ExponentialFragments.expm1
        case .log: LogarithmicFragments.log
        case .log2: LogarithmicFragments.log2
        case .log10: LogarithmicFragments.log10
        case .log1p: LogarithmicFragments.log1p
        case .softplus: ExponentialFragments.softplus
        case .sin: TrigonometricFragments.sin
        case .cos: TrigonometricFragments.cos
        case .tan: TrigonometricFragments.tan
        case .tanh: HyperbolicFragments.tanh
        case .add: SimpleFragments.add
        case .subtract: SimpleFragments.subtract
        case .multiply: SimpleFragments.multiply
        case .divide: SimpleFragments.divide
        case .min: SimpleFragments.min
        case .max: SimpleFragments.max
        case .pow: PowerFragments.pow
        case .cbrt: RootFragments.cbrt
        case .hypot: RootFragments.hypot
        case .fmod: RemainderFragments.fmod
        case .asin: InverseTrigonometricFragments.asin
        case .acos: InverseTrigonometricFragments.acos
        case .atan: InverseTrigonometricFragments.atan
        case .atan2: InverseTrigonometricFragments.atan2
        case .sinh: HyperbolicFragments.sinh
        case .cosh: HyperbolicFragments.cosh
        case .asinh: HyperbolicFragments.asinh
        case .acosh: HyperbolicFragments.acosh
        case .atanh: HyperbolicFragments.atanh
        case .erf: ErrorFragments.erf
        case .erfc: ErrorFragments.erfc
        case .lgamma: GammaFragments.lgamma
        case .polygamma: nil
        case .chain: SimpleFragments.chain
        }
    }
}
