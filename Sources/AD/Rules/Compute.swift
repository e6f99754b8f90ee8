import ReversibleCore

extension ComputeApply {
    /// Recompute, the adjoint of `apply`, the adjoint of the computation.
    ///
    /// The recomputation runs over gradients too, as the adjoint of the uncomputation must; where the
    /// ancillas' cotangents are still zero, simplification leaves the plain computation.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        [.block(try expanded.adjoint(map))]
    }

    /// The computation and its use, each over tangents; the tangents are undone with the values.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        [.compute(ComputeApply(compute: try compute.tangent(map), apply: try apply.tangent(map)))]
    }
}
