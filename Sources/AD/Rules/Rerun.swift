import ReversibleCore

extension Rerun {
    /// From the copy the statements run once more, and their record is undone with their cotangents.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        if isOneWay {
            throw ReversibilityError(.invalidStatement, Rerun.noWayBack, function: map.function)
        }
        if inverted {
            throw ReversibilityError(
                .invalidStatement,
                "a loop that is run again (`undoing: .checkpoints`, `Iterate`) stands in a `Compute` whose computation changes "
                    + "more than ancillas of its own, or its function is called backward. Use ancillas that only this "
                    + "`Compute` uses, or `undoing: .recorded`; the inverse of a function is taken first: "
                    + "`(~f).undoing(.checkpoints(c))`",
                function: map.function)
        }
        let parts = [map.primal(restoring), map.primal(again), try undone.adjoint(map)]
        return [.rerun(Rerun(oneWay: Block(statements: parts.map { Statement(.block($0)) })))]
    }

    /// The same over tangents, which are copied with the values.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        if isOneWay { return [.rerun(Rerun(oneWay: try plain.tangent(map)))] }
        var result = Rerun(
            keeping: try keeping.tangent(map), plain: try plain.tangent(map),
            restoring: try restoring.tangent(map), again: try again.tangent(map),
            undone: try undone.tangent(map))
        result.inverted = inverted
        return [.rerun(result)]
    }
}
