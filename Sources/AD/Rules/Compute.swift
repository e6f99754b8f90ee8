import ReversibleCore

extension ComputeApply {
    /// Recompute, the adjoint of `apply`, the adjoint of the computation.
    ///
    /// The recomputation runs over gradients too, as the adjoint of the uncomputation must; where the
    /// ancillas' cotangents are still zero, simplification leaves the plain computation.
    ///
    /// A computation that keeps account of what is read again begins its account with the recomputation.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        guard unverified != nil else { return [.block(try expanded.adjoint(map))] }
        var whole = expanded
        let uncomputation = Block(statements: try compute.primalForm(straight: true).statements).inverse
        whole.statements.replaceSubrange(
            (whole.statements.count - compute.statements.count)..., with: uncomputation.statements)
        return [.block(try whole.adjoint(map))]
    }

    /// The computation and its use, each over tangents; the tangents are undone with the values.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        [.compute(ComputeApply(compute: try compute.tangent(map), apply: try apply.tangent(map)))]
    }
}
