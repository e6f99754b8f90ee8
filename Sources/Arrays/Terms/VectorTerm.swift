import ReversibleCore

/// A formula for a row of real numbers.
public struct VectorTerm: ArrayTerm {
    /// The formula.
    public let term: Term
    /// A vector.
    public static var parameterType: TermType { .reals(rank: 1) }

    /// A formula for a row of real numbers.
    public init(_ term: Term) { self.term = term }

    /// How many elements there are.
    public var count: IndexTerm { IndexTerm(term.size(axis: 0)) }

    /// The element at an index.
    public subscript(index: IndexTerm) -> ScalarTerm { ScalarTerm(.get(term, index.term)) }

    /// So many elements from one on.
    public func slice(from start: IndexTerm, count: IndexTerm) -> VectorTerm {
        build(count) { self[start + $0] }
    }

    /// A function of every element.
    public func map(_ change: (ScalarTerm) -> ScalarTerm) -> VectorTerm { build(count) { change(self[$0]) } }

    /// A function of the elements of two vectors, which must be of one length.
    public func zip(
        with other: VectorTerm, _ combine: (ScalarTerm, ScalarTerm) -> ScalarTerm
    ) -> VectorTerm {
        let problem = ShapeNotes.join(term, other.term, for: "`zip`")
        let made = build(count) { combine(self[$0], other[$0]) }
        return problem == nil ? made : VectorTerm(Term(made.term.kind, problem: problem))
    }

    /// The sum of all elements.
    public func sum() -> ScalarTerm { Arrays.sum(count) { self[$0] } }

    /// What comes of an initial value when every element is taken into it, from the first to the last.
    ///
    /// A sum becomes a loop that adds up; any other function keeps what it comes to after each element in a vector of scratch.
    public func reduce(
        _ initial: ScalarTerm, _ combine: (_ soFar: ScalarTerm, _ element: ScalarTerm) -> ScalarTerm
    ) -> ScalarTerm {
        let (index, state) = (TermVariable.index(below: count.term), TermVariable(.real))
        let body = combine(ScalarTerm(state.term), self[IndexTerm(index.term)]).term
        if case .binary(.add, let a, let b) = body.kind {
            for (soFar, rest) in [(a, b), (b, a)] where soFar.isVariable(state) && !rest.mentions(state) {
                let sum = ScalarTerm(Term(.sum(index, rest)))
                return initial.term.constant == 0 ? sum : initial + sum
            }
        }
        return ScalarTerm(Term(.fold(index, state, initial.term, body)))
    }

    /// The index of the largest element, the first of equal ones. An empty vector and a NaN are errors.
    public func argmax() -> IndexTerm { IndexTerm(Term(.position(largest: true, term))) }

    /// The index of the smallest element, the first of equal ones. An empty vector and a NaN are errors.
    public func argmin() -> IndexTerm { IndexTerm(Term(.position(largest: false, term))) }

    /// The largest element; its derivative is that of the first of equal ones.
    public func max() -> ScalarTerm { self[argmax()] }

    /// The smallest element; its derivative is that of the first of equal ones.
    public func min() -> ScalarTerm { self[argmin()] }
}

/// A formula for a table of real numbers: an array of rows.
public struct MatrixTerm: ArrayTerm {
    /// The formula.
    public let term: Term
    /// A matrix.
    public static var parameterType: TermType { .reals(rank: 2) }

    /// A formula for a table of real numbers.
    public init(_ term: Term) { self.term = term }

    /// How many rows there are.
    public var rows: IndexTerm { IndexTerm(term.size(axis: 0)) }
    /// How many columns there are.
    public var columns: IndexTerm { IndexTerm(term.size(axis: 1)) }

    /// The row at an index.
    public subscript(row: IndexTerm) -> VectorTerm { VectorTerm(.get(term, row.term)) }
    /// The element in a row and a column.
    public subscript(row: IndexTerm, column: IndexTerm) -> ScalarTerm { self[row][column] }

    /// The matrix whose elements are what the closure says.
    public init(rows: IndexTerm, columns: IndexTerm, _ element: (IndexTerm, IndexTerm) -> ScalarTerm) {
        self = build(rows) { i -> VectorTerm in build(columns) { j -> ScalarTerm in element(i, j) } }
    }

    /// The matrix with ones in its diagonal.
    public static func identity(_ size: IndexTerm) -> MatrixTerm {
        MatrixTerm(rows: size, columns: size) { select($0 == $1, 1, 0) }
    }

    /// A function of every element.
    public func map(_ change: (ScalarTerm) -> ScalarTerm) -> MatrixTerm {
        MatrixTerm(rows: rows, columns: columns) { change(self[$0, $1]) }
    }

    /// A function of the elements of two matrices, which must be of one size.
    public func zip(
        with other: MatrixTerm, _ combine: (ScalarTerm, ScalarTerm) -> ScalarTerm
    ) -> MatrixTerm {
        let problem = ShapeNotes.join(term, other.term, for: "`zip`")
        let made = MatrixTerm(rows: rows, columns: columns) { combine(self[$0, $1], other[$0, $1]) }
        return problem == nil ? made : MatrixTerm(Term(made.term.kind, problem: problem))
    }

    /// The sum of all elements.
    public func sum() -> ScalarTerm { Arrays.sum(rows) { self[$0].sum() } }
}

/// The matrix with rows and columns exchanged.
public func transpose(_ m: MatrixTerm) -> MatrixTerm {
    MatrixTerm(rows: m.columns, columns: m.rows) { m[$1, $0] }
}

/// The sum of the elements in the diagonal of a square matrix.
public func trace(_ m: MatrixTerm) -> ScalarTerm {
    let problem = ShapeNotes.equal(m.rows.term, m.columns.term, for: "`trace`")
    return ScalarTerm(Term(sum(m.rows) { m[$0, $0] }.term.kind, problem: problem))
}

/// The product of two matrices: as many columns in the first as rows in the second.
public func product(_ a: MatrixTerm, _ b: MatrixTerm) -> MatrixTerm {
    let problem = ShapeNotes.equal(a.columns.term, b.rows.term, for: "a matrix product")
    let made = MatrixTerm(rows: a.rows, columns: b.columns) { i, j in sum(a.columns) { a[i, $0] * b[$0, j] } }
    return problem == nil ? made : MatrixTerm(Term(made.term.kind, problem: problem))
}

/// The product of a matrix and a vector: as many columns as elements.
public func product(_ a: MatrixTerm, _ v: VectorTerm) -> VectorTerm {
    let problem = ShapeNotes.equal(a.columns.term, v.count.term, for: "a matrix product")
    let made = build(a.rows) { i in sum(a.columns) { a[i, $0] * v[$0] } }
    return problem == nil ? made : VectorTerm(Term(made.term.kind, problem: problem))
}

/// The product of a vector, as a row, and a matrix: as many elements as rows.
public func product(_ v: VectorTerm, _ a: MatrixTerm) -> VectorTerm {
    let problem = ShapeNotes.equal(a.rows.term, v.count.term, for: "a matrix product")
    let made = build(a.columns) { j in sum(a.rows) { v[$0] * a[$0, j] } }
    return problem == nil ? made : VectorTerm(Term(made.term.kind, problem: problem))
}

/// The matrix of all products of an element of one vector and an element of another.
public func outer(_ u: VectorTerm, _ v: VectorTerm) -> MatrixTerm {
    MatrixTerm(rows: u.count, columns: v.count) { u[$0] * v[$1] }
}
