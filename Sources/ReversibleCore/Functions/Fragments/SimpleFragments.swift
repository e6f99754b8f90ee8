/// The functions that are a few instructions; bit for bit their ``ElementaryFunction/value(_:)``.
enum SimpleFragments {
    static let negate = FragmentBuilder.function { x in -x }
    static let abs = FragmentBuilder.function { x in x.magnitude }
    static let sign = FragmentBuilder.function { x in
        (x .> 0.0).select(1.0, (x .< 0.0).select(-1.0, x))
    }
    static let floor = FragmentBuilder.function { x in x.floor }
    static let ceil = FragmentBuilder.function { x in -(-x).floor }
    static let round = FragmentBuilder.function { x in
        // By what is left below, which is exact; x + ½ would round 0.49999999999999994 up.
        let size = x.magnitude
        let whole = size.floor
        return (size - whole .>= 0.5).select(whole + 1.0, whole).withSign(of: x)
    }
    static let stopGradient = FragmentBuilder.function { x in x }
    static let sqrt = FragmentBuilder.function { x in x.squareRoot }

    static let add = FragmentBuilder.function { x, y in x + y }
    static let subtract = FragmentBuilder.function { x, y in x - y }
    static let multiply = FragmentBuilder.function { x, y in x * y }
    static let divide = FragmentBuilder.function { x, y in x / y }
    static let chain = FragmentBuilder.function { x, y in ((x .== 0.0) .| (y .== 0.0)).select(0.0, x * y) }
    static let min = FragmentBuilder.function { x, y in ((x .<= y) .| (x .!= x)).select(x, y) }
    static let max = FragmentBuilder.function { x, y in ((x .>= y) .| (x .!= x)).select(x, y) }
}
