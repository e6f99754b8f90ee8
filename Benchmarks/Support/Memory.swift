import AD
import NativeEngine

/// The arguments of native code, in memory that it works on in place.
///
/// What the code changes is set back before every run, which is part of the time measured: C has to clear its
/// results, too.
package final class Memory {
    /// One argument's value.
    package enum Content {
        case real(Double)
        case integer(Int)
        case reals([Double])
        case integers([Int])
        case matrix(DenseMatrix)
    }

    /// What stands beside a value, such as its gradient.
    private struct Companion {
        let buffer: Buffer
        let initial: [Double]?

        /// Zeros, unless told otherwise.
        init(_ count: Int, _ initial: [Double]? = nil) {
            buffer = initial.map { Buffer($0) } ?? Buffer(count)
            self.initial = initial
        }

        func reset() {
            if let initial { buffer.set(initial) } else { buffer.clear() }
        }
    }

    private struct Part {
        let content: Content
        let value: Buffer
        let integers: UnsafeMutableBufferPointer<Int>
        let companions: [Companion]
        let isZero: Bool
    }

    /// What native code is given.
    package let places: [NativeBuffer<Double>]
    private let parts: [Part]
    private let changing: [Int]
    /// Of which arguments the companions change.
    private let changed: Set<Int>
    private let wanted: [Int]

    /// Memory for a function, of whose arguments those at `changing` are changed.
    package convenience init(_ contents: [Content], changing: [Int]) {
        self.init(contents, changing: changing, changed: [], wanted: []) { _, _ in [] }
    }

    /// Memory for the gradient of argument 0 in those at `wanted`.
    ///
    /// - Parameter structs: Which arguments are the fields of one: their gradients follow all their values.
    package convenience init(
        _ contents: [Content], changing: [Int], wanted: [Int], structs: [Range<Int>] = []
    ) {
        self.init(
            contents, changing: changing, changed: Set(wanted + [0]), wanted: wanted, structs: structs
        ) { position, count in
            [Companion(count, position == 0 ? [1] : nil)]
        }
    }

    /// Memory for a product with the Hessian of argument 0, of which those at `wanted` are wanted; where no direction
    /// is given it is 0.
    package convenience init(
        _ contents: [Content], changing: [Int], wanted: [Int], directions: [Int: [Double]]
    ) {
        self.init(contents, changing: changing, changed: Set(wanted + [0]), wanted: wanted) {
            position, count in
            [
                Companion(count, position == 0 ? [1] : nil), Companion(count),
                Companion(count, directions[position]),
            ]
        }
    }

    /// Memory for a product with the Jacobian; where no tangent is given it is 0.
    package convenience init(_ contents: [Content], changing: [Int], tangents: [Int: [Double]]) {
        let all = Set(contents.indices)
        self.init(contents, changing: changing, changed: all, wanted: Array(contents.indices)) {
            position, count in
            [Companion(count, tangents[position])]
        }
    }

    private init(
        _ contents: [Content], changing: [Int], changed: Set<Int>, wanted: [Int], structs: [Range<Int>] = [],
        companions: (_ position: Int, _ count: Int) -> [Companion]
    ) {
        let parts = contents.enumerated().map { position, content in
            let (reals, integers) = content.numbers
            let memory = UnsafeMutableBufferPointer<Int>.allocate(capacity: integers.count)
            _ = memory.initialize(from: integers)
            return Part(
                content: content, value: Buffer(reals), integers: memory,
                companions: content.isInteger ? [] : companions(position, reals.count),
                isZero: reals.allSatisfy { $0 == 0 })
        }
        self.parts = parts
        self.changing = changing
        self.changed = changed
        self.wanted = wanted
        var groups: [Range<Int>] = []
        var next = 0
        while next < parts.count {
            groups.append(structs.first { $0.lowerBound == next } ?? next..<next + 1)
            next = groups[groups.count - 1].upperBound
        }
        places = groups.flatMap { group in
            let kinds = parts[group].map { [$0.value] + $0.companions.map(\.buffer) }
            return (0..<(kinds.map(\.count).max() ?? 0)).flatMap { kind in
                zip(parts[group], kinds).compactMap { part, buffers in
                    kind < buffers.count ? part.content.place(buffers[kind], part.integers) : nil
                }
            }
        }
    }

    deinit { parts.forEach { $0.integers.deallocate() } }

    /// Makes everything as it was at first.
    package func reset() {
        for position in changing {
            let part = parts[position]
            if part.isZero { part.value.clear() } else { part.value.set(part.content.numbers.reals) }
        }
        for position in changed { parts[position].companions.forEach { $0.reset() } }
    }

    /// What an argument was at first.
    package func content(of position: Int) -> Content { parts[position].content }

    package func value(of position: Int) -> [Double] { parts[position].value.elements }

    /// Puts other numbers into an argument that is not among the changing ones.
    package func set(_ position: Int, to numbers: [Double]) { parts[position].value.set(numbers) }

    /// Puts other numbers into an argument's tangent.
    package func setTangent(_ position: Int, to numbers: [Double]) {
        parts[position].companions[0].buffer.set(numbers)
    }

    /// Looks at an argument's tangent.
    package func withTangent(of position: Int, _ body: (UnsafeMutableBufferPointer<Double>) throws -> Void)
        rethrows
    {
        try body(parts[position].companions[0].buffer.numbers)
    }

    /// The product with the Hessian in one argument.
    package func product(of position: Int) -> [Double] { parts[position].companions[1].buffer.elements }

    /// The gradients or tangents of arguments, one after the other; all that were wanted, if nil.
    package func gradients(of positions: [Int]?) -> [Double] {
        (positions ?? wanted).flatMap { parts[$0].companions.first?.buffer.elements ?? [] }
    }
}

