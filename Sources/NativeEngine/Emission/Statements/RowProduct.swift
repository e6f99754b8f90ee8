import ReversibleCore

/// Two loops that add the products of a matrix's rows and a vector to the numbers of another: `y[i] += a[i, j] * x[j]`.
///
/// A compiler may not change the order of a row's sum, and then waits for every sum; several rows at once keep the order, and
/// do not wait (`add_row_products`). The bits are those of the loops.
struct RowProduct {
    private let rows: ForLoop
    private let columns: ForLoop
    private let update: Update
    /// Where the first numbers are: of the vector that changes, the matrix, and the vector it is multiplied by.
    private let first: (target: Place, matrix: Place, vector: Place)

    /// Nil if a loop is none of this kind.
    init?(_ loop: ForLoop) {
        guard let inner = loop.body.onlyLoop, let only = inner.body.onlyStatement,
            case .update(let update) = only.kind, update.operation == .add || update.operation == .subtract,
            !update.accumulates, case .binary(.multiply, let a, let b) = update.change.kind,
            case .read(let one) = a.kind, case .read(let other) = b.kind
        else { return nil }
        for loop in [loop, inner] where loop.parallel || loop.closed || loop.step.constant != 1 { return nil }
        let (matrix, vector) = one.variable.kind == .matrix ? (one, other) : (other, one)
        let (i, j) = (loop.index, inner.index)
        func isFree(_ node: Node) -> Bool {
            !node.contains { part in
                guard case .read(let place) = part.kind else { return false }
                return place.variable == i || place.variable == j || place.variable == update.place.variable
            }
        }
        // Few turns, and their number known: a compiler writes them out.
        if let n = loop.end.constant, let m = inner.end.constant, n * m <= 64 { return nil }
        guard matrix.variable.kind == .matrix, matrix.indices.count == 2, vector.variable.kind == .vector,
            vector.indices.count == 1, update.place.variable.kind == .vector, update.place.indices.count == 1,
            update.place.variable != vector.variable, [inner.start, inner.end].allSatisfy(isFree),
            let target = update.place.indices[0].first(of: loop, isFree),
            let row = matrix.indices[0].first(of: loop, isFree),
            let column = matrix.indices[1].first(of: inner, isFree),
            let factor = vector.indices[0].first(of: inner, isFree)
        else { return nil }
        (rows, columns, self.update) = (loop, inner, update)
        first = (
            Place(update.place.variable, [target]), Place(matrix.variable, [row, column]),
            Place(vector.variable, [factor])
        )
    }

    /// Whether an element may be one that its array does not have.
    func mayBeOutside(_ lost: LostValues) -> Bool {
        [first.target, first.matrix, first.vector].contains { lost.mayBeOutside($0) }
    }

    func emit(to emitter: FunctionEmitter) {
        emitter.names.enter()
        emitter.out.open("")
        emitter.share([rows.start, rows.end, columns.start, columns.end])
        func count(_ loop: ForLoop, _ name: String) -> String {
            let (start, end) = (emitter.integer(loop.start), emitter.integer(loop.end))
            return emitter.named(
                name,
                loop.start.constant == 0
                    ? end : CValue("\(end.within(.sum)) - \(start.within(.product))", .sum),
                .integer)
        }
        let (m, n) = (count(rows, "rows"), count(columns, "columns"))
        // Without turns nothing is evaluated.
        emitter.out.open("if (\(m) > 0 && \(n) > 0)")
        func start(_ place: Place) -> String {
            let s = emitter.store(of: place.variable)
            let offset = emitter.offset(place, s)
            return offset.text == "0" ? s.name : "\(s.name) + \(offset.within(.sum))"
        }
        let stride = emitter.store(of: first.matrix.variable).columns
        emitter.out.line(
            "add_row_products(\(start(first.target)), \(start(first.matrix)), \(stride), \(start(first.vector)), \(m), "
                + "\(n), \(update.operation == .subtract), \(columns.backward));")
        emitter.out.close()
        emitter.out.close()
        emitter.names.leave()
    }
}

extension FunctionEmitter {
    /// Whether turns of loops may be taken in groups: the code need not look at each element, and no two arrays are one.
    var groupsTurns: Bool {
        lanes == nil && mask == nil && !isChecked && !variant.isAliased && !unit.isForOthers
    }
}

extension Node {
    /// An index where a loop begins, if it counts with the loop: the loop's own plus what does not change in it.
    fileprivate func first(of loop: ForLoop, _ isFree: (Node) -> Bool) -> Node? {
        switch kind {
        case .read(let place): return place == Place(loop.index) ? loop.start : nil
        case .integerBinary(.below, let a, _): return a.first(of: loop, isFree)
        case .integerBinary(.add, let a, let b):
            if isFree(b), let start = a.first(of: loop, isFree) { return .plus(start, b) }
            if isFree(a), let start = b.first(of: loop, isFree) { return .plus(a, start) }
            return nil
        case .integerBinary(.subtract, let a, let b):
            guard isFree(b), let start = a.first(of: loop, isFree) else { return nil }
            return Node(.integerBinary(.subtract, start, b), .integer)
        default: return nil
        }
    }

    private static func plus(_ a: Node, _ b: Node) -> Node {
        if a.constant == 0 { return b }
        if b.constant == 0 { return a }
        return Node(.integerBinary(.add, a, b), .integer)
    }
}

extension Block {
    fileprivate var onlyStatement: Statement? {
        guard ancillas.isEmpty, statements.count == 1 else { return nil }
        if case .block(let block) = statements[0].kind { return block.onlyStatement }
        return statements[0]
    }
}
