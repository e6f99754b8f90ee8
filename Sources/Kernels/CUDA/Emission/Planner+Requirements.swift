import ReversibleCore

// What can be seen of the sizes that a kernel needs.
extension Planner {
    /// Arrays of one statement have the same sizes.
    func requirements(
        of statement: Statement, over first: Variable, reading others: [(array: Variable, guards: Guards)]
    ) -> [KernelPlan.Requirement] {
        // Under a condition that only the device knows, nothing is sure.
        guard guards.isEmpty, let first = array(first) else { return [] }
        var result: [KernelPlan.Requirement] = []
        for (other, guards) in others {
            let condition = guards.condition.map(hostCondition)
            if case .some(nil) = condition { continue }
            guard let other = array(other), other.sizes != first.sizes else { continue }
            var made = requirement(.sameSizes(first, other), statement)
            made.condition = condition ?? nil
            if !result.contains(made) { result.append(made) }
        }
        return result
    }

    /// Indices that every iteration of a loop uses are inside their arrays.
    func requirements(
        of loop: ForLoop, first: HostInteger, step: HostInteger, _ iterations: HostInteger
    ) -> [KernelPlan.Requirement] {
        guard guards.isEmpty else { return [] }
        var result: [KernelPlan.Requirement] = []
        loop.body.visitAlways { place, statement in
            guard let array = array(place.variable), array.sizes.count == place.indices.count else { return }
            for (position, index) in place.indices.enumerated() {
                guard let constant = index.affine.distance(from: loop.index) else { continue }
                let axis: Axis = array.sizes.count == 1 ? .count : position == 0 ? .rows : .columns
                let start = first + .constant(constant)
                if start == .constant(0), step == .constant(1), iterations == array.sizes[position] {
                    continue
                }
                let kind = KernelPlan.Requirement.Kind.indexInside(
                    array, axis, first: start, step: step, backward: loop.backward)
                if !result.contains(where: { $0.kind == kind }) {
                    result.append(requirement(kind, statement))
                }
            }
        }
        return result
    }

    private func array(_ variable: Variable) -> KernelPlan.Requirement.Array? {
        guard case .array(_, let sizes)? = devices[variable.id] else { return nil }
        return KernelPlan.Requirement.Array(name: name(variable), sizes: sizes)
    }

    private func requirement(
        _ kind: KernelPlan.Requirement.Kind, _ statement: Statement
    ) -> KernelPlan.Requirement {
        KernelPlan.Requirement(kind: kind, statement: headline(statement), location: statement.location)
    }
}

extension Statement {
    /// The arrays of a statement on whole arrays besides the changed one, each with the conditions under which it is read.
    var otherArrays: [(array: Variable, guards: Guards)] {
        ownPlaces.dropFirst().map { ($0.variable, .always) } + ownNodes.flatMap(\.guardedArrays)
    }
}

extension Block {
    /// Visits the elements that are read or changed whenever the block is run.
    fileprivate func visitAlways(_ visit: (Place, Statement) -> Void) {
        for statement in statements {
            func read(_ nodes: [Node]) {
                for node in nodes { node.visitAlways { visit($0, statement) } }
            }
            func change(_ places: [Place]) {
                for place in places where !place.indices.isEmpty {
                    visit(place, statement)
                    read(place.indices)
                }
            }
            switch statement.kind {
            case .block(let block): block.visitAlways(visit)
            case .compute(let s): s.expanded.visitAlways(visit)
            // A condition after a branch or a turn is not asked in kernels.
            case .branch(let s): read([s.pre])
            case .whileLoop(let s): read([s.pre])
            default:
                read(statement.ownNodes)
                change(statement.ownPlaces)
            }
        }
    }
}

extension Node {
    /// Visits the elements that are read whatever conditions say.
    fileprivate func visitAlways(_ visit: (Place) -> Void) {
        guard size < 1000 else { return }
        switch kind {
        case .read(let place):
            if !place.indices.isEmpty { visit(place) }
            for index in place.indices { index.visitAlways(visit) }
        case .select(let c, _, _): c.visitAlways(visit)
        case .and(let a, _), .or(let a, _): a.visitAlways(visit)
        default:
            for operand in kind.operands { operand.visitAlways(visit) }
        }
    }
}
