import Synchronization

/// Which sizes must be equal for a function's arrays to go together, gathered while its closure is traced.
final class ShapeNotes: Sendable {
    @TaskLocal static var current: ShapeNotes?

    private let pairs = Mutex<[(Term, Term)]>([])

    /// The sizes noted, those of loops left out: what varies with an index cannot be asked before the loop.
    func equalities(of parameters: Set<ObjectIdentifier>) -> [(Term, Term)] {
        pairs.withLock { $0 }.filter { $0.0.free.union($0.1.free).isSubset(of: parameters) }
    }

    /// Notes that two arrays go together element by element.
    ///
    /// - Returns: Why they do not, if that is known at once.
    static func join(_ a: Term, _ b: Term, for word: String) -> String? {
        for axis in 0..<min(a.type.rank, b.type.rank) {
            if let problem = equal(a.size(axis: axis), b.size(axis: axis), for: word) { return problem }
        }
        return nil
    }

    static func equal(_ m: Term, _ n: Term, for word: String) -> String? {
        if m == n { return nil }
        if let x = m.constant, let y = n.constant {
            return "\(word) needs arrays of one size, and one has \(Int(x)) elements, the other \(Int(y))"
        }
        current?.pairs.withLock { $0.append((m, n)) }
        return nil
    }
}
