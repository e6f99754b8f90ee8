/// What every lowered program fulfils, and every pass keeps.
///
/// - A variable is a parameter, an ancilla or an index of something around the place where it is named, or a stack of the
///   run; on the way in from the function it is declared once. What is handed to a function that does nothing with it need
///   not be there any more.
/// - The sizes of an ancilla read nothing that its block has yet to declare.
/// - A place has as many indices as its array has axes, or none.
/// - No statement changes the index of a loop around it, and integers are changed by integers.
///
/// Traces look at the program after every pass, for tests; a fault is one of the package, never of its users.
package struct Verifier {
    private let printer: Printer
    private var declared: Set<Variable>
    private var indices: Set<Variable> = []
    private var fault: String?

    /// The first thing that is wrong with a program; nil if it is sound.
    ///
    /// - Parameter names: The names of its variables, for the sentence.
    package static func fault(in block: Block, over parameters: [Variable], names: [Int: String]) -> String? {
        var verifier = Verifier(
            printer: Printer(names: names, functionName: ""), declared: Set(parameters))
        verifier.visit(block)
        return verifier.fault
    }

    private init(printer: Printer, declared: Set<Variable>) {
        (self.printer, self.declared) = (printer, declared)
    }

    /// - Parameter inner: What else is in the scope of the block's ancillas.
    private mutating func visit(_ block: Block, around inner: Block? = nil) {
        let outer = declared
        for ancilla in block.ancillas {
            for size in ancilla.sizes { read(size, nil) }
            declare(ancilla.variable)
        }
        for statement in block.statements where fault == nil { visit(statement) }
        if let inner { visit(inner) }
        declared = outer
    }

    private mutating func visit(_ statement: Statement) {
        for place in statement.ownPlaces {
            if case .call = statement.kind {
                for index in place.indices { read(index, statement) }
            } else {
                use(place, statement)
            }
            if indices.contains(place.variable), statement.isElementary {
                fault = fault ?? "\(text(statement)) changes the index of a loop"
            }
        }
        for node in statement.ownNodes { read(node, statement) }
        if case .update(let s) = statement.kind, s.place.type.element == .integer,
            s.change.type.element != .integer
        {
            fault = fault ?? "\(text(statement)) changes an integer by a number of another type"
        }
        switch statement.kind {
        case .forLoop(let loop):
            let (outer, outerIndices) = (declared, indices)
            declare(loop.index)
            indices.insert(loop.index)
            visit(loop.body)
            (declared, indices) = (outer, outerIndices)
        case .whileLoop(let loop):
            let (outer, outerIndices) = (declared, indices)
            for turn in [loop.turn].compactMap({ $0 }) {
                declare(turn)
                indices.insert(turn)
            }
            visit(loop.body)
            (declared, indices) = (outer, outerIndices)
        // What a computation is for sees its ancillas.
        case .compute(let s): visit(s.compute, around: s.apply)
        default: for block in statement.ownBlocks { visit(block) }
        }
    }

    private func text(_ user: Statement?) -> String {
        user.map { "`\(printer.headline($0))`" } ?? "the size of an ancilla"
    }

    private mutating func declare(_ variable: Variable) {
        if !declared.insert(variable).inserted {
            fault = fault ?? "`\(printer.name(variable))` is declared inside its own scope"
        }
    }

    private mutating func use(_ place: Place, _ user: Statement?) {
        check(place, user)
        for index in place.indices { read(index, user) }
    }

    private mutating func check(_ place: Place, _ user: Statement?) {
        if !declared.contains(place.variable), place.variable.storage == nil, place.variable.constant == nil {
            fault = fault ?? "\(text(user)) names `\(printer.name(place.variable))` outside of its scope"
        }
        let axes =
            switch place.variable.kind {
            case .matrix: 2
            case .vector, .integerVector, .stack: 1
            case .scalar, .integer, .index: 0
            }
        if !place.indices.isEmpty, place.indices.count != axes {
            fault = fault ?? "\(text(user)) gives `\(printer.text(place))` indices for another kind of array"
        }
    }

    private mutating func read(_ node: Node, _ user: Statement?) {
        for place in node.reads { check(place, user) }
        for variable in node.sizedVariables where !declared.contains(variable) {
            fault =
                fault ?? "\(text(user)) asks for the size of `\(printer.name(variable))` outside of its scope"
        }
    }
}
