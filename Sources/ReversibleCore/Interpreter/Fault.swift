/// Why a run stopped, in the machine's terms.
struct Fault: Error {
    enum Cause: Sendable {
        case requirement(Requirement, expected: Bool)
        /// A call's arguments do not fit what the function requires.
        case argument(Requirements.Problem)
        case turnLimit(Int)
        case callDepth(Int)
        case zeroStep
        case integerOverflow
        case divisionByZero
        case index(Int, Axis, count: Int, array: Int32)
        case viewIndex(Int, count: Int)
        case nan
        case factor(Double)
        case scaledAway(Double, Double)
        /// A number type rounds in a way that is not undone.
        case notUndone(String, by: String, divides: Bool, String)
        /// A place has left what its number type can hold.
        case outOfRange(String)
        case notRestored(value: Double, limit: Double, element: [Int] = [])
        case integerNotRestored(Int, element: [Int] = [])
        case noRecord
        case noDecision
        /// An ancilla's sizes: that of a vector, or rows and columns.
        case size([Int])
        /// A stack needs so many bytes to grow.
        case stackSize(Int)
        /// The statement's pair of places with this number, which are one element.
        case aliasing(pair: Int, at: [Int])
        case noElements(Int32)
        case shapes(ArrayDescriptor, ArrayDescriptor, Int32, Int32)
        case emptyStack
        /// The top of a stack is read, and there is none.
        case noTop(Int32)
        case anotherCall
        case popIntoNonzero(String)
        case notAnInteger(Double)
        case inexactInteger(Int)
        case stackNotEmpty(Int)
        case conflict(element: Int, first: Int, second: Int, array: Int32)
        case drift(before: Double, now: Double, Drift.Subject, Turns)
    }

    var cause: Cause
    var instruction: Int
}

