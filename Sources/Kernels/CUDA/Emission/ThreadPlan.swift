import NativeEngine
import ReversibleCore

/// How the iterations of a `ParallelFor`, each a thread, share the places around it.
struct ThreadPlan {
    /// How contributions to a cotangent that several iterations may add to are made.
    enum Sharing {
        /// Only ever added to here: sums can be formed before memory is touched.
        case pure
        /// Read or changed otherwise too: every contribution goes to memory at once.
        case immediate
    }

    private var uniformity: Uniformity
    private let inside: Set<Variable>
    private let written: Set<Variable>
    /// Cotangents from outside of which iterations may add to one and the same element.
    let shared: [Variable: Sharing]
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
        var conflict: Variable?
        for (variable, mode) in accesses.modes where !inside.contains(variable) {
            if mode.contains(.accumulate), !apart.contains(variable) {
                shared[variable] = mode == .accumulate ? .pure : .immediate
            } else if mode.contains(.write), !variable.kind.isArray {
                conflict = variable
            }
        }
        self.shared = shared
        self.conflict = conflict
    }

    /// Whether a value may differ between the threads of a block.
    mutating func isVarying(_ node: Node) -> Bool { uniformity.isVarying(node) }

    /// Whether a value is the same all through the kernel.
    func isConstant(_ node: Node) -> Bool {
        node.reads.allSatisfy { !inside.contains($0.variable) && !written.contains($0.variable) }
    }
}

/// A sum of every thread's own, in a register.
struct PrivateSum {
    var place: Place
    var register: String
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
}
