import ReversibleCore

/// How the iterations of a `ParallelFor`, each a thread, share the places around it.
struct ThreadPlan {
    /// How contributions to a place that several iterations may add to are made.
    enum Sharing {
        /// Only ever added to here: sums can be formed before memory is touched.
        case pure
        /// Read or changed otherwise too: every contribution goes to memory at once.
        case immediate
    }

    private var uniformity: Uniformity
    private let inside: Set<Variable>
    private let written: Set<Variable>
    /// Places from outside of which iterations may add to one and the same element.
    let shared: [Variable: Sharing]
    /// What is only ever added to here, by one iteration or by several.
    let onlyAdded: Set<Variable>
    /// Arrays from outside that some iterations read or change otherwise, and some change.
    let changed: Set<Variable>
    /// A number from outside that iterations change, which only a wrong program does.
    let conflict: Variable?
    /// Arrays of which every iteration uses rows of its own, by number.
    let rows: [Int: RowPattern]

    init(_ loop: ForLoop, ownModes: [AccessMode]) {
        var accesses = Accesses(ownModes: ownModes)
        loop.body.visit(&accesses)
        inside = accesses.declared.union([loop.index])
        written = accesses.written
        uniformity = Uniformity(varying: [loop.index], inside: inside)
        uniformity.run(loop.body)
        rows = RowPattern.patterns(in: loop, accesses)
        let apart = accesses.usedApart(by: loop.index).union(rows.values.map(\.variable))
        var shared: [Variable: Sharing] = [:]
        var (onlyAdded, changed): (Set<Variable>, Set<Variable>) = ([], [])
        var conflict: Variable?
        for (variable, mode) in accesses.modes where !inside.contains(variable) {
            if mode == .accumulate {
                onlyAdded.insert(variable)
            } else if mode != .read, !mode.isEmpty {
                changed.insert(variable)
            }
            if mode.contains(.accumulate), !apart.contains(variable) {
                shared[variable] = mode == .accumulate ? .pure : .immediate
            } else if mode.contains(.write), !variable.kind.isArray {
                conflict = variable
            }
        }
        self.shared = shared
        self.onlyAdded = onlyAdded
        self.changed = changed
        self.conflict = conflict
    }

    /// The real arrays whose contributions are added up as integers, where the order must make no difference: those
    /// of which iterations choose the elements that they add to, and only ever add to.
    mutating func scattered(in loop: ForLoop) -> [Variable] {
        var places: [Place] = []
        loop.body.collectAdditions(&places)
        let chosen = places.filter { place in
            guard shared[place.variable] == .pure, place.variable.kind.isReal else { return false }
            // A sum for every thread of every element is for loops that were meant for threads.
            return place.indices.contains { isVarying($0) || (!loop.parallel && !isConstant($0)) }
        }
        return Set(chosen.map(\.variable)).sorted { $0.id < $1.id }
    }

    /// Whether a value may differ between the threads of a block.
    mutating func isVarying(_ node: Node) -> Bool { uniformity.isVarying(node) }

    /// Whether a value is the same all through the kernel.
    func isConstant(_ node: Node) -> Bool {
        node.isFixed(whereChanging: written, declaring: inside)
    }
}

extension Block {
    /// The places of additions whose order does not matter.
    fileprivate func collectAdditions(_ places: inout [Place]) {
        forEachStatement { if case .update(let s) = $0.kind, s.accumulates { places.append(s.place) } }
    }
}

/// A sum of every thread's own, in a register.
struct PrivateSum {
    var place: Place
    var register: String
    var kind: RegisterClass
    /// Whether some thread adds to the place whatever conditions say: then it is there.
    var isSure = false
}

/// Sums of every thread's own for all elements of an array.
struct PrivateArray {
    var variable: Variable
    var array: KernelArray
    /// The buffer, and how many elements each thread has.
    var buffer: Int
    var count: HostInteger
}

/// The sums that every block has left in a buffer: of one place, or of all elements of an array.
struct BlockLeftover {
    var place: Place
    var buffer: Int
    /// The number of elements.
    var count: HostInteger
    /// Whether the place exists whatever conditions say.
    var isThere: Bool
}
