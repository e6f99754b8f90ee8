import ReversibleCore

extension Rerun {
    /// From the copy the statements run once more, and their record is undone with their cotangents.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        if inverted {
            throw ReversibilityError(
                .invalidStatement,
                "a program that is run again from checkpoints cannot be differentiated backward; take the inverse "
                    + "first: `(~f).undoing(.checkpoints(c))`",
                function: map.function)
        }
        return [
            .block(map.primal(restoring)), .block(map.primal(again)), .block(try undone.adjoint(map)),
        ]
    }

    /// The same over tangents, which are copied with the values.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        var result = Rerun(
            keeping: try keeping.tangent(map), plain: try plain.tangent(map),
            restoring: try restoring.tangent(map), again: try again.tangent(map),
            undone: try undone.tangent(map))
        result.inverted = inverted
        return [.rerun(result)]
    }
}
