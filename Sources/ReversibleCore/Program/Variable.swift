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

        /// What an array's size consists of.
        package var axes: [Axis] {
            switch self {
            case .vector, .integerVector: [.count]
            case .matrix: [.rows, .columns]
            case .scalar, .integer, .index, .stack: []
            }
        }

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
    /// What it holds, if it is a constant: no function declares that, and none changes it.
    package let constant: Constant?

    package init(
        id: Int, kind: Kind, owner: TraceToken, storage: TraceToken? = nil, constant: Constant? = nil
    ) {
        self.id = id
        self.kind = kind
        self.owner = owner
        self.storage = storage
        self.constant = constant
    }
}

// Identity is the number within the function, so that equal programs compare equal.
extension Variable: Hashable {
    package static func == (a: Variable, b: Variable) -> Bool {
        a.id == b.id && a.kind == b.kind && a.constant == b.constant
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// An identity without content.
package final class TraceToken: Sendable {
    private struct Role: Hashable {
        let name: String
        let level: Int
    }

    /// Which differentiation made it: 0 for what a program declares itself, 1 for its derivatives, 2 for derivatives of
    /// programs that hold these.
    package let level: Int
    /// What the program itself declared, and what this goes with.
    private let (origin, owner): (ObjectIdentifier?, ObjectIdentifier?)
    private let companions = Mutex<[Role: TraceToken]>([:])

    package convenience init() { self.init(level: 0, origin: nil, owner: nil) }

    private init(level: Int, origin: ObjectIdentifier?, owner: ObjectIdentifier?) {
        self.level = level
        (self.origin, self.owner) = (origin, owner)
    }

    /// What is the same for all that goes with something that a program declared.
    package var family: ObjectIdentifier { origin ?? ObjectIdentifier(self) }

    /// Whether this is a companion of the other.
    package func goes(with other: TraceToken) -> Bool { owner == ObjectIdentifier(other) }

    /// What goes with this in one differentiation of a program: one stack of cotangents for a stack that a function
    /// pushes on and another, its inverse or its adjoint, pops from.
    ///
    /// The derivatives of another level are kept apart: a program that calls `adjoint(g)` holds cotangents of `g`
    /// already when it is differentiated itself.
    package func companion(_ name: String, level: Int) -> TraceToken {
        companions.withLock { companions in
            let role = Role(name: name, level: level)
            if let known = companions[role] { return known }
            let companion = TraceToken(level: level, origin: family, owner: ObjectIdentifier(self))
            companions[role] = companion
            return companion
        }
    }
}

/// Something a statement can change: a variable, a whole array, or one element of an array.
package struct Place: Hashable, Sendable {
    package var variable: Variable
    /// None for a variable or a whole array, one for a vector's element, two for a matrix's.
    ///
    /// A stack without an index is how many numbers there are on it; with one it is one of them, from the bottom.
    package var indices: [Node]
    /// For a view, the axis along which it goes; ``indices`` has the others. Only while a program is traced: see
    /// ``ViewExpansion``.
    var span: Span?

    package init(_ variable: Variable, _ indices: [Node] = []) { self.init(variable, indices, along: nil) }

    init(_ variable: Variable, _ indices: [Node], along span: Span?) {
        self.variable = variable
        self.indices = indices
        self.span = span
    }

    package var isWholeArray: Bool { variable.kind.isArray && indices.isEmpty && span == nil }

    /// Whether this is part of an array or a stack, and no variable of its own.
    package var isInMemory: Bool { variable.kind.isArray || variable.kind == .stack }

    package var type: ValueType {
        if span != nil { return ValueType(variable.kind.isReal ? .real : .integer, .vector) }
        return switch variable.kind {
        case .scalar: .real
        case .integer, .index: .integer
        case .vector: ValueType(.real, indices.isEmpty ? .vector : .single)
        case .integerVector: ValueType(.integer, indices.isEmpty ? .vector : .single)
        case .matrix: ValueType(.real, indices.isEmpty ? .matrix : .single)
        case .stack: indices.isEmpty ? .integer : .real
        }
    }

    /// The content as an expression: of a constant, where all is known, the number itself.
    package var read: Node { variable.constant?.literal(indices) ?? Node(.read(self), type) }
}