extension Memory.Content {
    fileprivate var isInteger: Bool {
        switch self {
        case .integer, .integers: true
        case .real, .reals, .matrix: false
        }
    }

    fileprivate var numbers: (reals: [Double], integers: [Int]) {
        switch self {
        case .real(let x): ([x], [])
        case .integer(let k): ([], [k])
        case .reals(let v): (v, [])
        case .integers(let v): ([], v)
        case .matrix(let m): (m.elements, [])
        }
    }

    fileprivate func place(
        _ reals: Buffer, _ integers: UnsafeMutableBufferPointer<Int>
    ) -> NativeBuffer<Double>? {
        switch self {
        case .real: reals.start.map { .real($0) }
        case .integer: integers.baseAddress.map { .integer($0) }
        case .reals: .reals(reals.numbers)
        case .integers: .integers(integers)
        case .matrix(let m): .matrix(rows: m.rows, columns: m.columns, reals.numbers)
        }
    }
}

extension Memory {
    /// Copies of what the places hold, for the interpreter.
    package var leaves: [Leaf<Double>] {
        places.map { place in
            switch place {
            case .real(let p): .real(p.pointee)
            case .integer(let p): .integer(p.pointee)
            case .reals(let b): .reals(Array(b))
            case .integers(let b): .integers(Array(b))
            case .matrix(let rows, let columns, let b): .matrix(rows: rows, columns: columns, Array(b))
            }
        }
    }

    /// Puts into the places what the interpreter made of them.
    package func assign(_ leaves: [Leaf<Double>]) {
        for (place, leaf) in zip(places, leaves) {
            switch (place, leaf) {
            case (.real(let p), .real(let x)): p.pointee = x
            case (.integer(let p), .integer(let k)): p.pointee = k
            case (.reals(let b), .reals(let v)), (.matrix(_, _, let b), .matrix(_, _, let v)):
                _ = b.update(from: v)
            case (.integers(let b), .integers(let v)): _ = b.update(from: v)
            default: break
            }
        }
    }
}
