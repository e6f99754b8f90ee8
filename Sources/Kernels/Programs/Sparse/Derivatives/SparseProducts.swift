import AD
import NativeEngine
import ReversibleCore
import Synchronization

/// A sparse derivative whose entries are found by products with vectors: its pattern, once found, and the runs for it.
///
/// The pattern is that of a run at some point. Where real numbers decide what depends on what, it may be another at the next
/// point; then one more product with a direction of all columns shows whether the entries that were found are all.
struct SparseProducts: Sendable {
    let definition: Definition
    /// Whether real numbers cannot change the pattern.
    let isFixed: Bool
    /// How far a product may be from that of the entries, relative to the sum of its terms' magnitudes.
    let tolerance: Double
    /// The derivative at a point, found without knowing anything of it.
    let atPoint: @Sendable ([Leaf<Double>]) throws(ReversibilityError) -> SparseMatrixCSC
    let makePlan: @Sendable (SparsityPattern) -> SweepPlan
    private let known = KnownPattern()

    init(
        definition: Definition, tolerance: Double,
        atPoint: @escaping @Sendable ([Leaf<Double>]) throws(ReversibilityError) -> SparseMatrixCSC,
        makePlan: @escaping @Sendable (SparsityPattern) -> SweepPlan
    ) {
        self.definition = definition
        isFixed = definition.hasFixedPattern
        self.tolerance = tolerance
        self.atPoint = atPoint
        self.makePlan = makePlan
    }

    /// How many products the last known pattern takes; nil before one is known.
    var productCount: Int? { known.latest.map { $0.plan.count + (isFixed ? 0 : 1) } }

    /// The products at one point: of the matrix with a direction, and of its transpose with weights.
    struct Products {
        var forward: (([Double]) throws(ReversibilityError) -> [Double])?
        var backward: (([Double]) throws(ReversibilityError) -> [Double])?
    }

    /// The derivative at a point.
    func matrix(
        at values: [Leaf<Double>], _ products: Products
    ) throws(ReversibilityError) -> SparseMatrixCSC {
        let key = PatternKey(values)
        let runs: PatternRuns
        if let found = known.latest, found.key == key {
            runs = found
        } else {
            let pattern = SparsityPattern(of: try atPoint(values))
            runs = PatternRuns(key: key, pattern: pattern, plan: makePlan(pattern))
            known.latest = runs
        }
        // As many products as this take longer than a run that notes every derivative, which takes some hundred.
        guard runs.plan.count <= 256 else { return try atPoint(values) }
        let matrix = runs.pattern.matrix(try entries(runs, products))
        if isFixed { return matrix }
        if try agrees(matrix, products) { return matrix }
        let exact = try atPoint(values)
        let pattern = runs.pattern.union(SparsityPattern(of: exact))
        known.latest = PatternRuns(key: key, pattern: pattern, plan: makePlan(pattern))
        return pattern.matrix(pattern.values(of: exact))
    }

    private func entries(
        _ runs: PatternRuns, _ products: Products
    ) throws(ReversibilityError) -> [Double] {
        var values = Array(repeating: 0.0, count: runs.pattern.count)
        func add(
            _ sweeps: [SweepPlan.Sweep], _ count: Int,
            _ product: (([Double]) throws(ReversibilityError) -> [Double])?
        ) throws(ReversibilityError) {
            guard let product else { return }
            for sweep in sweeps {
                var direction = Array(repeating: 0.0, count: count)
                for seed in sweep.seeds { direction[seed] = 1 }
                let numbers = try product(direction)
                for (entry, number) in sweep.entries { values[entry] = numbers[number] }
            }
        }
        try add(runs.plan.forward, runs.pattern.columns, products.forward)
        try add(runs.plan.backward, runs.pattern.rows, products.backward)
        return values
    }

    /// Whether a matrix has the product that the derivative has, for a direction in which everything moves.
    private func agrees(
        _ matrix: SparseMatrixCSC, _ products: Products
    ) throws(ReversibilityError) -> Bool {
        let isForward = products.forward != nil
        let (given, expected) = isForward ? (matrix.columns, matrix.rows) : (matrix.rows, matrix.columns)
        guard let product = products.forward ?? products.backward else { return true }
        // Weights between 1 and 2 that differ from number to number, so that entries of two columns cannot make up for each other.
        let direction = (0..<given).map {
            1 + (Double($0) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1)
        }
        let numbers = try product(direction)
        var sums = Array(repeating: (value: 0.0, size: 0.0), count: expected)
        for column in 0..<matrix.columns {
            for entry in matrix.entries(ofColumn: column) {
                let row = matrix.rowIndices[entry]
                let term = matrix.values[entry] * direction[isForward ? column : row]
                sums[isForward ? row : column].value += term
                sums[isForward ? row : column].size += abs(term)
            }
        }
        // A NaN agrees with nothing.
        return zip(numbers, sums).allSatisfy { abs($0 - $1.value) <= tolerance * $1.size }
    }
}

/// What a pattern belongs to: sizes and integers.
private struct PatternKey: Hashable, Sendable {
    private let numbers: [[Int]]

    init(_ values: [Leaf<Double>]) {
        numbers = values.map { leaf in
            switch leaf {
            case .real: []
            case .integer(let k): [k]
            case .reals(let v): [v.count]
            case .integers(let v): v
            case .matrix(let rows, let columns, _): [rows, columns]
            }
        }
    }
}

private struct PatternRuns: Sendable {
    let key: PatternKey
    let pattern: SparsityPattern
    let plan: SweepPlan
}

/// The pattern that was found last. It is only a beginning: what is found at a point does not depend on it but for entries that
/// are 0 there.
private final class KnownPattern: Sendable {
    private let state = Mutex<PatternRuns?>(nil)

    var latest: PatternRuns? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

extension SparsityPattern {
    /// The matrix with these entries.
    fileprivate func matrix(_ values: [Double]) -> SparseMatrixCSC {
        SparseMatrixCSC(unchecked: rows, columns, columnPointers, rowIndices, values)
    }
}
