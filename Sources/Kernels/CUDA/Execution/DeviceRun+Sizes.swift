import ReversibleCore

extension DeviceRun {
    /// Finds arrays whose sizes do not fit a statement, as the other engines do.
    func check(
        _ requirement: KernelPlan.Requirement, _ iterations: Int, _ turns: [Int]
    ) throws(CUDAFunctionError) {
        if let condition = requirement.condition {
            let holds = HostInteger.chosen(condition, .constant(1), else: 0)
            guard try integer(holds, turns, "a condition on sizes") != 0 else { return }
        }
        func sizes(_ array: KernelPlan.Requirement.Array) throws(CUDAFunctionError) -> [Int] {
            var result: [Int] = []
            for size in array.sizes { result.append(try integer(size, turns, "a size of `\(array.name)`")) }
            return result
        }
        func refusal(_ kind: ReversibilityError.Kind, _ message: String) -> CUDAFunctionError {
            .arguments(
                ReversibilityError(
                    kind, message, function: plan.name, statement: requirement.statement,
                    location: requirement.location))
        }
        switch requirement.kind {
        case .sameSizes(let a, let b):
            let (first, second) = (try sizes(a), try sizes(b))
            guard first != second else { return }
            func extent(_ sizes: [Int]) -> String {
                sizes.count == 1
                    ? "\(sizes[0]) element\(sizes[0] == 1 ? "" : "s")" : "\(sizes[0])×\(sizes[1]) elements"
            }
            throw refusal(
                .lengthMismatch,
                "`\(a.name)` has \(extent(first)) and `\(b.name)` has \(extent(second)); they must agree: give "
                    + "arrays of one size")
        case .indexInside(let array, let axis, let first, let step, let backward):
            guard iterations > 0 else { return }
            let sizes = try sizes(array)
            let count = axis == .columns ? sizes[1] : sizes[0]
            var (start, by) = (
                try integer(first, turns, "the first index"), try integer(step, turns, "the step of a loop")
            )
            if backward {
                // The loop's own indices are in range; an offset may not be, and then the check is of no use.
                start = start &+ (iterations - 1) &* by
                by = 0 &- by
            }
            guard let index = Self.firstOutside(0..<max(count, 0), start, by, iterations) else { return }
            let unit = axis == .count ? "element" : axis == .rows ? "row" : "column"
            throw refusal(
                .indexOutOfRange,
                "index \(index) is outside `\(array.name)`, which has \(count) \(unit)\(count == 1 ? "" : "s")"
            )
        }
    }

    /// The first of some indices, in equal steps, that is outside a range.
    private static func firstOutside(_ range: Range<Int>, _ start: Int, _ step: Int, _ count: Int) -> Int? {
        guard range.contains(start) else { return start }
        guard step != 0 else { return nil }
        // The steps that stay inside; the range is small enough for these differences.
        let inside =
            step > 0 ? (range.upperBound - 1 - start) / step : (start - range.lowerBound) / -max(step, -.max)
        guard inside < count - 1 else { return nil }
        let (distance, overflow) = step.multipliedReportingOverflow(by: inside + 1)
        return overflow ? (step > 0 ? .max : .min) : start &+ distance
    }
}
