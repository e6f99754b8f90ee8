import NativeEngine

/// The Cholesky factorisation A = L Lᵀ of a dense symmetric matrix, in place.
///
/// Written here and not taken from LAPACK, so that results are the same on every machine and nothing need be
/// installed. Blocks of columns are factored one after the other, and what is to the right of a block is
/// updated in tiles of 4 × 2 dot products that stay in registers.
package struct DenseCholesky {
    /// The number of rows.
    package let count: Int
    private let matrix: UnsafeMutablePointer<Double>
    private static let blockSize = 64

    /// Replaces the lower triangle of a matrix, stored row after row, by L.
    ///
    /// - Returns: nil if the matrix is not positive definite, or holds something that is no number.
    package init?(factoring matrix: UnsafeMutablePointer<Double>, count: Int, threads: Int = 1) {
        self.matrix = matrix
        self.count = count
        var start = 0
        while start < count {
            let end = min(start + Self.blockSize, count)
            for column in start..<end {
                let row = matrix + count * column
                let pivot = row[column] - Self.dot(row + start, row + start, column - start)
                guard pivot > 0, pivot.isFinite else { return nil }
                row[column] = pivot.squareRoot()
                for below in column + 1..<end { eliminate(below, column, from: start) }
            }
            let (block, rest) = (start..<end, count - end)
            // Few rows are done before threads have started.
            let workers = rest < 256 ? 1 : min(threads, rest / 64)
            distribute(rest, over: workers) { rows in
                for row in rows { for column in block { eliminate(end + row, column, from: start) } }
            }
            distribute((rest + 3) / 4, over: workers) { groups in
                for group in groups {
                    update(rows: end + 4 * group..<min(end + 4 * group + 4, count), block, columnsFrom: end)
                }
            }
            start = end
        }
    }

    /// Solves A x = b, in place.
    package func solve(_ b: UnsafeMutablePointer<Double>) {
        for row in 0..<count {
            b[row] = (b[row] - Self.dot(matrix + count * row, b, row)) / matrix[count * row + row]
        }
        for row in stride(from: count - 1, through: 0, by: -1) {
            let coefficients = matrix + count * row
            b[row] /= coefficients[row]
            let x = b[row]
            for column in 0..<row { b[column] -= coefficients[column] * x }
        }
    }

    /// The element of L in a row below the diagonal.
    private func eliminate(_ row: Int, _ column: Int, from start: Int) {
        let (mine, pivots) = (matrix + count * row, matrix + count * column)
        mine[column] =
            (mine[column] - Self.dot(mine + start, pivots + start, column - start)) / pivots[column]
    }

    /// Subtracts the product of the rows' parts in `block` from the rows, up to their diagonal elements.
    private func update(rows: Range<Int>, _ block: Range<Int>, columnsFrom first: Int) {
        var column = first
        if rows.count == 4 {
            let row = matrix + count * rows.lowerBound
            while column + 2 <= rows.lowerBound + 1 {
                tile(row, matrix + count * column, block, column)
                column += 2
            }
        }
        for row in rows {
            let mine = matrix + count * row
            for column in column..<row + 1 {
                mine[column] -= Self.dot(
                    mine + block.lowerBound, matrix + count * column + block.lowerBound, block.count)
            }
        }
    }

    /// Four rows times two columns.
    @inline(__always)
    private func tile(
        _ row: UnsafeMutablePointer<Double>, _ other: UnsafeMutablePointer<Double>, _ block: Range<Int>,
        _ column: Int
    ) {
        typealias Two = SIMD2<Double>
        var (s00, s01, s10, s11) = (Two(), Two(), Two(), Two())
        var (s20, s21, s30, s31) = (Two(), Two(), Two(), Two())
        let (a0, b0) = (UnsafeRawPointer(row), UnsafeRawPointer(other))
        let stride = 8 * count
        var k = 8 * block.lowerBound
        // The block has an even number of columns: only the last can have another, and no tile is to its right.
        let end = 8 * block.upperBound
        while k < end {
            let x0 = b0.loadUnaligned(fromByteOffset: k, as: Two.self)
            let x1 = b0.loadUnaligned(fromByteOffset: k + stride, as: Two.self)
            let y0 = a0.loadUnaligned(fromByteOffset: k, as: Two.self)
            let y1 = a0.loadUnaligned(fromByteOffset: k + stride, as: Two.self)
            let y2 = a0.loadUnaligned(fromByteOffset: k + 2 * stride, as: Two.self)
            let y3 = a0.loadUnaligned(fromByteOffset: k + 3 * stride, as: Two.self)
            s00 += y0 * x0
            s01 += y0 * x1
            s10 += y1 * x0
            s11 += y1 * x1
            s20 += y2 * x0
            s21 += y2 * x1
            s30 += y3 * x0
            s31 += y3 * x1
            k += 16
        }
        let sums = (s00.sum(), s01.sum(), s10.sum(), s11.sum(), s20.sum(), s21.sum(), s30.sum(), s31.sum())
        let columns = (row + column, row + count + column, row + 2 * count + column, row + 3 * count + column)
        columns.0[0] -= sums.0
        columns.0[1] -= sums.1
        columns.1[0] -= sums.2
        columns.1[1] -= sums.3
        columns.2[0] -= sums.4
        columns.2[1] -= sums.5
        columns.3[0] -= sums.6
        columns.3[1] -= sums.7
    }

    /// The sum of products of neighbouring numbers.
    @inline(__always)
    private static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
        let (x, y) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
        var (even, odd) = (SIMD2<Double>(), SIMD2<Double>())
        var k = 0
        while k + 4 <= count {
            even +=
                x.loadUnaligned(fromByteOffset: 8 * k, as: SIMD2<Double>.self)
                * y.loadUnaligned(fromByteOffset: 8 * k, as: SIMD2<Double>.self)
            odd +=
                x.loadUnaligned(fromByteOffset: 8 * k + 16, as: SIMD2<Double>.self)
                * y.loadUnaligned(fromByteOffset: 8 * k + 16, as: SIMD2<Double>.self)
            k += 4
        }
        var sum = (even + odd).sum()
        while k < count {
            sum += a[k] * b[k]
            k += 1
        }
        return sum
    }

    /// Calls `body` for parts of `0..<count`; later parts of a triangle are larger, so there are many.
    private func distribute(_ count: Int, over workers: Int, _ body: (Range<Int>) -> Void) {
        guard workers > 1 else { return body(0..<count) }
        nonisolated(unsafe) let body = body
        let parts = 8 * workers
        ThreadTeam.share(parts, among: workers) { part in
            body(count * part / parts..<count * (part + 1) / parts)
        }
    }
}
