/// One objective and its gradient, each as a reversible program and as hand-written Swift.
///
/// The four pieces are run as they stand, and timed in turns. Hand-written functions should be marked
/// `@inline(never)`, and their inputs should come from run-time values.
struct Comparison<Gradient, HandGradient> {
    let name: String
    let size: String
    /// The largest relative difference that counts as agreement.
    var tolerance = 1e-10
    let objective: () throws -> Double
    let gradient: () throws -> Gradient
    /// All numbers of a gradient, in the order of `handNumbers`.
    let numbers: (Gradient) -> [Double]
    let handObjective: () -> Double
    let handGradient: () -> HandGradient
    let handNumbers: (HandGradient) -> [Double]

    /// Checks that values and gradients agree, and times them.
    func run(_ options: Options, _ progress: Progress) throws -> Row {
        progress.show("\(name): checking")
        let value = Agreement([try objective()], [handObjective()])
        let slope = Agreement(numbers(try gradient()), handNumbers(handGradient()))
        let labels = ["objective", "gradient", "hand-written objective", "hand-written gradient"]
        let works: [Stopwatch.Work] = [
            objective,
            { Comparison.witness(try gradient()) },
            { handObjective() },
            { Comparison.witness(handGradient()) },
        ]
        let (seconds, checksum) = try Stopwatch(options).measure(works) {
            progress.show("\(name): \(labels[$0])")
        }
        return Row(
            name, size: size, seconds: seconds, value: value, gradient: slope, tolerance: tolerance,
            checksum: checksum)
    }

    /// A number that depends on the result, for the checksum; takes the result out of the optimiser's sight.
    @inline(never)
    private static func witness<Result>(_ result: Result) -> Double {
        withUnsafeBytes(of: result) { Double($0.first ?? 0) }
    }
}

/// How far two lists of numbers are apart.
struct Agreement {
    /// The largest difference, relative to the expected number, or to a thousandth of the largest expected
    /// number where that is more. NaN or infinite if the lists cannot be compared.
    let difference: Double

    init(_ found: [Double], _ expected: [Double]) {
        guard found.count == expected.count else {
            difference = .infinity
            return
        }
        let scale = (expected.map { abs($0) }.max() ?? 0) / 1000
        var largest = 0.0
        for (a, b) in zip(found, expected) where a != b {
            let apart = abs(a - b) / max(abs(b), scale)
            // A NaN must not be overlooked by a comparison.
            if !(apart <= largest) { largest = apart.isNaN ? .infinity : apart }
        }
        difference = largest
    }
}
