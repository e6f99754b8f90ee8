import ReversibleCore

extension ComputeApply {
    /// Recompute, the adjoint of `apply`, the adjoint of the computation.
    ///
    /// The recomputation runs over gradients too, as the adjoint of the uncomputation must; where the
    /// ancillas' cotangents are still zero, simplification leaves the plain computation.
    ///
    /// A computation that keeps account of what is read again begins its account with the recomputation.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        if isOwn {
            let ahead = unverified == nil ? compute : try compute.primalForm(straight: true)
            var result = try Block(
                ancillas: compute.ancillas, statements: compute.statements + [Statement(.block(apply))]
            ).adjoint(map)
            result.statements.insert(
                Statement(.block(map.primal(Block(statements: ahead.statements)))), at: 0)
            return [.block(result)]
        }
        guard unverified != nil else { return [.block(try expanded.adjoint(map))] }
        var whole = expanded
        let uncomputation = Block(statements: try compute.primalForm(straight: true).statements).inverse
        whole.statements.replaceSubrange(
            (whole.statements.count - compute.statements.count)..., with: uncomputation.statements)
        return [.block(try whole.adjoint(map))]
    }

    /// The computation and its use, each over tangents; the tangents are undone with the values.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        [.compute(with(compute: try compute.tangent(map), apply: try apply.tangent(map)))]
    }
}
