import ReversibleCore

/// How a program runs on a GPU: its kernels, the memory they share, and the order of launches. Plain data.
///
/// A run allocates the buffers that are not arguments, then takes the steps in order, on one stream.
package struct KernelPlan: Hashable, Sendable {
    /// A place of the program: a leaf of one of its arguments.
    package struct Parameter: Hashable, Sendable {
        package var name: String
        package var kind: Variable.Kind
        /// Whether its initial value matters.
        package var isRead: Bool
        /// Whether some step changes it. Numbers that change live in a buffer of one element.
        package var isWritten: Bool
        /// The sizes that the kernels are for; empty, or nil one by one, where any will do.
        package var sizes: [Int?] = []
        /// Whether its initial value counts as zeros, whatever its memory holds.
        package var startsAtZero: Bool
    }

    /// Device memory: elements of 64 bits, or reals of 32 bits in single precision.
    package struct Buffer: Hashable, Sendable {
        package enum Role: Hashable, Sendable {
            /// The array, or the number that changes, of the parameter at this position.
            case parameter(Int)
            /// An ancilla, or something in between; every step that needs zeros in it clears it first.
            case temporary
            /// A constant: the table of this name in the module, which kernels are not given.
            case table(String)
        }

        package var name: String
        package var role: Role
        package var isReal: Bool
        /// The number of elements.
        package var count: HostInteger
    }

    /// What a kernel is given; every slot takes 64 bits, a `Float` the first 32 of them.
    package enum Slot: Hashable, Sendable {
        /// The address of the buffer of this number.
        case address(Int)
        case integer(HostInteger)
        /// The `Scalar` parameter at this position, which no step changes.
        case real(Int)
    }

    package struct Kernel: Hashable, Sendable {
        /// The entry's name in the text.
        package var name: String
        package var slots: [Slot]
        /// The names of the slots in the text.
        package var slotNames: [String]
        /// The number of iterations, which threads share out. Without any, the kernel need not be launched.
        package var iterations: HostInteger
        /// Blocks in a grid, along x. Results in memory of a thread's or a block's own depend on it.
        package var blocks: HostInteger
        /// Whether fewer blocks will do, who then take more iterations each.
        package var takesFewerBlocks = false
        package var threadsPerBlock: Int
        /// What the kernel does, in words.
        package var purpose: String
        package var text: String
        /// What the sizes of arrays must be for it.
        package var requirements: [Requirement] = []
    }

    /// What a statement needs of the sizes of arrays, as far as it is known before a launch.
    package struct Requirement: Hashable, Sendable {
        package struct Array: Hashable, Sendable {
            package var name: String
            /// The count, or rows and columns.
            package var sizes: [HostInteger]
        }

        package enum Kind: Hashable, Sendable {
            /// Two arrays have the same sizes.
            case sameSizes(Array, Array)
            /// In every iteration an index is inside one side of an array: it begins like this, and goes on in steps;
            /// the other engines begin with the last, if the loop runs backward.
            case indexInside(Array, Axis, first: HostInteger, step: HostInteger, backward: Bool)
        }

        package var kind: Kind
        /// Where the statement reads an array under a condition only: that.
        package var condition: HostCondition?
        package var statement: String
        package var location: SourceLocation?
    }

    package indirect enum Step: Hashable, Sendable {
        /// Launches the kernel of this number, unless it has no iterations.
        case launch(Int)
        /// Sets all elements of the buffer of this number to 0. This can be left out if later steps set `written`
        /// elements before they read any, and that are all.
        case clear(Int, written: HostInteger? = nil)
        /// Takes the steps once for every index; number `loop` stands for the index in ``HostInteger``.
        case loop(
            Int, start: HostInteger, end: HostInteger, step: HostInteger, closed: Bool, backward: Bool, [Step]
        )
        /// Takes the steps of `asking`, and then the others if the buffer of number `answer` does not hold 0, again and
        /// again until it does. The host waits for every answer.
        case whileLoop(statement: String, asking: [Step], answer: Int, [Step])
    }

    /// The function's name.
    package var name: String
    package var precision: PTXPrecision
    package var parameters: [Parameter]
    package var buffers: [Buffer]
    package var kernels: [Kernel]
    package var steps: [Step]
    /// Text at the start of the module: header and tables.
    package var prelude: String
    /// How the kernels tell whether undoing has lost what a derivative reads; nil if they read nothing of that kind.
    package var undoing: Undoing?

    /// Memory in which the kernels keep account of what they read after undoing, and say in the end whether it is
    /// what it was.
    package struct Undoing: Hashable, Sendable {
        /// A buffer of sums in double precision, with the verdict after them: an integer, 0 or the number of an
        /// explanation, counted from 1.
        package var buffer: Int
        package var explanations: [String]
    }

    /// The PTX module: header, tables, and all kernels, with a summary of the plan as a comment.
    package var text: String {
        // Comments hold names of the user's; PTX is ASCII.
        let text = ([summary + prelude] + kernels.map(\.text)).joined(separator: "\n")
        // Only ASCII has as many units here as there.
        if text.utf16.count == text.utf8.count { return text }
        return text.replacing("…", with: "...")
            .unicodeScalars.map { $0.isASCII ? String($0) : "u\(String($0.value, radix: 16))" }.joined()
    }
}

