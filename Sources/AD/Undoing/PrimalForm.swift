import ReversibleCore

// A program with an account, as it runs forward.
//
// The account of a computation compares its second run, in the adjoint, with its undoing. In the primal it is idle,
// but where the adjoint follows at once: there the primal's uncomputation and the second run cancel, and the primal's
// own run is the one that the account begins with. Which of the two it is, the place of the statement tells.

extension Block {
    /// - Parameter straight: Whether the adjoint of this block follows its run at once; not so in the turns of a loop.
    func primalForm(straight: Bool) throws(ReversibilityError) -> Block {
        var result = Block(ancillas: ancillas)
        for statement in statements {
            result.statements.append(try statement.primalForm(straight: straight))
        }
        return result
    }
}

extension Statement {
    fileprivate func primalForm(straight: Bool) throws(ReversibilityError) -> Statement {
        var result = self
        switch kind {
        case .branch(var s):
            s.then = try s.then.primalForm(straight: false)
            s.otherwise = try s.otherwise.primalForm(straight: false)
            result.kind = .branch(s)
        case .whileLoop(var s):
            s.body = try s.body.primalForm(straight: false)
            result.kind = .whileLoop(s)
        case .forLoop(var s):
            s.body = try s.body.primalForm(straight: false)
            result.kind = .forLoop(s)
        case .compute(let s):
            let apply = try s.apply.primalForm(straight: straight)
            let compute =
                if !straight, let unverified = s.unverified { unverified } else {
                    try s.compute.primalForm(straight: straight)
                }
            result.kind = .compute(s.with(compute: compute, apply: apply))
        case .call(var s):
            guard case .function(let definition) = s.callee, definition.account != nil else { break }
            // A call that stays one stands between the two.
            s.callee = .function(
                try definition.primalForm(straight: straight && definition.calls.isStraightLine))
            result.kind = .call(s)
        case .block(let block): result.kind = .block(try block.primalForm(straight: straight))
        default: break
        }
        return result
    }
}

extension Definition {
    fileprivate func primalForm(straight: Bool) throws(ReversibilityError) -> Definition {
        try derived(.primalForm(straight: straight)) { () throws(ReversibilityError) in
            let form = try body.primalForm(straight: straight)
            if form == body { return self }
            return try Definition(
                name: name, arguments: arguments, argumentTypes: argumentTypes, body: form, names: names,
                owner: owner, isDerived: true, isCareful: isCareful, account: account,
                settledAccounts: settledAccounts,
                requirements: requirements?.sizes(renamed: Renaming([:])) ?? [])
        }
    }
}
