import Synchronization

/// A declared place of a function: a parameter, an ancilla or a loop index.
package struct Variable: Sendable {
    package enum Kind: UInt8, Sendable {
        case scalar, integer, vector, integerVector, matrix
        /// A loop index: an integer that the body may read only.
        case index
        case stack

        package var isArray: Bool { self == .vector || self == .integerVector || self == .matrix }

        /// Whether the place holds real numbers, and so has a cotangent.
        package var isReal: Bool { self == .scalar || self == .vector || self == .matrix }

        package var typeName: String {
            switch self {
            case .scalar: "Scalar"
            case .integer, .index: "Integer"
            case .vector: "Vector"
            case .integerVector: "IntegerVector"
            case .matrix: "Matrix"
            case .stack: "Stack"
            }
        }
    }

    package let id: Int
    package let kind: Kind
    /// The trace that made it; a place used in another function is found by this.
    package let owner: TraceToken
    /// Where a stack's content lives during a run. A function, its inverse and its adjoint share it.
    package let storage: TraceToken?

    package init(id: Int, kind: Kind, owner: TraceToken, storage: TraceToken? = nil) {
        self.id = id
        self.kind = kind
        self.owner = owner
        self.storage = storage
    }
}

// Identity is the number within the function, so that equal programs compare equal.
extension Variable: Hashable {
    package static func == (a: Variable, b: Variable) -> Bool { a.id == b.id && a.kind == b.kind }
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// An identity without content.
package final class TraceToken: Sendable {
    private struct Role: Hashable {
        let owner: ObjectIdentifier
        let name: String
    }

    private let companions = Mutex<[Role: (owner: TraceToken, companion: TraceToken)]>([:])

    package init() {}

    /// What goes with this in every program that is derived from a function: one stack of cotangents for a stack that the
    /// function pushes on and its inverse pops from, however each of them is verified.
    package func companion(_ name: String, of owner: TraceToken) -> TraceToken {
        companions.withLock { companions in
            let role = Role(owner: ObjectIdentifier(owner), name: name)
            if let known = companions[role] { return known.companion }
            let companion = TraceToken()
            companions[role] = (owner, companion)
            return companion
        }
    }
}

/// Something a statement can change: a variable, a whole array, or one element of an array.
package struct Place: Hashable, Sendable {
    package var variable: Variable
    /// None for a variable or a whole array, one for a vector's element, two for a matrix's.
    package var indices: [Node]

    package init(_ variable: Variable, _ indices: [Node] = []) {
        self.variable = variable
        self.indices = indices
    }

    package var isWholeArray: Bool { variable.kind.isArray && indices.isEmpty }

    package var type: ValueType {
        switch variable.kind {
        case .scalar: .real
        case .integer, .index: .integer
        case .vector: ValueType(.real, indices.isEmpty ? .vector : .single)
        case .integerVector: ValueType(.integer, indices.isEmpty ? .vector : .single)
        case .matrix: ValueType(.real, indices.isEmpty ? .matrix : .single)
        case .stack: .real
        }
    }

    package var read: Node { Node(.read(self), type) }
}