/// The number type of emitted kernels.
package enum PTXPrecision: Hashable, Sendable {
    case double, single

    var bytes: Int { self == .double ? 8 : 4 }
    var type: String { self == .double ? "f64" : "f32" }
}

extension KernelPlan {
    /// The memory of a parameter, if it has any.
    package func buffer(ofParameter position: Int) -> Int? {
        buffers.firstIndex { $0.role == .parameter(position) }
    }

    private func parameterName(_ position: Int) -> String {
        parameters.indices.contains(position) ? parameters[position].name : "?"
    }

    /// The plan as PTX comments.
    private var summary: String {
        var lines = ["// Kernels of `\(name)`, in \(precision == .double ? "double" : "single") precision."]
        lines.append("// Every kernel parameter is a slot of 64 bits. Launches, in order:")
        func add(_ steps: [Step], _ indent: String) {
            for step in steps {
                switch step {
                case .clear(let buffer, let written):
                    let reservation = written.map { ", unless \($0.text(parameterName)) are all" } ?? ""
                    lines.append(
                        "//\(indent)clear \(buffers[buffer].name), "
                            + "\(buffers[buffer].count.text(parameterName)) elements\(reservation)")
                case .launch(let number):
                    let kernel = kernels[number]
                    lines.append(
                        "//\(indent)\(kernel.name), \(kernel.iterations.text(parameterName)) "
                            + "iterations in blocks of \(kernel.threadsPerBlock)")
                case .loop(let number, let start, let end, let step, let closed, let backward, let inner):
                    let range =
                        "\(start.text(parameterName))\(closed ? "..." : "..<")\(end.text(parameterName))"
                    let by = step == .constant(1) ? "" : " by \(step.text(parameterName))"
                    lines.append(
                        "//\(indent)for turn\(number) in \(range)\(by)\(backward ? ", last first" : ""):")
                    add(inner, indent + "  ")
                case .whileLoop(_, let asking, let answer, let inner):
                    lines.append("//\(indent)while \(buffers[answer].name) is not 0, after:")
                    add(asking, indent + "    ")
                    lines.append("//\(indent)do:")
                    add(inner, indent + "    ")
                }
            }
        }
        add(steps, "  ")
        if let undoing {
            let name = buffers[undoing.buffer].name
            lines.append("// The last element of \(name) is then 0, or tells why the gradients may be wrong:")
            for (number, text) in undoing.explanations.enumerated() {
                lines.append("//  \(number + 1): \(text)")
            }
        }
        // Names of the user's may have line breaks in them.
        return lines.map(\.onOneLine).joined(separator: "\n") + "\n"
    }
}
