/// Numbers at a fixed place in memory, for functions that write into their arguments.
final class Buffer {
    let numbers: UnsafeMutableBufferPointer<Double>

    init(_ count: Int) {
        numbers = .allocate(capacity: count)
        numbers.initialize(repeating: 0)
    }

    init(_ elements: [Double]) {
        numbers = .allocate(capacity: elements.count)
        _ = numbers.initialize(from: elements)
    }

    deinit { numbers.deallocate() }

    /// The numbers for C.
    var start: UnsafeMutablePointer<Double>? { numbers.baseAddress }

    var elements: [Double] { Array(numbers) }

    /// Overwrites the numbers by others, as many.
    func set(_ elements: [Double]) {
        precondition(elements.count == numbers.count, "a buffer keeps its size")
        _ = numbers.update(from: elements)
    }

    func clear() { numbers.update(repeating: 0) }
}
