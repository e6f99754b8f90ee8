/// A linear map written out as rows of entries, with nothing where no result depends on an argument.
///
/// An entry stands wherever terms lead from an argument to a result, also if its value is 0.
struct SparseRows {
    /// The entries of a row, ascending in columns.
    typealias Row = [(column: Int, value: Double)]
    private(set) var rows: [Row]
    let columns: Int

    init(_ map: LinearMap) {
        columns = map.columns
        switch map.form {
        case .record(let record): rows = Self.rows(of: record)
        case .transposed(let record):
            rows = Self.exchanged(Self.rows(of: record), columns: map.rows)
        case .identity: rows = (0..<columns).map { [($0, 1)] }
        case .scaled(let factor, let map):
            rows = SparseRows(map).rows.map { row in
                row.map { ($0.column, LinearRun.product(factor, $0.value)) }
            }
        case .sum(let a, let b):
            var sum = RowSum(columns: columns)
            rows = zip(SparseRows(a).rows, SparseRows(b).rows).map { a, b in
                sum.add(1, a)
                sum.add(1, b)
                return sum.taken()
            }
        case .product(let a, let b):
            rows = Self.product(SparseRows(a).rows, SparseRows(b).rows, columns: columns)
        case .normal(let map):
            let factor = SparseRows(map).rows
            rows = Self.product(Self.exchanged(factor, columns: columns), factor, columns: columns)
        case .inverse, .misfit:
            let matrix = map.matrix
            let width = columns
            rows = (0..<map.rows).map { row in (0..<width).map { ($0, matrix[row, $0]) } }
        }
    }

    /// The rows of what goes through numbers in between: each number is a combination of rows before it.
    private static func rows(of record: LinearRecord) -> [Row] {
        // A number's row is dropped after its last use, so that only those at work take memory.
        var uses = Array(repeating: 0, count: record.columns + record.starts.count - 1)
        for source in record.sources { uses[Int(source)] += 1 }
        for result in record.results where result >= 0 { uses[Int(result)] += 1 }
        var rows: [Row] = (0..<record.columns).map { [($0, 1)] }
        rows.reserveCapacity(uses.count)
        var sum = RowSum(columns: record.columns)
        for node in 0..<record.starts.count - 1 {
            for position in Int(record.starts[node])..<Int(record.starts[node + 1]) {
                let source = Int(record.sources[position])
                sum.add(record.coefficients[position], rows[source])
                uses[source] -= 1
                if uses[source] == 0 { rows[source] = [] }
            }
            rows.append(sum.taken())
        }
        return record.results.map { $0 < 0 ? [] : rows[Int($0)] }
    }

    private static func product(_ a: [Row], _ b: [Row], columns: Int) -> [Row] {
        var sum = RowSum(columns: columns)
        return a.map { row in
            for entry in row { sum.add(entry.value, b[entry.column]) }
            return sum.taken()
        }
    }

    /// Rows and columns exchanged, for rows of so many columns.
    private static func exchanged(_ rows: [Row], columns: Int) -> [Row] {
        var exchanged: [Row] = Array(repeating: [], count: columns)
        for (number, row) in rows.enumerated() {
            for entry in row { exchanged[entry.column].append((number, entry.value)) }
        }
        return exchanged
    }

    /// A combination of rows that is being added up.
    private struct RowSum {
        private var values: [Double]
        private var isThere: [Bool]
        private var found: [Int] = []

        init(columns: Int) {
            values = Array(repeating: 0, count: columns)
            isThere = Array(repeating: false, count: columns)
        }

        mutating func add(_ coefficient: Double, _ row: Row) {
            for entry in row {
                if !isThere[entry.column] {
                    isThere[entry.column] = true
                    found.append(entry.column)
                }
                values[entry.column] += LinearRun.product(coefficient, entry.value)
            }
        }

        /// The sum, which then begins anew.
        mutating func taken() -> Row {
            defer { found.removeAll(keepingCapacity: true) }
            return found.sorted().map { column in
                defer { (values[column], isThere[column]) = (0, false) }
                return (column, values[column])
            }
        }
    }
}

extension LinearMap {
    /// The map by compressed sparse columns: where each column's entries begin and the last ends, and of every entry the row,
    /// ascending in each column, and the value.
    package var compressedColumns: (pointers: [Int], rows: [Int], values: [Double]) {
        var (pointers, rows, values): ([Int], [Int], [Double]) = ([0], [], [])
        for column in SparseRows(transpose).rows {
            rows += column.map(\.column)
            values += column.map(\.value)
            pointers.append(values.count)
        }
        return (pointers, rows, values)
    }
}
