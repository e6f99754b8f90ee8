/// The names of a function that is made anew, and of what is declared for it.
final class FormNames {
    private(set) var names: [Int: String]
    let owner: TraceToken
    private var next: Int
    private var taken: Set<String>

    init(_ names: [Int: String], of body: Block, _ parameters: [Parameter], _ owner: TraceToken) {
        self.names = names
        self.owner = owner
        taken = Set(names.values)
        let used = body.namedVariables.map(\.id) + parameters.map(\.variable.id)
        next = max(names.keys.max() ?? -1, used.max() ?? -1) + 1
    }

    func declare(_ kind: Variable.Kind, _ wish: String) -> Variable {
        var (name, number) = (wish, 1)
        while !taken.insert(name).inserted {
            number += 1
            name = "\(wish)\(number)"
        }
        return declare(kind, named: name)
    }

    /// An array that takes the place of a vector has its name.
    func declare(_ kind: Variable.Kind, named name: String) -> Variable {
        names[next] = name
        next += 1
        return Variable(id: next - 1, kind: kind, owner: owner)
    }
}
