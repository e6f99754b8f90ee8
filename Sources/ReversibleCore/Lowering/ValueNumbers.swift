/// Which expressions have the same value, across the statements of a loop's body.
///
/// Compilers find this out for arithmetic, but not across the branches in elementary functions and lane by lane
/// loads. Equal numbers mean equal values (value numbering; Cocke and Schwartz 1970). A variable's number
/// changes when it is written, an array's with every store into it.
package struct ValueNumbers<Value> {
    private enum Key: Hashable {
        case variable(Int)
        case real(UInt64)
        case integer(Int)
        case boolean(Bool)
        case size(Int, Axis)
        case load(Int, [Int])
        case operation(String, [Int])
    }

    private var numbers: [Key: Int] = [:]
    private var current: [Variable: Int] = [:]
    private var next = 0
    /// What is at hand in a constant of the emitted text.
    package var available: [Int: Value] = [:]
    private var known: [ObjectIdentifier: Int] = [:]
    /// Of array expressions: the numbers of their values at the element that is being emitted.
    private var elements: [ObjectIdentifier: Int] = [:]
    /// How often something has changed.
    private var changes = 0

    package init() {}

    private mutating func number(_ key: Key) -> Int {
        if let known = numbers[key] { return known }
        numbers[key] = fresh()
        return next
    }

    private mutating func fresh() -> Int {
        next += 1
        return next
    }

    private mutating func number(of variable: Variable) -> Int {
        current[variable] ?? number(.variable(variable.id))
    }

    /// The number of an expression's value now.
    package mutating func number(of node: Node) -> Int {
        if let known = node.type.isSingle ? known[ObjectIdentifier(node)] : elements[ObjectIdentifier(node)] {
            return known
        }
        let result: Int
        switch node.kind {
        case .real(let value): result = number(.real(value.bitPattern))
        case .integer(let value): result = number(.integer(value))
        case .boolean(let value): result = number(.boolean(value))
        case .size(let variable, let axis): result = number(.size(variable.id, axis))
        case .read(let place):
            if place.isWholeArray {
                result = fresh()
            } else if place.indices.isEmpty {
                result = number(of: place.variable)
            } else {
                result = number(.load(number(of: place.variable), place.indices.map { number(of: $0) }))
            }
        case .sum, .extremum: result = fresh()
        case .applied(let a): result = number(of: a.value)
        case .unary(let f, let a): result = number(.operation(f.name, [number(of: a)]))
        case .binary(let f, let a, let b):
            result = number(.operation(f.name, [number(of: a), number(of: b)]))
        case .integerUnary(let f, let a): result = number(.operation("i" + f.name, [number(of: a)]))
        case .integerBinary(let f, let a, let b):
            result = number(.operation("i" + f.name, [number(of: a), number(of: b)]))
        case .compare(let r, let a, let b), .holds(let r, let a, let b):
            result = number(.operation(r.symbol, [number(of: a), number(of: b)]))
        case .not(let a): result = number(.operation("not", [number(of: a)]))
        case .and(let a, let b): result = number(.operation("and", [number(of: a), number(of: b)]))
        case .or(let a, let b): result = number(.operation("or", [number(of: a), number(of: b)]))
        case .select(let c, let a, let b):
            result = number(.operation("select", [number(of: c), number(of: a), number(of: b)]))
        }
        if node.type.isSingle {
            known[ObjectIdentifier(node)] = result
        } else {
            elements[ObjectIdentifier(node)] = result
        }
        return result
    }

    /// The number of what an engine makes of these values, and calls by this name.
    package mutating func number(of operands: [Int], in name: String) -> Int {
        number(.operation(name, operands))
    }

    // MARK: Elements

    /// What is known of the element that is being emitted.
    package struct Element {
        fileprivate var numbers: [ObjectIdentifier: Int]
        fileprivate var changes: Int
    }

    /// Goes to another element: array expressions have other values there. A sum inside a loop over elements comes
    /// upon the same expressions at elements of its own.
    package mutating func enterElement() -> Element {
        defer { elements = [:] }
        return Element(numbers: elements, changes: changes)
    }

    /// Goes back to an element that was left.
    package mutating func leaveElement(for outer: Element) {
        elements = changes == outer.changes ? outer.numbers : [:]
    }

    // MARK: Changes

    private mutating func forget() {
        known = [:]
        elements = [:]
        changes += 1
    }

    /// An ancilla begins at 0.
    package mutating func begin(_ variable: Variable) {
        forget()
        current[variable] = variable.kind == .scalar ? number(.real(0)) : fresh()
    }

    /// Variables hold something new.
    package mutating func change(_ variables: some Sequence<Variable>) {
        forget()
        for variable in variables { current[variable] = fresh() }
    }

    /// `variable op= amount`, where the amount has this number.
    package mutating func update(_ variable: Variable, _ operation: Update.Operation, by amount: Int) {
        let before = number(of: variable)
        forget()
        current[variable] = number(.operation(operation.symbol, [before, amount]))
    }

    /// The state before a branch, to begin the other branch with.
    package var state: [Variable: Int] {
        get { current }
        set {
            current = newValue
            forget()
        }
    }
}
