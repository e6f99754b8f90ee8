extension BundleAdjustment {
    /// The Jacobian of all errors in all parameters, as compressed sparse rows.
    ///
    /// The columns are the cameras' parameters, then the points', then, in ``ADBench``, the weights. Rows 2 i
    /// and 2 i + 1 are observation i's two errors; in ``ADBench`` the errors of the weights follow. A value
    /// of this type can be filled again and again: its memory is kept while the number of observations stays
    /// the same.
    public struct SparseJacobian: Hashable, Sendable {
        /// The number of rows.
        public internal(set) var rowCount = 0
        /// The number of columns.
        public internal(set) var columnCount = 0
        /// Where each row begins in ``columns`` and ``values``, and after the last row its end.
        public internal(set) var rowOffsets: [Int32] = [0]
        /// The column of each entry, row after row.
        public internal(set) var columns: [Int32] = []
        /// The entries, row after row.
        public internal(set) var values: [Double] = []

        /// A Jacobian without rows, to be filled.
        public init() {}

        /// The entries with a row and a column each.
        public struct Coordinates: Hashable, Sendable {
            /// The row of each entry.
            public var rows: [Int32]
            /// The column of each entry.
            public var columns: [Int32]
            /// The entries.
            public var values: [Double]
        }

        /// The entries column after column.
        public struct CompressedColumns: Hashable, Sendable {
            /// Where each column begins in ``rows`` and ``values``, and after the last column its end.
            public var columnOffsets: [Int32]
            /// The row of each entry, ascending in each column.
            public var rows: [Int32]
            /// The entries, column after column.
            public var values: [Double]
        }

        /// The entries with their rows and columns (COO), in the order of the rows.
        public var coordinates: Coordinates {
            Coordinates(rows: rowOfEntry, columns: columns, values: values)
        }

        /// The entries column after column (CSC).
        public var compressedColumns: CompressedColumns {
            var offsets = [Int32](repeating: 0, count: columnCount + 1)
            for column in columns { offsets[Int(column) + 1] += 1 }
            for column in 0..<columnCount { offsets[column + 1] += offsets[column] }
            var (next, rows) = (offsets, [Int32](repeating: 0, count: columns.count))
            var sorted = [Double](repeating: 0, count: columns.count)
            for (entry, row) in rowOfEntry.enumerated() {
                let column = Int(columns[entry])
                let place = Int(next[column])
                next[column] += 1
                rows[place] = row
                sorted[place] = values[entry]
            }
            return CompressedColumns(columnOffsets: offsets, rows: rows, values: sorted)
        }

        private var rowOfEntry: [Int32] {
            var rows: [Int32] = []
            rows.reserveCapacity(columns.count)
            for row in 0..<rowCount {
                rows += repeatElement(Int32(row), count: Int(rowOffsets[row + 1] - rowOffsets[row]))
            }
            return rows
        }
    }
}

extension BundleAdjustment.SparseJacobian {
    /// What tells the places of the entries: the sizes, and whether weights are sought too.
    struct Layout {
        var cameras: Int
        var parameters: Int
        var points: Int
        var observations: Int
        var hasWeights: Bool

        /// The entries in each row of an observation.
        var width: Int { parameters + 3 + (hasWeights ? 1 : 0) }
        var rowCount: Int { (hasWeights ? 3 : 2) * observations }
        var columnCount: Int { parameters * cameras + 3 * points + (hasWeights ? observations : 0) }
        var entryCount: Int { (2 * width + (hasWeights ? 1 : 0)) * observations }
        /// The first column of the weights.
        var firstWeight: Int { parameters * cameras + 3 * points }
    }

    /// Makes room, if there is not the right amount.
    mutating func resize(to layout: Layout) {
        rowCount = layout.rowCount
        columnCount = layout.columnCount
        if rowOffsets.count != rowCount + 1 { rowOffsets = Array(repeating: 0, count: rowCount + 1) }
        if columns.count != layout.entryCount {
            columns = Array(repeating: 0, count: layout.entryCount)
            values = Array(repeating: 0, count: layout.entryCount)
        }
    }
}

extension BundleAdjustment.SparseJacobian.Layout {
    /// Writes columns and row offsets of the observations `range`.
    func write(
        _ range: Range<Int>, _ memory: BundleAdjustment.SparseJacobian.Memory, cameraOf: [Int], pointOf: [Int]
    ) {
        cameraOf.withUnsafeBufferPointer { cameraOf in
            pointOf.withUnsafeBufferPointer { pointOf in
                guard let cameraOf = cameraOf.baseAddress, let pointOf = pointOf.baseAddress else { return }
                writeColumns(range, memory.columns, cameraOf: cameraOf, pointOf: pointOf)
            }
        }
        writeOffsets(range, memory.offsets)
    }

    private func writeColumns(
        _ range: Range<Int>, _ columns: UnsafeMutablePointer<Int32>, cameraOf: UnsafePointer<Int>,
        pointOf: UnsafePointer<Int>
    ) {
        let (weight, firstPoint) = (Int32(firstWeight), Int32(parameters * cameras))
        var place = columns + 2 * width * range.lowerBound
        for i in range {
            let camera = Int32(parameters * cameraOf[i])
            let point = firstPoint + 3 * Int32(pointOf[i])
            for _ in 0..<2 {
                for k in 0..<parameters { place[k] = camera + Int32(k) }
                place[parameters] = point
                place[parameters + 1] = point + 1
                place[parameters + 2] = point + 2
                if hasWeights { place[parameters + 3] = weight + Int32(i) }
                place += width
            }
        }
        guard hasWeights else { return }
        let end = columns + 2 * width * observations
        for i in range { end[i] = weight + Int32(i) }
    }

    private func writeOffsets(_ range: Range<Int>, _ offsets: UnsafeMutablePointer<Int32>) {
        let width = Int32(width)
        for row in 2 * range.lowerBound..<2 * range.upperBound { offsets[row] = width * Int32(row) }
        let end = 2 * width * Int32(observations)
        if hasWeights { for i in range { offsets[2 * observations + i] = end + Int32(i) } }
    }
}

extension BundleAdjustment.SparseJacobian {
    /// The memory of the three arrays.
    struct Memory {
        var values: UnsafeMutableBufferPointer<Double>
        var columns: UnsafeMutablePointer<Int32>
        var offsets: UnsafeMutablePointer<Int32>
    }

    /// Makes room and calls `fill`, which writes all entries, and all offsets but the last.
    mutating func fill(
        _ layout: Layout, _ fill: (Memory) throws(BundleAdjustmentError) -> Void
    ) throws(BundleAdjustmentError) {
        resize(to: layout)
        guard layout.observations > 0 else { return }
        rowOffsets[rowCount] = Int32(layout.entryCount)
        // Taken out, since three fields of one value cannot be changed at once.
        var (values, columns, offsets) = ([Double](), [Int32](), [Int32]())
        swap(&values, &self.values)
        swap(&columns, &self.columns)
        swap(&offsets, &self.rowOffsets)
        defer {
            swap(&values, &self.values)
            swap(&columns, &self.columns)
            swap(&offsets, &self.rowOffsets)
        }
        try values.withUnsafeMutableBufferPointer { values throws(BundleAdjustmentError) in
            try columns.withUnsafeMutableBufferPointer { columns throws(BundleAdjustmentError) in
                try offsets.withUnsafeMutableBufferPointer { offsets throws(BundleAdjustmentError) in
                    guard let columns = columns.baseAddress, let offsets = offsets.baseAddress else { return }
                    try fill(Memory(values: values, columns: columns, offsets: offsets))
                }
            }
        }
    }
}
