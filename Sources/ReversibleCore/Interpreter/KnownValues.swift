/// Values of expressions that have been computed and are still right, by their nodes.
///
/// Every change costs what it changes, and not what is known: thousands of statements in a row each forget what
/// they make wrong.
struct KnownValues {
    private var values: [Node: Emitter.Known] = [:]
    /// For every variable, nodes whose values read it; some of them may be forgotten already.
    private var dependents: [Int: [Node]] = [:]
    /// Of every branch that is being emitted, the nodes that became known in it.
    private var branches: [[Node]] = []

    subscript(node: Node) -> Emitter.Known? {
        get { values[node] }
        set {
            values[node] = newValue
            guard let newValue else { return }
            for variable in newValue.reads { dependents[variable, default: []].append(node) }
            if !branches.isEmpty { branches[branches.count - 1].append(node) }
        }
    }

    mutating func enterBranch() { branches.append([]) }

    /// Drops what became known in the branch. What was forgotten in it stays forgotten.
    mutating func leaveBranch() {
        for node in branches.popLast() ?? [] { values[node] = nil }
    }

    /// Drops the values of array expressions.
    mutating func forgetElements() { values = values.filter { $0.key.type.isSingle } }

    /// Drops the values that read these variables.
    mutating func forget(_ variables: Set<Int>) {
        for variable in variables {
            for node in dependents.removeValue(forKey: variable) ?? []
            where values[node]?.reads.contains(variable) == true {
                values[node] = nil
            }
        }
    }
}
