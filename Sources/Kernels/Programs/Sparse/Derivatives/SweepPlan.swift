/// Which runs find the entries of a sparse matrix that is known by its products with vectors only, and where each entry is
/// found in what they give.
struct SweepPlan: Sendable {
    /// A run: the product with a direction of ones gives sums of columns, with weights of ones sums of rows.
    struct Sweep: Sendable {
        /// The columns, or rows, that are 1.
        var seeds: [Int] = []
        /// The entries that this run finds, and the numbers of its product that they are.
        var entries: [(entry: Int, number: Int)] = []
    }

    /// Products of the matrix: sums of columns.
    private(set) var forward: [Sweep] = []
    /// Products of the transpose: sums of rows.
    private(set) var backward: [Sweep] = []

    /// How many runs there are.
    var count: Int { forward.count + backward.count }

    /// A plan for a Jacobian.
    ///
    /// A few rows with many entries would make many columns differ: those rows are found one by one, by the transpose, and the
    /// rest by sums of columns; or the same with rows and columns exchanged, whichever promises fewer runs.
    ///
    /// - Parameters:
    ///   - allowsForward: Whether there are products of the matrix.
    ///   - allowsBackward: Whether there are products of the transpose.
    init(jacobian pattern: SparsityPattern, allowsForward: Bool, allowsBackward: Bool) {
        let (exchanged, origins) = pattern.transposed()
        let byColumns = Split(lines: exchanged, allowsSingle: allowsBackward)
        let byRows = Split(lines: pattern, allowsSingle: allowsForward)
        if allowsForward, !allowsBackward || byColumns.runs <= byRows.runs {
            forward = Self.sums(of: pattern, byColumns.isSingle) { $0 }
            backward = Self.singles(of: exchanged, byColumns.isSingle) { origins[$0] }
        } else {
            backward = Self.sums(of: exchanged, byRows.isSingle) { origins[$0] }
            forward = Self.singles(of: pattern, byRows.isSingle) { $0 }
        }
    }

    /// A plan for a Hessian, of a symmetric pattern: sums of columns, in one or the other triangle.
    init(hessian pattern: SparsityPattern) {
        let (colours, count) = pattern.starColours(limit: 64)
        var sweeps = Array(repeating: Sweep(), count: count)
        for (column, colour) in colours.enumerated() where !pattern.entries(ofColumn: column).isEmpty {
            sweeps[colour].seeds.append(column)
        }
        // Of each row, how many of its entries are in columns of a colour.
        var found = Array(repeating: 0, count: count)
        for row in 0..<pattern.columns {
            // Row and column have the same entries.
            for column in pattern.rows(ofColumn: row) { found[colours[column]] += 1 }
            for entry in pattern.entries(ofColumn: row) {
                let column = pattern.rowIndices[entry]
                // The entry is that of row `column` and column `row`, whose value is also that of row `row`.
                if found[colours[column]] == 1 {
                    sweeps[colours[column]].entries.append((entry, row))
                } else {
                    sweeps[colours[row]].entries.append((entry, column))
                }
            }
            for column in pattern.rows(ofColumn: row) { found[colours[column]] = 0 }
        }
        forward = sweeps.filter { !$0.seeds.isEmpty }
    }

    /// Runs for all columns by colours, without the entries in rows that are found one by one.
    private static func sums(
        of pattern: SparsityPattern, _ isSingle: [Bool], _ origin: (Int) -> Int
    ) -> [Sweep] {
        let (colours, count) = pattern.columnColours(leavingOut: isSingle)
        var sweeps = Array(repeating: Sweep(), count: count)
        for column in 0..<pattern.columns {
            for entry in pattern.entries(ofColumn: column) where !isSingle[pattern.rowIndices[entry]] {
                let sweep = colours[column]
                if sweeps[sweep].seeds.last != column { sweeps[sweep].seeds.append(column) }
                sweeps[sweep].entries.append((origin(entry), pattern.rowIndices[entry]))
            }
        }
        return sweeps.filter { !$0.seeds.isEmpty }
    }

    /// A run for each column that is found by itself.
    private static func singles(
        of pattern: SparsityPattern, _ isSingle: [Bool], _ origin: (Int) -> Int
    ) -> [Sweep] {
        isSingle.indices.filter { isSingle[$0] }.map { column in
            Sweep(
                seeds: [column],
                entries: pattern.entries(ofColumn: column).map { (origin($0), pattern.rowIndices[$0]) })
        }
    }

    /// Which lines, rows or columns, are found one by one.
    private struct Split {
        let isSingle: [Bool]
        /// How many runs there are at least.
        let runs: Int

        /// - Parameters:
        ///   - lines: A pattern whose columns are the lines.
        ///   - allowsSingle: Whether a line can be found by itself.
        init(lines: SparsityPattern, allowsSingle: Bool) {
            let lengths = (0..<lines.columns).map { lines.entries(ofColumn: $0).count }
            let descending = lengths.sorted(by: >)
            // With the k longest lines apart, there are as many colours as the next one has entries, at least.
            var (singles, runs) = (0, descending.first ?? 0)
            if allowsSingle {
                for k in descending.indices where k + 1 < descending.count && k + descending[k + 1] < runs {
                    (singles, runs) = (k + 1, k + 1 + descending[k + 1])
                }
                if descending.count < runs { (singles, runs) = (descending.count, descending.count) }
            }
            let shortest = singles == 0 ? Int.max : descending[singles - 1]
            var equals = singles - descending.prefix(singles).count { $0 > shortest }
            isSingle = lengths.map { length in
                if length == shortest, equals > 0 {
                    equals -= 1
                    return true
                }
                return length > shortest
            }
            self.runs = runs
        }
    }
}
