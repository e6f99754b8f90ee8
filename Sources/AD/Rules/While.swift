import ReversibleCore

extension WhileLoop {
    /// The inverse loop, with the adjoint of the body.
    func adjoint(_ map: AdjointMap) throws(ReversibilityError) -> [Statement.Kind] {
        var loop = inverse
        loop.pre = map.value(loop.pre)
        loop.post = map.value(loop.post)
        loop.body = try body.adjoint(map)
        return [.whileLoop(loop)]
    }
}
