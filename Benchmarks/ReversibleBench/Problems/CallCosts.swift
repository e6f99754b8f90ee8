import AD

/// What the interpreter costs besides arithmetic: making a function, its first run, calling it.
enum CallCosts {
    static let problem = Problem("call costs") { options, progress, report in
        progress.show("call costs")
        let samples = options.quick ? 5 : 50
        let z = Double(options.seed % 8)
        var first = FirstTimes()
        for _ in 0..<samples { try first.sample(z) }

        let long = [Double](repeating: z, count: options.quick ? 1000 : 1_000_000)
        let tiny = ReversibleFunction("tiny") { (y: Scalar, x: Scalar) in y += x * x }
        let fixed = ReversibleFunction("fixed") { (y: Scalar, v: Vector) in y += v[0] }
        let stopwatch = Stopwatch(options)
        let (seconds, _) = try stopwatch.measure([
            { try tiny(0.0, z).0 }, { try grad(tiny, 0.0, z).1 }, { try fixed(0.0, [z]).0 },
            { try fixed(0.0, long).0 }, { try grad(fixed, 0.0, long).1[0] },
        ])
        let costs = [
            ("make a small function (trace)", first.making), ("its first run", first.run),
            ("its first gradient", first.gradient), ("call of y += x * x", seconds[0]),
            ("gradient of y += x * x", seconds[1]), ("call of y += v[0], 1 element", seconds[2]),
            ("call of y += v[0], \(long.count) elements", seconds[3]),
            ("gradient of y += v[0], \(long.count) elements", seconds[4]),
        ]
        report.figures += costs.map { name, value in
            Figure(section: "call costs", name: name, value: value, unit: "s")
        }
        report.tables.append(
            Text.table([["cost without arithmetic", "time"]] + costs.map { [$0, Text.time($1)] }, leftColumns: 1))
    }

    /// The shortest times of what happens once for every function.
    private struct FirstTimes {
        var making = Double.infinity
        var run = Double.infinity
        var gradient = Double.infinity

        mutating func sample(_ z: Double) throws {
            let (seconds, function) = Stopwatch.once {
                ReversibleFunction("small") { (y: Scalar, v: Vector) in
                    For(v.indices) { i in y += sin(v[i]) * v[i] }
                }
            }
            making = min(making, seconds)
            run = min(run, try Stopwatch.once { try function(0.0, [z]) }.seconds)
            gradient = min(gradient, try Stopwatch.once { try grad(function, 0.0, [z]) }.seconds)
        }
    }
}
