import ReversiblePrograms
import Testing

@Suite struct MatrixMarketWriteTests {
    private static let symmetric: DenseMatrix = [[2, 0, -1.5], [0, 0, 3], [-1.5, 3, 1e-20]]

    @Test func text() throws {
        let a = try SparseMatrixCSC(Self.symmetric)
        #expect(
            try MatrixMarket.text(of: a, comment: "made by hand\nin two lines")
                == """
                %%MatrixMarket matrix coordinate real general
                % made by hand
                % in two lines
                3 3 6
                1 1 2
                3 1 -1.5
                3 2 3
                1 3 -1.5
                2 3 3
                3 3 1e-20

                """)
        #expect(
            try MatrixMarket.text(of: a, symmetry: .symmetric)
                == """
                %%MatrixMarket matrix coordinate real symmetric
                3 3 4
                1 1 2
                3 1 -1.5
                3 2 3
                3 3 1e-20

                """)
        let b = try SparseMatrixCSC([[0, -7], [12, 0]])
        #expect(
            try MatrixMarket.text(of: b, field: .integer)
                == "%%MatrixMarket matrix coordinate integer general\n2 2 2\n2 1 12\n1 2 -7\n")
        #expect(
            try MatrixMarket.text(of: b, field: .pattern)
                == "%%MatrixMarket matrix coordinate pattern general\n2 2 2\n2 1\n1 2\n")
        let k = try SparseMatrixCSC([[0, -7], [7, 0]])
        #expect(
            try MatrixMarket.text(of: k, symmetry: .skewSymmetric)
                == "%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n2 1 7\n")
    }

    /// Every number comes back bit by bit, over the whole range of exponents.
    @Test func randomMatricesComeBack() throws {
        var generator = SparseGenerator(seed: 8)
        for _ in 0..<30 {
            let (rows, columns) = (
                Int.random(in: 0...12, using: &generator), Int.random(in: 0...12, using: &generator)
            )
            let pattern = try generator.sparse(rows, columns, density: 0.4, empty: 0.3)
            let a = try pattern.withValues(
                pattern.values.map { _ in
                    let number = Double(bitPattern: generator.next())
                    return number.isFinite ? number : 1
                })
            let back = try MatrixMarket.parse(MatrixMarket.text(of: a))
            #expect(back.hasSamePattern(as: a))
            #expect(back.values.map(\.bitPattern) == a.values.map(\.bitPattern))
        }
    }

    @Test func specialNumbersComeBack() throws {
        let numbers = [
            0, -0.0, 1, -1, 0.1, 1e15, 1e16, -1e22, 1e23, 123456789012345680, Double.leastNonzeroMagnitude,
            Double.leastNormalMagnitude, Double.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity,
            -.infinity,
            .nan, 0.30000000000000004, 2.0.squareRoot(),
        ]
        let a = try SparseMatrixCSC(
            rows: numbers.count, columns: 1, triplets: numbers.enumerated().map { ($0.offset, 0, $0.element) }
        )
        let back = try MatrixMarket.parse(MatrixMarket.text(of: a))
        for (number, found) in zip(numbers, back.values) {
            #expect(number.bitPattern == found.bitPattern || (number.isNaN && found.isNaN), "\(number)")
        }
        let whole = try SparseMatrixCSC([[1e300, -4e18], [9.3e18, 0]])
        #expect(try MatrixMarket.parse(MatrixMarket.text(of: whole, field: .integer)) == whole)
    }

    @Test func symmetriesComeBack() throws {
        var generator = SparseGenerator(seed: 12)
        for _ in 0..<10 {
            let half = try generator.sparse(9, 9, density: 0.3, empty: 0.3).triplets.filter {
                $0.row > $0.column
            }
            func mirrored(_ sign: Double) throws -> SparseMatrixCSC {
                try SparseMatrixCSC(
                    rows: 9, columns: 9, triplets: half + half.map { ($0.column, $0.row, sign * $0.value) })
            }
            let (even, odd) = (try mirrored(1), try mirrored(-1))
            #expect(try MatrixMarket.parse(MatrixMarket.text(of: even, symmetry: .symmetric)) == even)
            #expect(try MatrixMarket.parse(MatrixMarket.text(of: odd, symmetry: .skewSymmetric)) == odd)
            for (imaginary, symmetry) in [
                (odd, MatrixMarket.Symmetry.hermitian), (even, .symmetric), (odd, .general),
            ] {
                let c = try ComplexSparseMatrixCSC(real: even, imaginary: imaginary)
                #expect(try MatrixMarket.parseComplex(MatrixMarket.text(of: c, symmetry: symmetry)) == c)
            }
            let k = try ComplexSparseMatrixCSC(real: odd, imaginary: odd)
            #expect(try MatrixMarket.parseComplex(MatrixMarket.text(of: k, symmetry: .skewSymmetric)) == k)
        }
    }

    @Test func refusals() throws {
        func refuses(
            _ a: SparseMatrixCSC, _ symmetry: MatrixMarket.Symmetry, _ field: MatrixMarket.Field,
            _ kind: SparseMatrixError.Kind, _ part: String
        ) {
            let error = #expect(throws: SparseMatrixError.self) {
                try MatrixMarket.text(of: a, symmetry: symmetry, field: field)
            }
            #expect(
                error?.kind == kind && error?.message.contains(part) == true, "\(String(describing: error))")
        }
        let a = try SparseMatrixCSC([[1, 2], [2.5, 1]])
        refuses(a, .symmetric, .real, .symmetry, "entry (1, 0), counted from 0, is 2.5")
        refuses(
            a, .general, .integer, .unrepresentable, "entry (1, 0), counted from 0, is 2.5 and no integer")
        refuses(a, .general, .complex, .unsupported, "ComplexSparseMatrixCSC")
        refuses(a, .hermitian, .real, .unsupported, "ComplexSparseMatrixCSC")
        refuses(a, .skewSymmetric, .pattern, .unsupported, "no signs")
        refuses(a, .skewSymmetric, .real, .symmetry, "entry (0, 0), counted from 0, is 1.0")
        refuses(try SparseMatrixCSC([[.nan]]), .skewSymmetric, .real, .symmetry, "entry (0, 0)")
        refuses(try SparseMatrixCSC([[.infinity]]), .general, .integer, .unrepresentable, "is inf")
        refuses(try SparseMatrixCSC([[1, 0], [2, 1]]), .symmetric, .real, .symmetry, "in different places")
        refuses(try SparseMatrixCSC(rows: 2, columns: 3), .symmetric, .real, .symmetry, "is square")
        let c = try ComplexSparseMatrixCSC(real: SparseMatrixCSC([[1]]), imaginary: SparseMatrixCSC([[1]]))
        let error = #expect(throws: SparseMatrixError.self) {
            try MatrixMarket.text(of: c, symmetry: .hermitian)
        }
        #expect(error?.message.contains("the imaginary part of entry (0, 0)") == true)
    }
}
