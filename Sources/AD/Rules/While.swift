import ReversibleCore

extension WhileLoop {
    /// The inverse loop, with the adjoint of the body.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        var loop = inverse
        loop.turn = turn.map { map.renaming($0) }
        loop.pre = map.value(loop.pre)
        loop.post = map.value(loop.post)
        loop.body = try body.adjoint(map)
        return [.whileLoop(loop)]
    }

    /// The same loop, its conditions over values, with tangents in the body.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        var loop = self
        loop.turn = turn.map { map.renaming($0) }
        loop.pre = map.value(pre)
        loop.post = map.value(post)
        loop.body = try body.tangent(map)
        return [.whileLoop(loop)]
    }
}
