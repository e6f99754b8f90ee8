/// A change of variables, applied to expressions and statements.
package final class Renaming {
    private let variables: [Variable: Variable]
    /// Single numbers that an element of an array takes the place of.
    private let elements: [Variable: Place]
    /// Views that take the place of vectors.
    private let views: [Variable: Place]
    /// What takes an expression's place, once its operands are renamed.
    private let refine: (Node) -> Node
    // Expressions are graphs: each node is renamed once.
    private var renamed: [ObjectIdentifier: Node] = [:]
    private var keptAlive: [Node] = []

    package init(
        _ variables: [Variable: Variable], elements: [Variable: Place] = [:],
        views: [Variable: Place] = [:], refining refine: @escaping (Node) -> Node = { $0 }
    ) {
        self.variables = variables
        self.elements = elements
        self.views = views
        self.refine = refine
    }

    /// A constant is the same place in every function.
    package func callAsFunction(_ variable: Variable) -> Variable {
        if variable.constant != nil { return variable }
        return variables[variable] ?? views[variable]?.variable ?? variable
    }

    package func callAsFunction(_ place: Place) -> Place {
        if let span = place.span {
            let own = span.map { self($0) }
            return views[place.variable]?.part(own)
                ?? Place(self(place.variable), place.indices.map { self($0) }, along: own)
        }
        if let view = views[place.variable] {
            return place.indices.first.map { view.element(at: self($0)) } ?? view
        }
        return elements[place.variable] ?? Place(self(place.variable), place.indices.map { self($0) })
    }

    package func callAsFunction(_ block: Block) -> Block {
        Block(
            ancillas: block.ancillas.map {
                Ancilla(
                    variable: self($0.variable), sizes: $0.sizes.map { self($0) }, rule: $0.rule,
                    at: $0.location)
            },
            statements: block.statements.map { $0.renamed(by: self) })
    }

    package func callAsFunction(_ node: Node) -> Node {
        if let done = renamed[ObjectIdentifier(node)] { return done }
        let result = refine(Node(rename(node.kind), node.type, problem: node.problem))
        renamed[ObjectIdentifier(node)] = result
        keptAlive.append(node)
        return result
    }

    private func rename(_ kind: Node.Kind) -> Node.Kind {
        switch kind {
        case .read(let place): .read(self(place))
        case .size(let variable, let axis): views[variable]?.count.kind ?? .size(self(variable), axis)
        default: kind.mapOperands { self($0) }
        }
    }
}
