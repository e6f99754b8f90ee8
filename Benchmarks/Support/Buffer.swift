/// Numbers at a fixed place in memory, for functions that write into their arguments.
package final class Buffer {
    package let numbers: UnsafeMutableBufferPointer<Double>

    package init(_ count: Int) {
        numbers = .allocate(capacity: count)
        numbers.initialize(repeating: 0)
    }

    package init(_ elements: [Double]) {
        numbers = .allocate(capacity: elements.count)
        _ = numbers.initialize(from: elements)
    }

    deinit { numbers.deallocate() }

    /// The numbers for C.
    package var start: UnsafeMutablePointer<Double>? { numbers.baseAddress }

    package var elements: [Double] { Array(numbers) }

    /// Overwrites the numbers by others, as many.
    package func set(_ elements: [Double]) {
        precondition(elements.count == numbers.count, "a buffer keeps its size")
        _ = numbers.update(from: elements)
    }

    package func clear() { numbers.update(repeating: 0) }
}