extension Fault {
    /// The kind of the error a user sees, and its sentence.
    func explanation(_ info: CodeUnit.StatementInfo?) -> (ReversibilityError.Kind, String) {
        func name(_ array: Int32) -> String { info?.arrayNames[array].map { "`\($0)`" } ?? "the array" }
        func notRestored(_ element: [Int], _ value: String, _ limit: String) -> String {
            let ancilla = info?.ancilla.map { "the ancilla `\($0)`" } ?? "the ancilla"
            let subject = element.isEmpty ? ancilla : "element \(Fault.text(element)) of \(ancilla)"
            let advice =
                info?.hint
                ?? "undo what was done to it before the block ends, or use `Compute { } apply: { }`"
            return "\(subject) is \(value) at the end of its block and must be 0\(limit); \(advice)"
        }
        switch cause {
        case .requirement(let requirement, let expected):
            return requirement.explanation(expected: expected)
        case .argument(let problem): return (problem.kind, problem.sentence)
        case .turnLimit(let limit):
            return (
                .turnLimit,
                "the loop has made more than \(limit) turns; if it is not endless, raise `options.turnLimit` of the function"
            )
        case .callDepth(let limit):
            return (
                .callDepth,
                "calls are nested \(limit) deep; if the recursion is not endless, raise `options.callDepthLimit`"
            )
        case .zeroStep:
            return (.zeroStep, "the step of the loop is 0; it must be a positive or negative integer")
        case .integerOverflow:
            return (
                .integerOverflow, "the integer result is outside the range of Int; it could not be undone"
            )
        case .divisionByZero: return (.divisionByZero, "an integer is divided by 0")
        case .index(let index, let axis, let count, let array):
            let extent =
                switch axis {
                case .count: "\(count) element\(count == 1 ? "" : "s")"
                case .rows: "\(count) row\(count == 1 ? "" : "s")"
                case .columns: "\(count) column\(count == 1 ? "" : "s")"
                }
            return (.indexOutOfRange, "index \(index) is outside \(name(array)), which has \(extent)")
        case .viewIndex(let index, let count):
            return (
                .indexOutOfRange,
                "index \(index) is outside a part of a vector that has \(count) element\(count == 1 ? "" : "s")"
            )
        case .nan:
            return (
                .nanInCondition,
                "the condition compares a NaN, so neither branch would be right; find where it arose, or guard it"
            )
        case .factor(let value):
            return (
                .zeroFactor,
                "a place is multiplied or divided by \(value); the factor must be finite and not 0 to be undone"
            )
        case .scaledAway(let before, let after):
            return (
                .zeroFactor,
                "\(before) is scaled to \(after), beyond what the number type can hold; it could not be undone"
            )
        case .notUndone(let number, let factor, let divides, let type):
            return (
                .zeroFactor,
                "\(number) \(divides ? "divided" : "multiplied") by \(factor) is rounded in \(type), and "
                    + "\(divides ? "multiplying" : "dividing") again would not give it back; add the product to a place of its "
                    + "own instead (`y += x * factor`)"
            )
        case .outOfRange(let type):
            return (
                .integerOverflow,
                "the result is outside the range of \(type), or no number at all; it could not be undone"
            )
        case .notRestored(let value, let limit, let element):
            return (.ancillaNotRestored, notRestored(element, "\(value)", " (within \(limit))"))
        case .integerNotRestored(let value, let element):
            return (.ancillaNotRestored, notRestored(element, "\(value)", ""))
        case .noRecord:
            return (
                .emptyStack,
                "no turns of this loop are recorded in this run; give the `While` a `post:`, or run it and its inverse "
                    + "in one run (a `Compute`, a gradient)"
            )
        case .noDecision:
            return (
                .emptyStack,
                "no decision of this `If` is recorded in this run; give it a `post:` condition, or run it and its inverse "
                    + "in one run (a `Compute`, a gradient)"
            )
        case .size(let sizes):
            if let negative = sizes.first(where: { $0 < 0 }) {
                return (.invalidSize, "the size of the ancilla is \(negative), and must not be negative")
            }
            let extent = sizes.map { "\($0)" }.joined(separator: "×")
            return (
                .invalidSize, "there is not enough memory for the \(extent) elements of the ancilla"
            )
        case .stackSize(let bytes):
            return (
                .invalidSize,
                ReversibilityError.noStack + "\(bytes) bytes" + ReversibilityError.whatRecordsTake
            )
        case .aliasing(let pair, let indices):
            let subject =
                info.map { "`\($0.pairs[pair].0)` and `\($0.pairs[pair].1)`" }
                ?? "two elements that the statement names"
            return (
                .aliasing,
                "\(subject) are the same element, at index \(Fault.text(indices)); it could not be undone. "
                    + "Use an ancilla, or give the elements different indices"
            )
        case .shapes(let a, let b, let first, let second):
            return (
                .lengthMismatch,
                "\(name(first)) has \(Fault.extent(a)) and \(name(second)) has \(Fault.extent(b)); they must agree: "
                    + "give arrays of one size"
            )
        case .noElements(let array):
            return (
                .indexOutOfRange,
                "\(name(array)) has no elements, so none of them is the largest or the smallest"
            )
        case .emptyStack:
            return (
                .emptyStack,
                "the stack is empty, so nothing can be popped; what was pushed by an earlier run is gone, "
                    + "unless the stack is an argument (a `While` without `post:` also needs its own run's stack)"
            )
        case .noTop(let stack):
            let name = info?.stackNames[stack] ?? "stack"
            return (
                .emptyStack,
                "`\(name).top` is read, and the stack `\(name)` is empty; ask first, as in "
                    + "`select(\(name).isEmpty, 0, \(name).top)`"
            )
        case .anotherCall:
            return (
                .popMismatch,
                "what this call of an adjoint kept in order to be undone is not what was kept last: calls with different "
                    + "stacks must be undone in reverse order"
            )
        case .popIntoNonzero(let value):
            return (.popMismatch, "`POP` needs a place that holds 0, and it holds \(value)")
        case .notAnInteger(let value):
            return (.popMismatch, "the top of the stack is \(value), which is not an integer")
        case .inexactInteger(let value):
            return (
                .popMismatch, "\(value) cannot be kept on the stack: the number type does not hold it exactly"
            )
        case .stackNotEmpty(let count):
            return (
                .ancillaNotRestored,
                "the stack \(info?.ancilla.map { "`\($0)` " } ?? "")still holds \(count) number"
                    + "\(count == 1 ? "" : "s") at the end of its block; pop what was "
                    + "pushed, or use `Stack()`, which lasts for the run"
            )
        case .drift(let before, let now, let subject, _):
            return (.drift, Drift.explanation(reading: info?.hint ?? "", before: before, now: now, subject))
        case .conflict(let element, let first, let second, let array):
            return (
                .parallelConflict,
                "iterations \(first) and \(second) both use element \(element) of \(name(array)), and one of them "
                    + "writes it; the iterations of a `ParallelFor` must be independent"
            )
        }
    }

    /// An element's index, or both of them.
    private static func text(_ indices: [Int]) -> String {
        indices.count == 1 ? "\(indices[0])" : "\(indices)"
    }

    private static func extent(_ array: ArrayDescriptor) -> String {
        array.rows == 0 && array.columns == 0
            ? "\(array.count) element\(array.count == 1 ? "" : "s")"
            : "\(array.rows)×\(array.columns) elements"
    }
}

extension ReversibilityError {
    /// Begins the message of a run that could not have a larger stack.
    package static let noStack = "there is no memory for a stack of "

    /// Ends it.
    package static let whatRecordsTake =
        ", or `options.memoryLimit` forbids it; what is recorded grows with the turns of loops, while "
        + "`undoing: .checkpoints(c)` takes memory for c copies of what a loop changes"
}
