// Views: a row or a column of a matrix, or a part of a vector, as a vector of its own whose elements are those of the
// array. A view is a place while a program is traced, and no longer: statements about views become loops over elements
// (`ViewExpansion`), and a function that is given one is made anew for it (`ViewArguments`). So engines and derivatives
// meet elements of ordinary arrays only.

/// The axis along which a view goes, and which part of it.
final class Span: Hashable, Sendable {
    /// Where the running index stands among the indices of an element.
    let position: Int
    /// The first element's index.
    let start: Node
    /// One more than the last element's index.
    let end: Node
    let count: Node
    /// Whether this is all of the axis, so that an index that is inside of the array is inside of the view.
    let isWhole: Bool
    /// What must hold for the view to be a part of its array.
    let conditions: [Node]

    init(
        at position: Int, from start: Node, to end: Node, count: Node, isWhole: Bool,
        if conditions: [Node] = []
    ) {
        self.position = position
        self.start = start
        self.end = end
        self.count = count
        self.isWhole = isWhole
        self.conditions = conditions
    }

    /// The same of other expressions.
    func map(_ change: (Node) -> Node) -> Span {
        Span(
            at: position, from: change(start), to: change(end), count: change(count), isWhole: isWhole,
            if: conditions.map(change))
    }

    static func == (a: Span, b: Span) -> Bool {
        a === b || a.position == b.position && a.start == b.start && a.count == b.count
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(position)
        hasher.combine(start)
        hasher.combine(count)
    }
}

extension Place {
    /// All elements along one axis of an array.
    init(_ variable: Variable, _ indices: [Node], alongAxis position: Int) {
        let size = variable.size(variable.kind.axes[position])
        self.init(
            variable, indices,
            along: Span(at: position, from: .integer(0), to: size, count: size, isWhole: true))
    }

    /// The number of elements of a vector or of a view.
    var count: Node { span?.count ?? variable.size(.count) }

    /// The sizes of an ancilla that is to be like this.
    package var sizes: [Node] {
        if let span { return [span.count] }
        return indices.isEmpty ? variable.kind.axes.map { variable.size($0) } : []
    }

    /// The element at an index of an array or a view; the program checks that it is inside.
    func element(at index: Node) -> Place {
        guard let span, !span.isWhole else { return element(inside: [index]) }
        return element(inside: [.index(index, below: span.count)])
    }

    /// The element at indices that are known to be inside of a view.
    func element(inside indices: [Node]) -> Place {
        guard let span, let index = indices.first else { return Place(variable, indices) }
        var all = self.indices
        all.insert(
            span.start == .integer(0) ? index : .integerBinary(.add, span.start, index), at: span.position)
        return Place(variable, all)
    }

    /// A part of a vector or of a view.
    func slice(_ range: IndexRange) -> Place {
        // The last index of a closed range is one of the part.
        let end = range.closed ? Node.integerBinary(.add, range.end, .integer(1)) : range.end
        let length = Node.distance(from: range.start, to: end)
        let isInside = [
            Node.compare(.lessOrEqual, .integer(0), range.start), .compare(.lessOrEqual, range.start, end),
            .compare(.lessOrEqual, end, count),
        ]
        return part(
            Span(at: 0, from: range.start, to: end, count: length, isWhole: false, if: isInside))
    }

    /// The elements of a vector or of a view that a part has, which is told as of a vector by itself.
    func part(_ part: Span) -> Place {
        guard let span else { return Place(variable, indices, along: part) }
        func moved(_ index: Node) -> Node {
            span.start == .integer(0) ? index : .integerBinary(.add, span.start, index)
        }
        return Place(
            variable, indices,
            along: Span(
                at: span.position, from: moved(part.start), to: moved(part.end), count: part.count,
                isWhole: false, if: span.conditions + part.conditions))
    }
}

extension Node {
    /// The difference of two integers; a constant, if their texts show it.
    fileprivate static func distance(from a: Node, to b: Node) -> Node {
        if a == .integer(0) { return b }
        let (first, last) = (a.affine, b.affine)
        return first.base == last.base
            ? .integer(last.constant &- first.constant) : .integerBinary(.subtract, b, a)
    }

    /// An index, of which the program checks that it is one of something of this size.
    static func index(_ index: Node, below count: Node) -> Node {
        if let index = index.constant, let count = count.constant, 0 <= index, index < count {
            return .integer(Int(index))
        }
        return .integerBinary(.below, index, count)
    }
}

extension Matrix {
    /// A row as a vector, without a copy: to change it is to change the matrix.
    ///
    /// It stands wherever a vector does, in expressions, in statements over whole arrays and as the argument of a
    /// function. Two views that share elements are one place under two names, and as little allowed in a statement that
    /// changes one of them.
    ///
    /// ```swift
    /// m[row: i] += factor * m[row: j]
    /// y[i] += sum(m[row: i] * x)
    /// normalize(m[row: i])
    /// ```
    public subscript(row row: some Operand) -> Vector {
        Vector(Place(variable, [row.node], alongAxis: 1))
    }

    /// A column as a vector, without a copy: to change it is to change the matrix. See ``subscript(row:)``.
    ///
    /// Its elements lie a row apart in memory; where there is a choice, rows are faster.
    public subscript(column column: some Operand) -> Vector {
        Vector(Place(variable, [column.node], alongAxis: 0))
    }
}

extension Vector {
    /// A part as a vector, without a copy: to change it is to change the vector. See ``Matrix/subscript(row:)``.
    ///
    /// Its first element has the index 0. A range that is not within the vector is an error of the kind
    /// ``ReversibilityError/Kind/indexOutOfRange``.
    public subscript(range: some LoopRange) -> Vector { Vector(place.slice(range.indexRange)) }
}

extension IntegerVector {
    /// A part as a vector, without a copy: to change it is to change the vector. See ``Vector/subscript(_:)-(LoopRange)``.
    public subscript(range: some LoopRange) -> IntegerVector {
        IntegerVector(place.slice(range.indexRange))
    }
}
