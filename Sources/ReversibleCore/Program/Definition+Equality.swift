import Synchronization

extension Definition: Hashable {
    /// Whether two functions are the same program, whatever they are called and wherever they were written.
    package static func == (a: Definition, b: Definition) -> Bool {
        if a === b { return true }
        guard a.digest == b.digest else { return false }
        if let classes = ProgramClasses.current { return classes.areEqual(a, b) }
        let classes = ProgramClasses()
        return ProgramClasses.$current.withValue(classes) {
            for definition in a.calleesFirst + b.calleesFirst { classes.add(definition) }
            return classes.areEqual(a, b)
        }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// Functions in classes of equal ones: what a comparison of two functions knows of all that they call.
///
/// Callees are added before their callers. So comparing two bodies asks for the classes of what they call, and
/// never follows a call: chains of calls, in which each function calls the one before it twice, would be
/// followed 2ⁿ times.
private final class ProgramClasses: Sendable {
    @TaskLocal static var current: ProgramClasses?

    private struct Known {
        var classes: [ObjectIdentifier: Int] = [:]
        var representatives: [Int: [Definition]] = [:]
        var count = 0
    }

    private let known = Mutex(Known())

    func areEqual(_ a: Definition, _ b: Definition) -> Bool {
        known.withLock { known in
            guard let x = known.classes[ObjectIdentifier(a)] else { return a === b }
            return x == known.classes[ObjectIdentifier(b)]
        }
    }

    /// Finds the class of a function whose callees have theirs.
    func add(_ definition: Definition) {
        let (isKnown, candidates) = known.withLock { known in
            (
                known.classes[ObjectIdentifier(definition)] != nil,
                known.representatives[definition.digest] ?? []
            )
        }
        if isKnown { return }
        // Compared outside the lock, as this asks for the classes of callees.
        let equal = candidates.first {
            $0.arguments == definition.arguments && $0.body == definition.body
        }
        known.withLock { known in
            if let equal {
                known.classes[ObjectIdentifier(definition)] = known.classes[ObjectIdentifier(equal)]
            } else {
                known.classes[ObjectIdentifier(definition)] = known.count
                known.representatives[definition.digest, default: []].append(definition)
                known.count += 1
            }
        }
    }
}
