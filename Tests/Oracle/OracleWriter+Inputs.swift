extension OracleWriter {
    /// Arguments for so many iterations, of which none makes a number large or stands on a threshold.
    package mutating func plainInput(iterations n: Int? = nil) -> ProgramInput {
        input(iterations: n ?? count, y: Self.plain(&random), n: random.below(7)) {
            Self.plain(&$0)
        }
    }

    /// Off every grid, and the same number in single precision.
    static func plain(_ random: inout SplitMix) -> Double {
        Double(Float(Double.random(in: -1.2...1.2, using: &random) * 0.785_398_163_397_448_3 + 0.01))
    }

    /// Arguments: moderate and off every grid, on thresholds, of all sizes, or at the edge of the numbers.
    package mutating func input(_ number: Int) -> ProgramInput {
        let mood = number == 0 ? 0 : random.below(12)
        func real(_ r: inout SplitMix) -> Double {
            let plain = Self.plain(&r)
            switch mood {
            case 0..<5: return plain
            case 5, 6, 7: return r.chance(0.6) ? r.one(of: [0, 0.5, -0.5, 0.25, 1, -1, 0.1, 0.3]) : plain
            case 8: return r.chance(0.5) ? 0 : plain
            case 9:
                let size = Double.random(in: -6...4, using: &r)
                let rounded = Double("\(plain.sign == .minus ? "-" : "")1e\(Int(size))") ?? 1
                return rounded * (1 + abs(plain))
            case 10:
                return r.chance(0.2)
                    ? r.one(of: [.leastNonzeroMagnitude, -.leastNormalMagnitude / 8, 1e-300, 1e-160]) : plain
            default:
                guard r.chance(0.15) else { return plain }
                return r.one(of: [1e300, -1e160, .infinity, -.infinity, .nan])
            }
        }
        let y = random.chance(0.7) ? 0 : real(&random)
        let n = random.chance(0.06) ? random.one(of: [1 << 40, 1 << 62]) : random.below(7)
        var made = input(iterations: count, y: y, n: n, real)
        // What is decided and then turned lies on its threshold.
        if 5...7 ~= mood, random.chance(0.7) {
            (made.y, made.a, made.b) = (ties["y"] ?? made.y, ties["a"] ?? made.a, ties["b"] ?? made.b)
        }
        return made
    }

    private mutating func input(
        iterations: Int, y: Double, n: Int, _ real: (inout SplitMix) -> Double
    ) -> ProgramInput {
        func reals(_ name: String) -> [Double] {
            let (rows, columns) = shape(of: name, iterations: iterations)
            return (0..<rows * (name == "m" ? columns : 1)).map { _ in real(&random) }
        }
        var input = ProgramInput()
        (input.y, input.n) = (y, n)
        (input.a, input.b) = (real(&random), real(&random))
        (input.v, input.w) = (reals("v"), reals("w"))
        (input.rows, input.columns) = shape(of: "m", iterations: iterations)
        input.m = reals("m")
        input.p =
            switch style.layout.p {
            case .indices: (0..<iterations).map { _ in random.below(iterations) }
            case .permutation: Array(0..<iterations).shuffled(using: &random)
            case .own: (0..<iterations).map { _ in random.below(100) - 50 }
            }
        return input
    }

    /// A direction for products.
    package mutating func direction(for input: ProgramInput) -> [Double] {
        input.reals.map { _ in random.chance(0.25) ? 0 : Double.random(in: -1...1, using: &random) }
    }
}
