import ReversibleCore

/// Checks a function's gradients against two independent computations.
///
/// All results are combined into one loss with fixed weights. Its gradient by the inverse program is compared,
/// for every real number that goes in, with forward duals and with Ridders' extrapolated differences of the
/// function itself. Of more than `limit` numbers, evenly spread ones are compared.
///
/// Differences lose digits where the function bends or jumps; their own error estimate, times 20, is allowed
/// beside `tolerance`. A number that cannot move, since `POP` needs it to be 0 or an integer, is compared with duals only.
///
/// - Parameters:
///   - tolerance: The relative difference from the differences that passes; duals must agree to a thousandth
///     of it.
/// - Throws: What running the function throws, and a `gradientMismatch` that names the argument, the element
///   and both values.
public func checkGrads<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, tolerance: Double = 1e-6,
    limit: Int = 200
) throws(ReversibilityError) {
    let f = f.undoing(.inverse)
    let definition = try f.definition
    try definition.require(
        OptionRange.nonnegative(tolerance, "tolerance") ?? OptionRange.atLeast(1, limit, "limit"))
    try definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        repeat try (each A).pack(each arguments, into: &writer)
        try GradientCheck(
            definition: definition, inverted: f.isInverted, options: f.options, values: writer.leaves,
            tolerance: tolerance
        ).run(limit: limit)
    }
}

/// One comparison of a function's gradients.
private struct GradientCheck {
    let definition: Definition
    let inverted: Bool
    let options: RunOptions
    let values: [Leaf<Double>]
    let tolerance: Double

    func run(limit: Int) throws(ReversibilityError) {
        let zeros = definition.zeroGradients(for: values)
        let final = try definition.run(values, inverted: inverted, options: options)
        var number = 0
        let weights = definition.zeroGradients(for: final).map { leaf in
            leaf.map { _ in
                number += 1
                return weight(number)
            }
        }
        let total = zeros.reduce(0) { $0 + $1.numbers.count }
        let gradients = try definition.pullGradients(values, weights, inverted: inverted, options: options)
            .gradients
        let backward = gradients.flatMap(\.numbers)
        for index in stride(from: 0, to: total, by: max(1, total / max(1, limit))) {
            let forward = try directional(index, zeros: zeros, weights: weights)
            let found = backward[index]
            try compare(index, found, forward, "forward duals give", allowed: tolerance / 1000)
            let (difference, error, refusal) = try ridders(index, weights: weights)
            if let refusal {
                // What `POP` needs to be 0, or to be an integer, cannot move; there is no difference to compare with.
                if refusal.kind == .popMismatch { continue }
                throw ReversibilityError(
                    .gradientMismatch,
                    "the gradient in \(label(index)) cannot be compared with differences: the function does not run where "
                        + "that number is a little larger or smaller (\(refusal.message)). Check it at arguments around "
                        + "which the function runs", function: definition.name)
            }
            let scale = max(1, abs(difference))
            try compare(
                index, found, difference, "differences give", allowed: tolerance + 20 * error / scale)
        }
    }

    /// Fixed weights of mixed sign and size, so that errors in different results do not cancel.
    private func weight(_ number: Int) -> Double {
        let turn = Double(number) * 0.618_033_988_749_895
        return 0.5 + (turn - turn.rounded(.down)) * (number % 2 == 0 ? -1.7 : 1.3)
    }

    private func directional(
        _ index: Int, zeros: [Leaf<Double>], weights: [Leaf<Double>]
    ) throws(ReversibilityError) -> Double {
        let directions = zeros.replacing(index) { _ in 1 }
        let results = try definition.pushForward(values, directions, inverted: inverted, options: options)
        return combine(results.map { $0.map(\.tangent) }, weights)
    }

    private func combine(_ results: [Leaf<Double>], _ weights: [Leaf<Double>]) -> Double {
        let real = zip(definition.parameters, results).filter { $0.0.hasGradient }.map(\.1)
        return zip(real, weights).reduce(0) { sum, pair in
            let (numbers, factors) = (pair.0.numbers, pair.1.numbers)
            var product = 0.0
            // A check asks for these sums thousands of times, and most often in a debug build: no closures.
            for k in 0..<min(numbers.count, factors.count) { product += numbers[k] * factors[k] }
            return sum + product
        }
    }

    /// The loss with number `index` moved by `step`.
    private func loss(
        _ index: Int, _ step: Double, _ weights: [Leaf<Double>]
    ) throws(ReversibilityError) -> Double {
        var remaining = index
        let moved = zip(definition.parameters, values).map { parameter, leaf in
            guard parameter.hasGradient else { return leaf }
            defer { remaining -= leaf.numbers.count }
            return remaining >= 0 && remaining < leaf.numbers.count
                ? leaf.replacing(remaining) { $0 + step } : leaf
        }
        return combine(try definition.run(moved, inverted: inverted, options: options), weights)
    }

    /// Ridders' method: central differences at shrinking steps, extrapolated to step 0 (Ridders 1982).
    ///
    /// - Returns: The difference, its error, and, if the function ran at too few places for one, why it did not.
    private func ridders(
        _ index: Int, weights: [Leaf<Double>]
    ) throws(ReversibilityError) -> (value: Double, error: Double, refusal: ReversibilityError?) {
        let shrink = 1.4
        let start = values.enumerated().filter { definition.parameters[$0.offset].hasGradient }
            .flatMap(\.element.numbers)[index]
        var step = 0.05 * max(0.1, abs(start))
        var table: [[Double]] = []
        var best = (value: Double.nan, error: Double.infinity)
        var refusal: ReversibilityError?
        for _ in 0..<16 {
            defer { step /= shrink }
            var row: [Double]
            do throws(ReversibilityError) {
                let above = try loss(index, step, weights)
                row = [(above - (try loss(index, -step, weights))) / (2 * step)]
            } catch {
                // The function is not defined so far away: start again nearer.
                table = []
                refusal = error
                continue
            }
            if let previous = table.last {
                var factor = shrink * shrink
                for entry in previous {
                    let last = row[row.count - 1]
                    let next = (last * factor - entry) / (factor - 1)
                    let error = max(abs(next - last), abs(next - entry))
                    if error <= best.error { best = (next, error) }
                    row.append(next)
                    factor *= shrink * shrink
                }
            }
            table.append(row)
        }
        return (best.value, best.error, table.count > 1 ? nil : refusal)
    }

    private func compare(
        _ index: Int, _ found: Double, _ expected: Double, _ source: String, allowed: Double
    ) throws(ReversibilityError) {
        let scale = max(1, max(abs(found), abs(expected)))
        // Written so that a NaN fails, unless both agree that there is no number.
        if abs(found - expected) <= allowed * scale || (found.isNaN && expected.isNaN) || found == expected {
            return
        }
        throw ReversibilityError(
            .gradientMismatch,
            "the gradient in \(label(index)) of the weighted sum of all results is \(found) by the inverse program, and "
                + "\(source) \(expected)",
            function: definition.name)
    }

    private func label(_ index: Int) -> String {
        var remaining = index
        for (parameter, leaf) in zip(definition.parameters, values) where parameter.hasGradient {
            if remaining < leaf.numbers.count { return "`\(parameter.label(remaining, in: leaf))`" }
            remaining -= leaf.numbers.count
        }
        return "number \(index)"
    }
}
