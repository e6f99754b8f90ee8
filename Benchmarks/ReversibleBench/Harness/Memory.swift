import AD
import NativeEngine

/// The arguments of native code, in memory that it works on in place.
///
/// What the code changes is set back before every run, which is part of the time measured: C has to clear its
/// results, too.
final class Memory {
    /// One argument's value.
    enum Content {
        case real(Double)
        case integer(Int)
        case reals([Double])
        case integers([Int])
        case matrix(DenseMatrix)
    }

    private struct Part {
        let content: Content
        let value: Buffer
        let integers: UnsafeMutableBufferPointer<Int>
        let gradient: Buffer?
        let isZero: Bool
    }

    /// What native code is given.
    let places: [NativeBuffer<Double>]
    private let parts: [Part]
    private let changing: [Int]
    private let loss: Int?
    private let wanted: [Int]

    /// Memory for a function, of whose arguments those at `changing` are changed.
    convenience init(_ contents: [Content], changing: [Int]) {
        self.init(contents, changing: changing, loss: nil, wanted: [])
    }

    /// Memory for the gradient of argument 0 in those at `wanted`.
    convenience init(_ contents: [Content], changing: [Int], wanted: [Int]) {
        self.init(contents, changing: changing, loss: 0, wanted: wanted)
    }

    private init(_ contents: [Content], changing: [Int], loss: Int?, wanted: [Int]) {
        parts = contents.map { content in
            let (reals, integers) = content.numbers
            let memory = UnsafeMutableBufferPointer<Int>.allocate(capacity: integers.count)
            _ = memory.initialize(from: integers)
            return Part(
                content: content, value: Buffer(reals), integers: memory,
                gradient: loss == nil || content.isInteger ? nil : Buffer(reals.count),
                isZero: reals.allSatisfy { $0 == 0 })
        }
        self.changing = changing
        self.loss = loss
        self.wanted = wanted
        places = parts.flatMap { part in
            [part.content.place(part.value, part.integers)].compactMap(\.self)
                + (part.gradient.map { [part.content.place($0, part.integers)].compactMap(\.self) } ?? [])
        }
    }

    deinit { parts.forEach { $0.integers.deallocate() } }

    /// Makes everything as it was at first.
    func reset() {
        for position in changing {
            let part = parts[position]
            if part.isZero { part.value.clear() } else { part.value.set(part.content.numbers.reals) }
        }
        for position in wanted { parts[position].gradient?.clear() }
        if let loss { parts[loss].gradient?.set([1]) }
    }

    func value(of position: Int) -> [Double] { parts[position].value.elements }

    /// Gradients, one after the other; all that were wanted, if nil.
    func gradients(of positions: [Int]?) -> [Double] {
        (positions ?? wanted).flatMap { parts[$0].gradient?.elements ?? [] }
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

extension Work {
    /// A run of a native function; its numbers are the final values of the arguments at `results`.
    init<each A: Argument>(
        _ function: NativeFunction<repeat each A>, _ memory: Memory, results: [Int]
    ) {
        self.init {
            memory.reset()
            try function.run(inPlace: memory.places)
            return memory
        } numbers: { memory in
            results.flatMap { memory.value(of: $0) }
        }
    }

    /// A run of a native gradient; its numbers are the gradients in the arguments at `results`, or in all that the
    /// memory is for.
    init<each A: Argument>(
        _ gradient: NativeGradient<repeat each A>, _ memory: Memory, results: [Int]? = nil
    ) {
        self.init {
            memory.reset()
            try gradient.run(inPlace: memory.places)
            return memory
        } numbers: { memory in
            memory.gradients(of: results)
        }
    }
}
