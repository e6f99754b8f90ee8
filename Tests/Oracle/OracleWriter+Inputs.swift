extension OracleWriter {
    /// Arguments: moderate and off every grid, on thresholds, of all sizes, or at the edge of the numbers.
    package mutating func input(_ number: Int) -> ProgramInput {
        let mood = number == 0 ? 0 : random.below(12)
        func real(_ r: inout SplitMix) -> Double {
            let plain = Double.random(in: -1.2...1.2, using: &r) * 0.785_398_163_397_448_3 + 0.01
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
        var input = ProgramInput()
        input.y = random.chance(0.7) ? 0 : real(&random)
        (input.a, input.b) = (real(&random), real(&random))
        input.n = random.chance(0.06) ? random.one(of: [1 << 40, 1 << 62]) : random.below(7)
        input.v = (0..<count).map { _ in real(&random) }
        input.w = (0..<count).map { _ in real(&random) }
        (input.rows, input.columns) = (count, columns)
        input.m = (0..<count * columns).map { _ in real(&random) }
        input.p = (0..<count).map { _ in random.below(count) }
        return input
    }

    /// A direction for products.
    package mutating func direction() -> [Double] {
        (0..<3 + 2 * count + count * columns).map { _ in
            random.chance(0.25) ? 0 : Double.random(in: -1...1, using: &random)
        }
    }
}
