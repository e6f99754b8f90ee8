import AD
import NativeEngine
import ProgramOracle
import ReversibleCore
import TestSupport
import Testing

/// Random statements and calls about views, beside the same done to plain Swift arrays: values, and errors exactly where
/// what changes shares elements with what is read.
@Suite struct ViewLawTests {
    private static let (rows, columns, length) = (3, 4, 7)

    /// A view as data.
    private struct View {
        var axis: Axis
        /// The row or the column.
        var fixed = 0
        var part: Range<Int>?
        /// Whether the program knows its numbers when it runs only.
        var isLate: Bool

        enum Axis: CaseIterable {
            case row, column, vector

            /// How many elements there are along it.
            var size: Int {
                switch self {
                case .row: columns
                case .column: rows
                case .vector: length
                }
            }
        }

        init(count: Int, _ random: inout SplitMix) {
            let axes = Axis.allCases.filter { $0.size >= count }
            axis = axes[random.below(axes.count)]
            fixed = random.below(axis == .row ? rows : columns)
            isLate = random.below(2) == 0
            let size = axis.size
            if size > count || axis == .vector || random.below(4) == 0 {
                let start = random.below(size - count + 1)
                part = start..<start + count
            }
        }

        /// The elements, by their positions in the matrix, or in the vector behind it.
        var elements: [Int] {
            (part ?? 0..<axis.size).map { k in
                switch axis {
                case .row: fixed * columns + k
                case .column: k * columns + fixed
                case .vector: rows * columns + k
                }
            }
        }

        /// The place; late numbers are elements of `numbers`, each of which holds its index.
        func place(_ m: Matrix, _ v: Vector, _ numbers: IntegerVector) -> Vector {
            func late(_ number: Int) -> Expr { isLate ? numbers[number].expression : number.expression }
            let whole: Vector =
                switch axis {
                case .row: m[row: late(fixed)]
                case .column: m[column: late(fixed)]
                case .vector: v
                }
            return part.map { whole[late($0.lowerBound)..<late($0.upperBound)] } ?? whole
        }
    }

    private enum Word: CaseIterable { case add, product, swap, call, rotate }

    private struct Step {
        var word: Word
        var target: View
        var other: View
        var factor: View

        init(_ random: inout SplitMix) {
            word = Word.allCases[random.below(Word.allCases.count)]
            let count = 1 + random.below(4)
            (target, other, factor) = (
                View(count: count, &random), View(count: count, &random), View(count: count, &random)
            )
        }

        /// Whether what changes shares elements with anything else.
        var isRefused: Bool {
            let changed = Set(target.elements)
            let used = word == .product ? other.elements + factor.elements : other.elements
            return !changed.isDisjoint(with: used)
        }

        func run(_ x: inout [Double]) {
            for (k, i) in target.elements.enumerated() {
                let j = other.elements[k]
                switch word {
                case .add, .call: x[i] += x[j] * 0.5
                case .product: x[i] -= x[j] * x[factor.elements[k]]
                case .swap: x.swapAt(i, j)
                case .rotate: (x[i], x[j]) = (-x[j], x[i])
                }
            }
        }

        func statement(_ m: Matrix, _ v: Vector, _ numbers: IntegerVector) -> Statement {
            let (a, b) = (target.place(m, v, numbers), other.place(m, v, numbers))
            switch word {
            case .add: return a += b * 0.5
            case .product: return a -= b * factor.place(m, v, numbers)
            case .swap: return SWAP(a, b)
            case .call: return ViewLawTests.addHalf(a, b)
            case .rotate: return ViewLawTests.quarterTurn(a, b)
            }
        }
    }

    private static let addHalf = ReversibleFunction("addHalf", parameters: ["a", "b"]) {
        (a: Vector, b: Vector) in
        For(a.indices) { i in a[i] += b[i] * 0.5 }
    }
    private static let quarterTurn = ReversibleFunction("quarterTurn", parameters: ["a", "b"]) {
        (a: Vector, b: Vector) in
        SWAP(a, b)
        NEG(a)
    }

    private static func program(
        _ steps: [Step]
    ) throws(ReversibilityError) -> ReversibleFunction<Scalar, Matrix, Vector, IntegerVector> {
        try ReversibleFunction(checking: "views", parameters: ["y", "m", "v", "numbers"]) {
            (y: Scalar, m: Matrix, v: Vector, numbers: IntegerVector) in
            steps.map { $0.statement(m, v, numbers) }
            y += sum(m * m) + sum(v * v * v)
        }
    }

    private static let numbers = Array(0...length)

    @Test(arguments: 0..<60) func agreesWithPlainArrays(seed: Int) throws {
        var random = SplitMix(seed: UInt64(seed) &+ 7_000)
        let steps = (0...seed % 4).map { _ in Step(&random) }
        let count = Self.rows * Self.columns
        var x = (0..<count + Self.length).map { _ in Double(random.below(17)) / 8 - 1 }
        let m = DenseMatrix(unchecked: Self.rows, Self.columns, Array(x[..<count]))
        let v = Array(x[count...])
        func isAliasing(_ error: ReversibilityError) -> Bool { error.kind == .aliasing }
        do {
            let f = try Self.program(steps)
            let there = try f(0, m, v, Self.numbers)
            #expect(!steps.contains { $0.isRefused })
            for step in steps { step.run(&x) }
            #expect(there.1.elements == Array(x[..<count]) && there.2 == Array(x[count...]))
            try checkInverse(f, 0, m, v, Self.numbers)
            try checkGrads(f, 0, m, v, Self.numbers)
            let slopes = try grad(f, 0, m, v, Self.numbers)
            for way in [Undoing.recorded, .checkpoints(2)] {
                let other = try grad(f, 0, m, v, Self.numbers, undoing: way)
                #expect(zip(other.1.elements, slopes.1.elements).allSatisfy { abs($0 - $1) < 1e-11 })
                #expect(zip(other.2, slopes.2).allSatisfy { abs($0 - $1) < 1e-11 })
            }
            guard seed < 12 || isExhaustive else { return }
            let compiled = try compile(grad(f))(0, m, v, Self.numbers)
            #expect(zip(compiled.1.elements, slopes.1.elements).allSatisfy { abs($0 - $1) < 1e-11 })
            #expect(zip(compiled.2, slopes.2).allSatisfy { abs($0 - $1) < 1e-11 })
            let checked = try compile(f, checks: .all)(0, m, v, Self.numbers)
            #expect(checked.1 == there.1 && checked.2 == there.2)
        } catch let error as ReversibilityError {
            #expect(isAliasing(error), "\(error)")
            #expect(steps.contains { $0.isRefused }, "\(error)")
        }
    }
}
