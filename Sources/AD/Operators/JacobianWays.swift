import ReversibleCore

extension Definition {
    /// Which ways to a Jacobian may take fewer runs than the other, as far as the arguments' types tell.
    package func jacobianWays(of output: Int, with input: Int) -> (forward: Bool, backward: Bool) {
        let (rows, columns) = (arguments[output].knownNumberCount, arguments[input].knownNumberCount)
        // One number makes one run, which is never more than those of the other way.
        let isNeverForward = rows == 1 && columns != 1 || (columns ?? 0) > (rows ?? .max)
        let isNeverBackward = columns == 1 || (rows ?? 0) >= (columns ?? .max)
        return (!isNeverForward, !isNeverBackward)
    }
}

extension [Parameter] {
    /// How many real numbers an argument has, if that does not depend on its arrays' sizes.
    fileprivate var knownNumberCount: Int? {
        contains { $0.variable.kind.isArray || $0.variable.kind == .stack }
            ? nil : count { $0.variable.kind == .scalar }
    }
}
