/// Makes the places of parameters or ancillas, one leaf after the other.
public struct PlaceSource {
    enum Purpose {
        case parameter, ancilla, layout
    }

    let purpose: Purpose
    let tracer: Tracer
    /// Field names from the parameter down.
    var path: [String]
    /// Integers have no cotangent: a gradient's integer fields are places that no parameter stands for.
    var inGradient = false
    /// For ancillas: places of the sizes that they are to have.
    var shapes: ArraySlice<Place> = []
    private(set) var leaves: [Parameter] = []

    init(_ purpose: Purpose, tracer: Tracer, name: String?) {
        self.purpose = purpose
        self.tracer = tracer
        path = name.map { [$0] } ?? []
    }

    mutating func make(_ kind: Variable.Kind) throws -> Variable {
        let name = path.isEmpty ? nil : path.joined(separator: ".")
        if purpose == .ancilla {
            if let shape = shapes.popFirst() {
                return tracer.declareAncilla(kind, name: name, sizes: shape.sizes)
            }
            guard kind == .scalar || kind == .integer else {
                throw ArgumentError(
                    "`\(name ?? "")` is a \(kind.typeName), whose size is not known: a struct used as an "
                        + "ancilla may have Scalar and Integer fields only")
            }
            return tracer.declareAncilla(kind, name: name, sizes: [])
        }
        let variable = tracer.declare(
            kind, name: name, storage: kind == .stack ? TraceToken() : nil)
        if !inGradient || kind.isReal || kind == .stack {
            leaves.append(Parameter(variable: variable, name: tracer.names[variable.id] ?? ""))
        }
        return variable
    }

    /// From here on integers stand for nothing; returns what was so before.
    package mutating func entersGradient() -> Bool {
        defer { inGradient = true }
        return inGradient
    }

    package mutating func leavesGradient(_ outer: Bool) { inGradient = outer }

    /// Makes places under a field name.
    package mutating func field<T>(_ name: String, _ make: (inout PlaceSource) throws -> T) rethrows -> T {
        path.append(name)
        defer { path.removeLast() }
        return try make(&self)
    }
}

/// The places of a struct, in declaration order.
public struct PlaceList {
    package var places: [Place] = []
    var inGradient = false

    package init() {}

    /// From here on integers are left out; returns what was so before.
    package mutating func entersGradient() -> Bool {
        defer { inGradient = true }
        return inGradient
    }

    package mutating func leavesGradient(_ outer: Bool) { inGradient = outer }

    mutating func append(_ place: Place) {
        if !inGradient || place.variable.kind.isReal || place.variable.kind == .stack { places.append(place) }
    }
}

/// One leaf of a function's parameter list.
package struct Parameter: Hashable, Sendable {
    package var variable: Variable
    package var name: String
    /// For the cotangent of a stack: the position of the stack among the leaves.
    package var alignedTo: Int?

    package init(variable: Variable, name: String, alignedTo: Int? = nil) {
        self.variable = variable
        self.name = name
        self.alignedTo = alignedTo
    }
}

/// Why a struct cannot be used as an argument.
struct ArgumentError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Collects the leaves of host values.
public struct ValueWriter {
    package private(set) var leaves: [Leaf<Double>] = []
    /// Numbers instead of leaves, where nothing else is to come.
    package private(set) var numbers: NumberWords?

    package init() {}

    package init(numbers: NumberWords) { self.numbers = numbers }

    package mutating func append(_ leaf: Leaf<Double>) {
        switch leaf {
        case .real(let number): append(number)
        case .integer(let number): append(number)
        case .reals, .integers, .matrix: leaves.append(leaf)
        }
    }

    mutating func append(_ number: Double) {
        if numbers == nil { leaves.append(.real(number)) } else { numbers?.append(number) }
    }

    package mutating func append(_ number: Int) {
        if numbers == nil { leaves.append(.integer(number)) } else { numbers?.append(number) }
    }
}

/// Hands out leaves to host values.
public struct ValueReader {
    private let leaves: [Leaf<Double>]
    private let numbers: NumberWords?
    private var position = 0

    package init(_ leaves: [Leaf<Double>]) { (self.leaves, numbers) = (leaves, nil) }

    package init(numbers: NumberWords) { (leaves, self.numbers) = ([], numbers) }

    /// The next leaf, of a kind that its place has; only a number of a few can be told apart by it.
    package mutating func next(_ kind: Variable.Kind? = nil) throws -> Leaf<Double> {
        guard position < numbers?.count ?? leaves.count else {
            throw ArgumentError("a value has more fields than its places")
        }
        defer { position += 1 }
        guard let numbers else { return leaves[position] }
        return kind == .integer ? .integer(numbers.words[position]) : .real(numbers.real(position))
    }
}
