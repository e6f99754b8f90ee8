/// What a term stands for.
public indirect enum TermType: Hashable, Sendable, CustomStringConvertible {
    /// A real number.
    case real
    /// An integer: an index, a size.
    case integer
    /// A condition.
    case boolean
    /// A row of equals; a matrix is an array of arrays.
    case array(TermType)
    /// Two together: a number and its tangent.
    case pair(TermType, TermType)

    /// How many indices lead to a number.
    var rank: Int { if case .array(let element) = self { element.rank + 1 } else { 0 } }

    /// How many numbers a pair of pairs holds.
    var leaves: Int { if case .pair(let a, let b) = self { a.leaves + b.leaves } else { 1 } }

    /// An array of arrays, so many deep, of real numbers.
    static func reals(rank: Int) -> TermType { rank == 0 ? .real : .array(.reals(rank: rank - 1)) }

    /// The type in words.
    public var description: String {
        switch self {
        case .real: "a real number"
        case .integer: "an integer"
        case .boolean: "a condition"
        case .array(.real): "a vector"
        case .array(.array(.real)): "a matrix"
        case .array(let element): "an array of: \(element)"
        case .pair(let a, let b): "a pair of \(a) and \(b)"
        }
    }
}

/// A variable of terms: a parameter of a function, the index of a loop, what a loop has come to, or a value with a name.
public final class TermVariable: Sendable {
    /// A parameter's name; others get one when a term is printed.
    public let name: String?
    let type: TermType
    /// Of an index, how many values it takes, from 0; of another integer, a bound that it is below, if one is known.
    let range: Term?
    /// Of an array, its sizes, if they have another name than its own: those of what it is bound to, or those of a parameter
    /// before it that must be as large.
    let sizes: [Term?]

    init(_ type: TermType, name: String? = nil, range: Term? = nil, sizes: [Term?] = []) {
        self.type = type
        self.name = name
        self.range = range
        self.sizes = sizes
    }

    /// The index of a loop of so many turns.
    static func index(below count: Term) -> TermVariable { TermVariable(.integer, range: count) }

    /// A name for a value.
    convenience init(for value: Term) {
        self.init(
            value.type, range: value.upperBound, sizes: (0..<value.type.rank).map { value.size(axis: $0) })
    }

    var id: ObjectIdentifier { ObjectIdentifier(self) }
    var term: Term { Term(.variable(self)) }
}
