/// What a constant place holds: numbers that are part of a program, as its literals are.
///
/// A constant is the same place in every function: nothing renames it, no function declares it, and it has no derivative.
/// Every engine keeps its numbers as a table of its own.
package final class Constant: Sendable {
    package let kind: Variable.Kind
    /// The number of elements; 1 for a number.
    package let count: Int
    /// The sizes of a matrix.
    package let (rows, columns): (Int, Int)
    /// What the program calls it, if it has said so.
    package let name: String?
    /// Whether all numbers are finite.
    package let isFinite: Bool
    /// Follows from the kind, the sizes and the bits of all numbers.
    let digest: UInt64
    // Written once, before anybody else can see it. Elements are `Double`s or `Int`s.
    private nonisolated(unsafe) let memory: UnsafeMutableRawPointer

    private init(
        _ kind: Variable.Kind, rows: Int, columns: Int, name: String?, words: some Collection<UInt64>
    ) {
        self.kind = kind
        count = words.count
        (self.rows, self.columns) = (rows, columns)
        self.name = name
        let memory = UnsafeMutablePointer<UInt64>.allocate(capacity: max(words.count, 1))
        var digest = Constant.mixed(UInt64(kind.rawValue), into: UInt64(truncatingIfNeeded: columns))
        digest = Constant.mixed(UInt64(truncatingIfNeeded: words.count), into: digest)
        var isFinite = true
        for (position, word) in words.enumerated() {
            (memory + position).initialize(to: word)
            digest = Constant.mixed(word, into: digest)
            if kind.isReal, !Double(bitPattern: word).isFinite { isFinite = false }
        }
        self.memory = UnsafeMutableRawPointer(memory)
        self.digest = digest
        self.isFinite = isFinite
    }

    deinit { memory.deallocate() }

    package static func reals(
        _ kind: Variable.Kind, _ values: [Double], rows: Int = 0, columns: Int = 0, name: String? = nil
    ) -> Constant {
        Constant(kind, rows: rows, columns: columns, name: name, words: values.lazy.map(\.bitPattern))
    }

    package static func integers(_ kind: Variable.Kind, _ values: [Int], name: String? = nil) -> Constant {
        Constant(
            kind, rows: 0, columns: 0, name: name, words: values.lazy.map { UInt64(bitPattern: Int64($0)) })
    }

    /// Every bit of what went in has a part in every bit of what comes out.
    private static func mixed(_ word: UInt64, into digest: UInt64) -> UInt64 {
        var z = (digest ^ word) &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return (z ^ (z >> 31)) &* 3
    }

    /// The elements as an array in memory, which nobody writes.
    package var base: UnsafeMutableRawPointer { memory }
    /// The elements, if they are real numbers.
    package var reals: UnsafeBufferPointer<Double> {
        UnsafeBufferPointer(
            start: memory.assumingMemoryBound(to: Double.self), count: kind.isReal ? count : 0)
    }
    /// The elements, if they are integers.
    package var integers: UnsafeBufferPointer<Int> {
        UnsafeBufferPointer(start: memory.assumingMemoryBound(to: Int.self), count: kind.isReal ? 0 : count)
    }

    /// The size along an axis.
    package func size(_ axis: Axis) -> Int {
        switch axis {
        case .count: count
        case .rows: rows
        case .columns: columns
        }
    }

    /// The flat position of an element, if its indices are known and inside.
    private func position(_ indices: [Node]) -> Int? {
        var known: [Int] = []
        for index in indices {
            guard case .integer(let value) = index.kind, index.problem == nil else { return nil }
            known.append(value)
        }
        switch (kind, known.count) {
        case (.scalar, 0), (.integer, 0): return 0
        case (.vector, 1), (.integerVector, 1): return (0..<count).contains(known[0]) ? known[0] : nil
        case (.matrix, 2):
            guard (0..<rows).contains(known[0]), (0..<columns).contains(known[1]) else { return nil }
            return known[0] * columns + known[1]
        default: return nil
        }
    }

    /// A number of which everything is known, as a literal.
    func literal(_ indices: [Node]) -> Node? {
        position(indices).map { kind.isReal ? .real(reals[$0]) : .integer(integers[$0]) }
    }

    /// The constant's source; of long tables the beginning.
    package var source: String {
        let shown = count > 8 ? 4 : count
        func list(_ range: Range<Int>) -> String {
            range.map { kind.isReal ? "\(reals[$0])" : "\(integers[$0])" }.joined(separator: ", ")
        }
        let rest = shown < count ? ", … \(count) in all" : ""
        let values =
            switch kind {
            case .scalar, .integer, .index: list(0..<1)
            case .matrix where shown < count: "[[\(list(0..<shown)), … \(rows)×\(columns) in all]]"
            case .matrix:
                "["
                    + (0..<rows).map { "[\(list(($0 * columns)..<(($0 + 1) * columns)))]" }
                    .joined(separator: ", ") + "]"
            default: "[\(list(0..<shown))\(rest)]"
            }
        return "\(kind.typeName).constant(\(values))"
    }
}

extension Constant: Hashable {
    /// Whether two constants hold the same bits; what they are called makes no difference.
    package static func == (a: Constant, b: Constant) -> Bool {
        if a === b { return true }
        guard a.digest == b.digest, a.kind == b.kind, a.count == b.count, a.rows == b.rows,
            a.columns == b.columns
        else { return false }
        let (x, y) = (
            UnsafeRawBufferPointer(start: a.memory, count: 8 * a.count),
            UnsafeRawBufferPointer(start: b.memory, count: 8 * b.count)
        )
        return x.elementsEqual(y)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

extension Variable {
    /// The place of a constant. Its number follows from its content and is negative, which no function's own are.
    package init(_ constant: Constant) {
        self.init(
            id: Int(truncatingIfNeeded: constant.digest | 1 << 63), kind: constant.kind,
            owner: Variable.ownerOfConstants, constant: constant)
    }

    private static let ownerOfConstants = TraceToken()

    /// The size along an axis: of a constant it is known.
    package func size(_ axis: Axis) -> Node {
        constant.map { .integer($0.size(axis)) } ?? Node(.size(self, axis), .integer)
    }
}

extension Block {
    /// The reads of constants: of elements, and of whole arrays.
    var constantReads: [Place] {
        var result: [Place] = []
        forEachBlock { block in
            for node in block.ancillas.flatMap(\.sizes) + block.statements.flatMap(\.evaluated) {
                result += node.reads.filter { $0.variable.constant != nil }
            }
        }
        return result
    }

    /// The constants that are read, each once, in the order of the text.
    package var constants: [Variable] {
        var seen: Set<Variable> = []
        return constantReads.map(\.variable).filter { seen.insert($0).inserted }
    }
}
