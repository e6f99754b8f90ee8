import NativeEngine
import ReversibleCore

/// Memory of the host for a program's places, for runs in place.
final class HostPlaces {
    let places: [NativeBuffer<Double>]
    private var free: [() -> Void] = []

    init(_ leaves: [Leaf<Double>]) {
        var owned: [() -> Void] = []
        func memory<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
            let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, elements.count))
            _ = buffer.initialize(from: elements)
            owned.append { buffer.deallocate() }
            return UnsafeMutableBufferPointer(rebasing: buffer[..<elements.count])
        }
        func one<Element>(_ value: Element) -> UnsafeMutablePointer<Element> {
            let pointer = UnsafeMutablePointer<Element>.allocate(capacity: 1)
            pointer.initialize(to: value)
            owned.append { pointer.deallocate() }
            return pointer
        }
        places = leaves.map { leaf in
            switch leaf {
            case .real(let value): .real(one(value))
            case .integer(let value): .integer(one(value))
            case .reals(let values): .reals(memory(values))
            case .integers(let values): .integers(memory(values))
            case .matrix(let rows, let columns, let values):
                .matrix(rows: rows, columns: columns, memory(values))
            }
        }
        free = owned
    }

    deinit { for release in free { release() } }

    /// The seconds that a program takes on one thread, the quickest of three runs.
    func seconds(_ program: DerivedProgram) throws -> Double {
        let native = NativeFunction<Scalar>(
            try Executable(
                program.definition, inverted: program.isInverted, wanted: program.wanted, checks: .none,
                CompileOptions()),
            options: RunOptions(), threads: 1)
        var best = Double.infinity
        for _ in 0..<3 {
            let start = ContinuousClock.now
            try native.run(inPlace: places)
            best = min(best, (ContinuousClock.now - start).inSeconds)
        }
        return best
    }
}
