// What the iterations of a `ParallelFor` may not do.

extension Checker {
    /// Refuses a `ParallelFor` whose iterations write one place. Elements of arrays are checked when it runs.
    func checkIndependence(of loop: ForLoop) throws(ReversibilityError) {
        if loop.body.recordsDecisions {
            throw error(
                .parallelConflict,
                "every iteration records the turns of a `While` without `post:`, or the way of an `If(…, post: .recorded)`, on "
                    + "one stack, so the iterations depend on each other; give it a `post:` condition, or use `For`"
            )
        }
        if !isDerived, let callee = loop.body.calleeThatUsesRunStack {
            throw error(
                .parallelConflict,
                "every iteration calls `\(callee.name)`, which records the turns of a `While` without `post:` or the "
                    + "way of an `If(…, post: .recorded)`, or moves numbers to a `Stack()`; there is one stack for the whole "
                    + "run, so the iterations depend on each other. Give the `While` or the `If` a `post:` condition, use "
                    + "`Stack.ancilla()`, or use `For`")
        }
        let accesses = accesses(of: loop.body)
        let asked = accesses.all.map(\.place.variable).first { variable in
            variable.kind == .stack && !accesses.declared.contains(variable)
                && accesses.modes[variable] == .read
        }
        if let asked, !isDerived {
            throw error(
                .parallelConflict,
                "every iteration asks what is on the stack `\(name(asked))`; put that into a place of its own before the "
                    + "loop, or use `For`")
        }
        for (variable, mode) in accesses.modes.sorted(by: { $0.key.id < $1.key.id })
        where mode.contains(.write) && !variable.kind.isArray && !accesses.declared.contains(variable) {
            throw conflict(over: variable, in: loop)
        }
        if !isDerived { try checkSums(of: loop, accesses) }
    }

    /// Refuses a place that iterations of a loop inside add to, and that the iterations around them use otherwise, and an
    /// array that all iterations use otherwise than to add to one of its elements.
    private func checkSums(of loop: ForLoop, _ accesses: Accesses) throws(ReversibilityError) {
        let apart = accesses.usedApart(by: loop.index, in: loop.body)
        let (changing, declared) = (accesses.written.union([loop.index]), accesses.declared)
        if let place = loop.body.firstSum(where: { place in
            let mode = accesses.modes[place.variable] ?? []
            return mode != .accumulate && !declared.contains(place.variable)
                && place.indices.allSatisfy { $0.isFixed(whereChanging: changing, declaring: declared) }
        }) {
            throw conflict(over: place.variable, in: loop)
        }
        for (variable, mode) in accesses.modes.sorted(by: { $0.key.id < $1.key.id })
        where mode.contains(.accumulate) && mode != .accumulate && !accesses.declared.contains(variable)
            && !apart.contains(variable) && loop.body.hasSum(into: variable)
        {
            throw conflict(over: variable, in: loop)
        }
    }

    private func conflict(over variable: Variable, in loop: ForLoop) -> ReversibilityError {
        let place = name(variable)
        let use = DeepStack.following(chainOf: loop.body.longestChain) { loop.body.otherUse(than: variable) }
        guard variable.kind != .stack, let other = use else {
            return error(
                .parallelConflict,
                "every iteration writes `\(place)`, so the iterations depend on each other; write to an "
                    + "element of a vector and add up afterwards, declare it as an ancilla inside the loop, or use `For`"
            )
        }
        let text = printer.headline(other.statement)
        let reason =
            switch other.way {
            case .reads: "`\(text)` reads it; read it after the loop"
            case .calls:
                "the function that is called in `\(text)` does more to it than to add; add in the loop itself"
            case .changes: "`\(text)` changes it in another way; change it before the loop or after it"
            case .undone:
                "the computation of a `Compute` is undone before others have added; add in its `apply:`"
            }
        return error(
            .parallelConflict,
            "the iterations add to `\(place)`, which makes it a sum over all of them, and \(reason), or use `For`"
        )
    }
}

extension Block {
    /// The first element to which every run of this adds of which something can be said.
    fileprivate func firstSum(where condition: (Place) -> Bool) -> Place? {
        for statement in statements {
            switch statement.kind {
            case .update(let s) where s.operation == .add || s.operation == .subtract:
                if !s.place.indices.isEmpty, condition(s.place) { return s.place }
            case .block(let block): if let found = block.firstSum(where: condition) { return found }
            case .compute(let s): if let found = s.apply.firstSum(where: condition) { return found }
            default: break
            }
        }
        return nil
    }

    /// Whether a loop in this, or in a function that this calls, adds to a place as to a sum; cotangents are none.
    fileprivate func hasSum(into variable: Variable) -> Bool {
        containsStatement { statement in
            switch statement.kind {
            case .update(let update): return update.place.variable == variable && update.accumulates
            case .call(let call):
                guard case .function(let callee) = call.callee, !callee.isDerived else { return false }
                return zip(call.arguments, callee.parameterModes).contains {
                    $0.variable == variable && $1.contains(.accumulate)
                }
            default: return false
            }
        }
    }

    /// How iterations use a place, besides adding to it.
    fileprivate enum OtherUse { case reads, changes, calls, undone }

    /// What is done to a place, to which something in this adds, besides adding to it; nil if nothing adds.
    fileprivate func otherUse(than variable: Variable) -> (statement: Statement, way: OtherUse)? {
        var (adds, found): (Bool, (Statement, OtherUse)?) = (false, nil)
        let sums = UnreadSums()
        func visit(_ block: Block, isUndone: Bool) {
            for statement in block.statements {
                let isNamed = statement.ownPlaces.contains { $0.variable == variable }
                var way: OtherUse?
                switch statement.kind {
                case .update(let s) where isNamed && (s.operation == .add || s.operation == .subtract):
                    adds = true
                    if isUndone { way = .undone }
                case .call(let call) where isNamed:
                    var only = [Bool]()
                    if case .function(let callee) = call.callee { only = sums.parameters(of: callee) }
                    let isSum = zip(call.arguments, only).allSatisfy { $0.variable != variable || $1 }
                    if isSum, !only.isEmpty { adds = true } else { way = .calls }
                    if isSum, isUndone { way = .undone }
                default: if isNamed { way = .changes }
                }
                if statement.evaluated.flatMap(\.reads).contains(where: { $0.variable == variable }) {
                    way = .reads
                }
                if found == nil, let way { found = (statement, way) }
                if case .compute(let s) = statement.kind {
                    visit(s.compute, isUndone: true)
                    visit(s.apply, isUndone: isUndone)
                } else {
                    for inner in statement.ownBlocks { visit(inner, isUndone: isUndone) }
                }
            }
        }
        visit(self, isUndone: false)
        return adds ? found : nil
    }
}
