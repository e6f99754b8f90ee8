import ReversibleCore

/// What depends on a function's real arguments: only its cotangents lead anywhere.
///
/// The first half of activity analysis (Griewank and Walther, Evaluating Derivatives, §6.2), for a function as a whole.
struct VariedPlaces {
    private var variables: Set<Variable>

    init(of definition: Definition) {
        variables = Set(
            definition.parameters.map(\.variable).filter { $0.kind.isReal || $0.kind == .stack })
        // From each variable to those that it goes into; a statement with many on both sides is a node of its own.
        var successors: [Variable: [Int]] = [:]
        var targets: [[Variable]] = []
        func flow(_ sources: [Variable], _ into: [Variable]) {
            let targetsHere = into.filter { $0.kind.isReal || $0.kind == .stack }
            if targetsHere.isEmpty { return }
            for source in sources { successors[source, default: []].append(targets.count) }
            targets.append(targetsHere)
        }
        func walk(_ block: Block) {
            for statement in block.statements {
                switch statement.kind {
                case .swap(let s):
                    flow([s.a.variable], [s.b.variable])
                    flow([s.b.variable], [s.a.variable])
                case .move(let s): flow([s.place.variable, s.stack], [s.place.variable, s.stack])
                default:
                    let changed = statement.ownPlaces.map(\.variable)
                    flow(changed + statement.ownNodes.flatMap(\.reads).map(\.variable), changed)
                }
                statement.ownBlocks.forEach(walk)
            }
        }
        walk(definition.body)
        var open = Array(variables)
        var isReached = [Bool](repeating: false, count: targets.count)
        while let variable = open.popLast() {
            for position in successors[variable] ?? [] where !isReached[position] {
                isReached[position] = true
                for target in targets[position] where variables.insert(target).inserted {
                    open.append(target)
                }
            }
        }
    }

    func contains(_ variable: Variable) -> Bool { variables.contains(variable) }
}
