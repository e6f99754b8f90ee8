import ReversibleCore

/// Checks that the inverse brings the arguments back.
///
/// Runs the function, then its inverse on the results, and compares with what went in: integers and counts
/// exactly, real numbers to `tolerance` times the larger of 1 and their magnitude: for data much smaller than
/// 1, give a smaller tolerance. Then runs the function again and compares with the first results.
///
/// - Returns: The largest drift of a real number, on the same scale; rounding leaves about 1e-16 for every
///   statement that touched it.
/// - Throws: What running the function throws, and an `inverseMismatch` that names the argument, the element
///   and both values.
@discardableResult
public func checkInverse<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, tolerance: Double = 1e-8
) throws(ReversibilityError) -> Double {
    try check(f, ~f, repeat each arguments, tolerance: tolerance)
}

/// Checks that the two programs of a pair undo each other, as `checkInverse` does it of a function and its inverse.
///
/// - Returns: The largest drift of a real number.
/// - Throws: What running the programs throws, and an `inverseMismatch` that names the argument, the element and both values.
@discardableResult
public func checkInverse<each A: Argument>(
    _ pair: InstructionPair<repeat each A>, _ arguments: repeat (each A).Value, tolerance: Double = 1e-8
) throws(ReversibilityError) -> Double {
    try check(pair.forward, pair.backward, repeat each arguments, tolerance: tolerance)
}

private func check<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ g: ReversibleFunction<repeat each A>,
    _ arguments: repeat (each A).Value, tolerance: Double
) throws(ReversibilityError) -> Double {
    let (definition, other) = (try f.definition, try g.definition)
    try definition.require(OptionRange.nonnegative(tolerance, "tolerance"))
    return try definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        repeat try (each A).pack(each arguments, into: &writer)
        let start = writer.leaves
        let end = try definition.run(start, inverted: f.isInverted, options: f.options)
        let back = try other.run(end, inverted: g.isInverted, options: g.options)
        let again = try definition.run(back, inverted: f.isInverted, options: f.options)
        return max(
            try definition.drift(
                from: start, to: back, tolerance, "after running forward and back"),
            try definition.drift(
                from: end, to: again, tolerance, "after running forward, back and forward"))
    }
}

extension Definition {
    /// The largest difference between leaves that should be the same.
    fileprivate func drift(
        from expected: [Leaf<Double>], to found: [Leaf<Double>], _ tolerance: Double, _ occasion: String
    ) throws(ReversibilityError) -> Double {
        var largest = 0.0
        for (position, parameter) in parameters.enumerated() {
            let (a, b) = (expected[position], found[position])
            if case .integer(let x) = a, case .integer(let y) = b, x != y {
                throw mismatch("`\(parameter.name)` is \(y) \(occasion), and was \(x)")
            }
            if case .integers(let x) = a, case .integers(let y) = b,
                let index = x.indices.first(where: { x[$0] != y[$0] })
            {
                throw mismatch(
                    "`\(parameter.name)[\(index)]` is \(y[index]) \(occasion), and was \(x[index])")
            }
            for (index, (x, y)) in zip(a.numbers, b.numbers).enumerated()
            where !(x.isNaN && y.isNaN) && x != y {
                let error = abs(x - y) / max(1, abs(x))
                // Written so that a NaN fails.
                guard error <= tolerance else {
                    throw mismatch(
                        "`\(parameter.label(index, in: a))` is \(y) \(occasion), and was \(x); the difference is more "
                            + "than \(tolerance) of its size")
                }
                largest = max(largest, error)
            }
        }
        return largest
    }

    private func mismatch(_ message: String) -> ReversibilityError {
        ReversibilityError(.inverseMismatch, message, function: name)
    }
}

extension Definition {
    /// Refuses an argument of a test helper that makes no sense.
    func require(_ problem: String?) throws(ReversibilityError) {
        if let problem { throw ReversibilityError(.invalidArgument, problem, function: name) }
    }
}

extension Parameter {
    /// The name of a number in this parameter's value.
    func label(_ index: Int, in leaf: Leaf<Double>) -> String {
        switch leaf {
        case .real, .integer: name
        case .reals, .integers: "\(name)[\(index)]"
        case .matrix(_, let columns, _): "\(name)[\(index / columns), \(index % columns)]"
        }
    }
}
