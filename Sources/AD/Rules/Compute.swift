import ReversibleCore

extension ComputeApply {
    /// Recompute, the adjoint of `apply`, the adjoint of the computation.
    ///
    /// The recomputation runs over gradients too, as the adjoint of the uncomputation must; where the
    /// ancillas' cotangents are still zero, simplification leaves the plain computation.
    func adjoint(_ map: AdjointMap) throws(ReversibilityError) -> [Statement.Kind] {
        [.block(try expanded.adjoint(map))]
    }
}
