import ReversibleCore

extension ForLoop {
    /// The same indices in reverse order, with the adjoint of the body.
    ///
    /// Iterations that only read a place all add to its cotangent; such sums do not depend on their order, so
    /// a `ParallelFor` stays one.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        var loop = self
        loop.backward.toggle()
        loop.index = map.renaming(index)
        (loop.start, loop.end, loop.step) = (map.value(start), map.value(end), map.value(step))
        loop.body = try body.adjoint(map.inside(self))
        return [.forLoop(loop)]
    }

    /// The same indices in the same order; a `ParallelFor` stays one, since a turn uses the tangents of what it
    /// uses.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        var loop = self
        loop.index = map.renaming(index)
        (loop.start, loop.end, loop.step) = (map.value(start), map.value(end), map.value(step))
        loop.body = try body.tangent(map.inside(self))
        return [.forLoop(loop)]
    }
}
