/// What may not be what it was once undoing has lost a decision: integers, and the sizes of arrays.
///
/// A number that has lost digits is found out at the end, by the verdict. An integer that a lost decision has changed may
/// be an index before that, and read or write outside of its array: elements found by such integers are checked where they
/// are used.
package struct LostValues: Equatable {
    /// What the program changes, numbers too: an index that compares them is decided by them. Indices of loops whose
    /// bounds read any of it.
    package private(set) var contents: Set<Variable>
    /// Arrays whose sizes read any of it.
    package private(set) var sizes: Set<Variable> = []

    /// Nothing, as where no decision is undone.
    static let nothing = LostValues(contents: [])

    private init(contents: Set<Variable>) { self.contents = contents }

    /// - Parameters:
    ///   - entering: What may be lost among the parameters when the program begins.
    ///   - ownModes: The modes of the parameters of the function that the program belongs to.
    init(of program: Block, entering: LostValues, ownModes: [AccessMode]) {
        var accesses = Accesses(ownModes: ownModes)
        program.visit(&accesses)
        contents = accesses.written.filter { $0.kind != .stack }.union(entering.contents)
        sizes = entering.sizes
        noteIndicesAndSizes(in: program)
    }

    /// What is found in a block decides about the blocks inside it: they alone can read its indices and ancillas.
    private mutating func noteIndicesAndSizes(in block: Block) {
        for ancilla in block.ancillas where ancilla.sizes.contains(where: mayBeWrong) {
            sizes.insert(ancilla.variable)
        }
        for statement in block.statements {
            if case .forLoop(let s) = statement.kind, [s.start, s.end, s.step].contains(where: mayBeWrong) {
                contents.insert(s.index)
            }
            for inner in statement.ownBlocks { noteIndicesAndSizes(in: inner) }
        }
    }

    /// Takes note of a variable that the program has been given to hold the value, or the sum, of an expression.
    package mutating func note(_ variable: Variable, holding node: Node) {
        if mayBeWrong(node) { contents.insert(variable) }
    }

    /// Whether an integer expression reads any of it.
    package func mayBeWrong(_ node: Node) -> Bool { !node.isFixed(whereChanging: contents, declaring: sizes) }

    /// Whether a place may be an element that its array does not have.
    package func mayBeOutside(_ place: Place) -> Bool {
        self != .nothing && !place.indices.isEmpty
            && (sizes.contains(place.variable) || place.indices.contains(where: mayBeWrong))
    }

    /// Whether a block names such an element.
    package func findElements(in block: Block) -> Bool {
        if self == .nothing { return false }
        return Accesses(of: block).all.contains { mayBeOutside($0.place) }
            || block.constantReads.contains { mayBeOutside($0) }
    }

    /// What becomes of it in a function that is called: parameters stand for arguments.
    func entering(_ callee: Definition, by call: Call) -> LostValues {
        var result = LostValues.nothing
        for (parameter, place) in zip(callee.parameters, call.arguments) {
            let variable = parameter.variable
            if sizes.contains(place.variable), place.indices.isEmpty { result.sizes.insert(variable) }
            guard variable.kind != .stack else { continue }
            if contents.contains(place.variable) || mayBeOutside(place) { result.contents.insert(variable) }
        }
        return result
    }

    fileprivate mutating func formUnion(_ other: LostValues) {
        contents.formUnion(other.contents)
        sizes.formUnion(other.sizes)
    }
}

extension Definition {
    /// Whether the function names elements by what may be lost, or of arrays of such sizes.
    package func findsLostElements(entering: LostValues) -> Bool {
        LostValues(of: body, entering: entering, ownModes: parameterModes).findElements(in: body)
    }

    /// For this function and everything it calls, what may be lost among the parameters when a call begins; nothing has
    /// been lost when the program itself is called.
    func lostOnEntry() -> [ObjectIdentifier: LostValues] {
        var result: [ObjectIdentifier: LostValues] = [:]
        // Callers come before their callees, but for a function that calls itself.
        for definition in calleesFirst.reversed() {
            let key = ObjectIdentifier(definition)
            var known: LostValues
            repeat {
                known = result[key] ?? .nothing
                let lost = LostValues(
                    of: definition.body, entering: known, ownModes: definition.parameterModes)
                definition.body.forEachStatement { statement in
                    guard case .call(let call) = statement.kind else { return }
                    let callee: Definition
                    switch call.callee {
                    case .function(let function): callee = function
                    case .itself: callee = definition
                    case .unavailable: return
                    }
                    result[ObjectIdentifier(callee), default: .nothing].formUnion(
                        lost.entering(callee, by: call))
                }
            } while result[key] ?? .nothing != known
        }
        return result
    }
}
