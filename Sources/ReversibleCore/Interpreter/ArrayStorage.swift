/// An array during a run. Callees get a copy of this, not of the elements.
package struct ArrayDescriptor: @unchecked Sendable, BitwiseCopyable {
    package var base: UnsafeMutableRawPointer
    package var count: Int
    package var rows: Int
    package var columns: Int
    /// While a `ParallelFor` watches: for every element, who wrote it and who read it.
    var shadow: UnsafeMutablePointer<Int>?
}

/// Memory of a run that grows, and is given back when the run ends however it ends.
struct GrowingStack<Element: BitwiseCopyable>: ~Copyable {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var capacity: Int

    init(capacity: Int) {
        self.capacity = Swift.max(capacity, 16)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// Makes room for `count` elements; pointers into the stack move.
    mutating func reserve(_ count: Int, keeping used: Int) {
        guard count > capacity else { return }
        let grown = Swift.max(count, capacity * 2)
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: grown)
        memory.update(from: base, count: used)
        base.deallocate()
        base = memory
        capacity = grown
    }
}

extension ArrayDescriptor {
    @inline(__always)
    var integers: UnsafeMutablePointer<Int> { base.assumingMemoryBound(to: Int.self) }

    @inline(__always)
    func reals<Number>(_ type: Number.Type) -> UnsafeMutablePointer<Number> {
        base.assumingMemoryBound(to: Number.self)
    }

    /// The position of [row, column], or nil if it is outside.
    @inline(__always)
    func flat(_ row: Int, _ column: Int) -> Int? {
        UInt(bitPattern: row) < UInt(bitPattern: rows) && UInt(bitPattern: column) < UInt(bitPattern: columns)
            ? row &* columns &+ column : nil
    }
}

/// The constant arrays of a unit as a machine of some number type reads them.
final class ConstantArrays<Number: ReversibleNumber> {
    private(set) var descriptors: [ArrayDescriptor] = []
    /// Numbers of another type than the constants' own.
    private var converted: [UnsafeMutablePointer<Number>] = []

    init(_ constants: [Constant]) {
        for constant in constants {
            var base = constant.base
            if constant.kind.isReal, Number.self != Double.self {
                let numbers = UnsafeMutablePointer<Number>.allocate(capacity: Swift.max(constant.count, 1))
                for (position, value) in constant.reals.enumerated() {
                    (numbers + position).initialize(to: Number(constant: value))
                }
                converted.append(numbers)
                base = UnsafeMutableRawPointer(numbers)
            }
            descriptors.append(
                ArrayDescriptor(
                    base: base, count: constant.count, rows: constant.rows, columns: constant.columns,
                    shadow: nil))
        }
    }

    deinit { for numbers in converted { numbers.deallocate() } }
}
