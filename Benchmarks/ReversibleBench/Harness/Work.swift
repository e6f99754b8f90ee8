/// A piece of work to be timed, and the numbers that it finds.
struct Work {
    /// Does the work; the result feeds a checksum, so that it cannot be optimised away.
    let run: () throws -> Double
    /// Does the work once, and returns all its numbers in the order that its rivals have too.
    let numbers: () throws -> [Double]

    init<Result>(_ body: @escaping () throws -> Result, numbers: @escaping (Result) -> [Double]) {
        run = { Work.witness(try body()) }
        self.numbers = { numbers(try body()) }
    }

    init(_ body: @escaping () throws -> Double) {
        self.init(body) { [$0] }
    }

    /// A number that depends on the result.
    @inline(never)
    private static func witness<Result>(_ result: Result) -> Double {
        withUnsafeBytes(of: result) { Double($0.first ?? 0) }
    }
}

/// Numbers at a fixed place in memory, for functions that write into their arguments.
final class Buffer {
    let start: UnsafeMutablePointer<Double>
    let count: Int

    init(_ count: Int) {
        start = .allocate(capacity: max(count, 1))
        start.initialize(repeating: 0, count: count)
        self.count = count
    }

    convenience init(_ elements: [Double]) {
        self.init(elements.count)
        set(elements)
    }

    deinit { start.deallocate() }

    var elements: [Double] { Array(UnsafeBufferPointer(start: start, count: count)) }

    /// Overwrites the numbers by others, as many.
    func set(_ elements: [Double]) {
        precondition(elements.count == count, "a buffer keeps its size")
        elements.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { start.update(from: base, count: count) }
        }
    }
}
