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
        case nan
        case factor(Double)
        case scaledAway(Double, Double)
        /// A number type rounds in a way that is not undone.
        case notUndone(String, by: String, divides: Bool, String)
        /// A place has left what its number type can hold.
        case outOfRange(String)
        case notRestored(value: Double, limit: Double, element: Int?)
        case integerNotRestored(Int, element: Int?)
        case noRecord
        case size(Int)
        case extent(rows: Int, columns: Int)
        case aliasing(Int)
        case noElements(Int32)
        case shapes(ArrayDescriptor, ArrayDescriptor, Int32, Int32)
        case emptyStack
        case popIntoNonzero(String)
        case notAnInteger(Double)
        case inexactInteger(Int)
        case stackNotEmpty(Int)
        case conflict(element: Int, first: Int, second: Int, array: Int32)
        case drift(before: Double, now: Double, Drift.Subject)
    }

    var cause: Cause
    var instruction: Int
}

extension Fault {
    /// The error a user sees. `values` are the statement's places at the time.
    func error(in unit: CodeUnit, values: [ReversibilityError.NamedValue]) -> ReversibilityError {
        let index = Int(unit.statementOf[instruction])
        let info = index >= 0 ? unit.statements[index] : nil
        let (kind, message) = explanation(arrayNames: info?.arrayNames ?? [:], hint: info?.hint)
        return ReversibilityError(
            kind, message, function: info?.function ?? unit.statements.first?.function ?? "f",
            statement: info?.text, location: info?.location, values: values)
    }

    private func explanation(
        arrayNames: [Int32: String], hint: String?
    ) -> (ReversibilityError.Kind, String) {
        func name(_ array: Int32) -> String { arrayNames[array].map { "`\($0)`" } ?? "the array" }
        switch cause {
        case .requirement(let requirement, let expected):
            return Fault.explanation(of: requirement, expected: expected)
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
            let subject = element.map { "element \($0) of the ancilla" } ?? "the ancilla"
            let advice =
                hint ?? "undo what was done to it before the block ends, or use `Compute { } apply: { }`"
            return (
                .ancillaNotRestored,
                "\(subject) is \(value) at the end of its block and must be 0 (within \(limit)); \(advice)"
            )
        case .integerNotRestored(let value, let element):
            let subject = element.map { "element \($0) of the ancilla" } ?? "the ancilla"
            let advice =
                hint ?? "undo what was done to it before the block ends, or use `Compute { } apply: { }`"
            return (
                .ancillaNotRestored, "\(subject) is \(value) at the end of its block and must be 0; \(advice)"
            )
        case .noRecord:
            return (
                .emptyStack,
                "no turns of this loop are recorded in this run; give the `While` a `post:`, or run it and its inverse "
                    + "in one run (a `Compute`, a gradient)"
            )
        case .size(let size):
            return (.invalidSize, "an ancilla of size \(size) cannot be made")
        case .extent(let rows, let columns):
            return (
                .invalidSize, "an ancilla of \(rows) rows and \(columns) columns cannot be made"
            )
        case .aliasing(let index):
            return (
                .aliasing,
                "two elements that the statement names are the same one, at index \(index); it could not be undone"
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
                "the stack still holds \(count) number\(count == 1 ? "" : "s") at the end of its block; pop what was "
                    + "pushed, or use `Stack()`, which lasts for the run"
            )
        case .drift(let before, let now, let subject):
            return (.drift, Drift.explanation(reading: hint ?? "", before: before, now: now, subject))
        case .conflict(let element, let first, let second, let array):
            return (
                .parallelConflict,
                "iterations \(first) and \(second) both use element \(element) of \(name(array)), and one of them "
                    + "writes it; the iterations of a `ParallelFor` must be independent"
            )
        }
    }

    private static func explanation(
        of requirement: Requirement, expected: Bool
    ) -> (ReversibilityError.Kind, String) {
        switch requirement {
        case .postcondition:
            (
                .postcondition,
                "the precondition was \(expected) and the postcondition is \(!expected) afterwards; they must agree, "
                    + "so that the inverse knows which branch to undo. Give a `post:` that tells"
            )
        case .entry:
            (
                .loopCondition,
                "`post` holds before the first turn; it must be false on entry, so that the inverse knows where the "
                    + "loop began"
            )
        case .turn:
            (.loopCondition, "`post` is false after a turn; it must be true after every turn")
        case .replay:
            (.loopCondition, "the loop is not where it ended, so its recorded turns cannot be undone")
        case .loopBounds:
            (
                .loopBoundsChanged,
                "the bounds of the loop changed while it ran; the inverse would visit other indices"
            )
        }
    }

    private static func extent(_ array: ArrayDescriptor) -> String {
        array.rows == 0 && array.columns == 0
            ? "\(array.count) element\(array.count == 1 ? "" : "s")"
            : "\(array.rows)×\(array.columns) elements"
    }
}
