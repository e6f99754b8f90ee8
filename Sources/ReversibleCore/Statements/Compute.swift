/// `Compute { } apply: { }`: a computation that is undone after it has been used.
package struct ComputeApply: Hashable, Sendable {
    package var compute: Block
    package var apply: Block
    /// Where `compute` keeps account of what its adjoint reads: the computation without that.
    package var unverified: Block?
    /// Whether `compute` changes nothing from outside, so that nothing it changes has a cotangent when its adjoint begins,
    /// and that it runs again over values alone: programs that run turns again have no other inverse to differentiate.
    package var isOwn = false
    /// Whether the computation cannot be undone, and what it leaves is dropped after use: an `Iterate`.
    package var forgets = false
    /// For one that forgets: whether it keeps a record, by which its adjoint undoes it.
    package var isRecorded = false

    package init(compute: Block, apply: Block, unverified: Block? = nil) {
        self.compute = compute
        self.apply = apply
        self.unverified = unverified
    }

    /// The same of another computation, or for another use.
    package func with(compute: Block, apply: Block, unverified: Block? = nil) -> ComputeApply {
        var result = ComputeApply(compute: compute, apply: apply, unverified: unverified)
        (result.isOwn, result.forgets, result.isRecorded) = (isOwn, forgets, isRecorded)
        return result
    }

    package var inverse: ComputeApply {
        with(compute: compute, apply: apply.inverse, unverified: unverified)
    }

    /// Compute, apply, uncompute as plain statements.
    ///
    /// The ancillas of the computation live until it is undone.
    package var expanded: Block {
        if forgets {
            return Block(
                ancillas: compute.ancillas.map(\.forgotten),
                statements: compute.statements + [Statement(.block(apply))])
        }
        return Block(
            ancillas: compute.ancillas,
            statements: compute.statements
                + (apply.ancillas.isEmpty ? apply.statements : [Statement(.block(apply))])
                + Block(statements: compute.statements).inverse.statements)
    }
}

/// Runs `compute`, then `apply`, then undoes `compute`.
///
/// What `compute` leaves in ancillas is there for `apply` and is gone afterwards. The inverse runs `compute`,
/// the inverse of `apply`, and undoes `compute`. `apply` must leave the places that `compute` uses as they
/// were, or the computation cannot be undone.
public func Compute(
    @Reversible _ compute: () -> Statement, @Reversible apply: () -> Statement
) -> Statement {
    // Ancillas declared in the computation must be visible in `apply`, which is traced after it.
    let computeBlock = Tracer.block(compute)
    return Statement(.compute(ComputeApply(compute: computeBlock, apply: Tracer.block(apply))))
}

extension Ancilla {
    /// The same ancilla, dropped at the end whatever it holds.
    package var forgotten: Ancilla {
        var result = self
        result.rule = .forgotten
        return result
    }
}

extension ComputeApply: StatementRule {
    package func visit(_ accesses: inout Accesses) {
        compute.visit(&accesses)
        apply.visit(&accesses)
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        try expanded.check(&checker)
    }

    package func print(to printer: inout Printer) {
        printer.line(forgets ? "/* dropped after use */ Compute {" : "Compute {")
        printer.indented(compute)
        printer.line("} apply: {")
        printer.indented(apply)
        printer.line("}")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        .compute(
            with(
                compute: renaming(compute), apply: renaming(apply),
                unverified: unverified.map { renaming($0) }))
    }

    /// Whether `apply` may change what the computation depends on or has changed, so that what undoes the computation is not
    /// what it did: `Compute { x *= k } apply: { x += 1 }`, which adds 1/k. It is compute, apply, uncompute then, as the
    /// statements that it stands for.
    ///
    /// - Parameter onlyOfReals: Whether only changes of real numbers count, which is what verification looks at.
    package func isConjugation(ownModes: [AccessMode]?, onlyOfReals: Bool = false) -> Bool {
        if forgets { return false }
        var (computing, applying) = (Accesses(ownModes: ownModes), Accesses(ownModes: ownModes))
        compute.visit(&computing)
        apply.visit(&applying)
        let moving = computing.written.union(applying.written).union(computing.declared)
            .union(applying.declared).subtracting(compute.ancillas.map(\.variable))
        /// Whether two places of one array are different elements, whatever else there is.
        func areApart(_ a: Place, _ b: Place) -> Bool {
            zip(a.indices, b.indices).contains { i, j in
                i.affine.isApart(from: j.affine) && i.reads.allSatisfy { !moving.contains($0.variable) }
            }
        }
        let used = Dictionary(grouping: computing.all.map(\.place), by: \.variable)
        return applying.all.contains { use in
            !use.mode.isSubset(of: .read) && !applying.declared.contains(use.place.variable)
                && (use.place.variable.kind.isReal || !onlyOfReals)
                && used[use.place.variable]?.contains { !areApart($0, use.place) } == true
        }
    }

    /// The places that `apply` changes although the computation depends on them.
    package var disturbed: Set<Variable> {
        let used = Set(Accesses(of: compute).all.map(\.place.variable))
        return Accesses(of: apply).written.intersection(used)
    }
}
