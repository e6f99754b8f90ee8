/// A disagreement between an engine and Python.
package struct Finding: Sendable {
    /// What kind of disagreement.
    package enum Kind: String, Sendable {
        /// A number that rounding does not explain.
        case number
        case integers
        /// An error where Python has numbers.
        case error
        /// `error` says that undoing loses digits, where plain double precision undoes well.
        case drift
        /// A wrong number where undoing loses digits, and nobody said so.
        case undoing
    }

    package var kind: Kind
    package var program: RandomProgram
    package var point: Point
    package var engine: Engine
    package var task: Question
    /// The kind of error, or what the kind is called.
    package var sort: String
    /// What was expected, and what came, in words.
    package var expected: String
    package var found: String

    package init(
        kind: Kind, program: RandomProgram, point: Point, engine: Engine, task: Question, sort: String,
        expected: String, found: String
    ) {
        (self.kind, self.program, self.point, self.engine, self.task) = (kind, program, point, engine, task)
        (self.sort, self.expected, self.found) = (sort, expected, found)
    }

    /// The program as Swift, with inputs, what was expected and what came.
    package var report: String {
        """
        // \(sort), \(task.name), \(engine.rawValue), \(program.count) statements
        \(SwiftPrinter.source(of: program))
        // at (\(SwiftPrinter.arguments(of: program, point.input))), direction \(point.direction)
        // expected: \(expected)
        // got:      \(found)

        """
    }
}

/// Compares outcomes with what Python expects.
package struct Judge: Sendable {
    /// What a run was worth.
    package enum Verdict: Sendable {
        case agrees
        /// Nothing can be said, and why.
        case skipped(String)
        case differs(Finding.Kind, expected: String, found: String)
    }

    /// Errors that programs may end with where Python has numbers: those that tell of rounding or of numbers that are
    /// not finite.
    static let refusals: Set<String> = [
        "drift", "zeroFactor", "nanInCondition", "ancillaNotRestored", "popMismatch", "postcondition",
    ]

    package init() {}

    /// The name of a sort of disagreements: findings of one sort are shrunk as such.
    package static func sort(_ kind: Finding.Kind, _ outcome: Outcome) -> String {
        if case .error(let name, _) = outcome { name } else { kind.rawValue }
    }

    package func judge(
        _ outcome: Outcome, _ task: Question, on engine: Engine, at point: Point, _ e: Expectation
    ) -> Verdict {
        if let failure = e.failure { return .skipped("oracle: \(failure)") }
        switch outcome {
        case .error(let kind, let text):
            if let reason = e.refusal {
                return .skipped(kind == reason ? "both refuse" : "refuse: \(reason), \(kind)")
            }
            // Turns that push on a stack of the run can be run once only.
            if engine.runsAgain, text.contains("a loop with `undoing: .checkpoints` runs its turns") {
                return .skipped("stacks in checkpointed loops")
            }
            if engine.records || engine.mixesUndoing,
                text.contains("iterations of a `ParallelFor` share no record")
            {
                return .skipped("no record in a ParallelFor")
            }
            if task == .thereAndBack, e.isLost { return .skipped("lost in Python too") }
            if task.isUndone, e.isHardToUndo, !engine.records {
                if kind == "drift" { return .skipped("refused, loses digits") }
                if !engine.verifiesUndoing { return .skipped("not verified") }
            }
            // Turns that are run to get ahead undo their computations without a record, as the function itself does.
            if engine.runsAgain, e.isHardToUndo, kind == "ancillaNotRestored" {
                return .skipped("refused, loses digits")
            }
            // Tangents are undone too, and beside very large ones others are lost.
            if task == .quantity(.product), kind == "drift", !engine.records,
                (e.largest[.tangents] ?? 0) > 1e5 || isRoundingOfOthers(text, e) || e.undoingTangents > 1e-11
            {
                return .skipped("refused, loses tangents")
            }
            // What has moved infinitely fast does not come back from there: code with all checks says so of an ancilla.
            if e.flags.contains("steep"),
                task == .quantity(.product) && kind == "drift"
                    || task == .quantity(.tangents) && kind == "ancillaNotRestored" && engine == .checked
            {
                return .skipped("infinite tangents")
            }
            // Whether a number that was 0 still is one decides on the slope there.
            if task.isUndone, kind == "drift", e.flags.contains("corner") { return .skipped("corner") }
            if e.flags.contains("nonfinite"), Self.refusals.contains(kind) { return .skipped("not finite") }
            if e.flags.contains("borderline"), kind == "postcondition" { return .skipped("borderline") }
            return .differs(kind == "drift" ? .drift : .error, expected: "a result", found: text)
        case .numbers(let numbers, let integers):
            if let reason = e.refusal { return .skipped("only Python: \(reason)") }
            if case .quantity(let quantity) = task {
                return compare(numbers, integers, quantity, engine, point, e)
            }
            return comesBack(numbers, integers, point, e)
        }
    }

    /// Whether a tangent is said to be lost that has come back but for a rounding of larger ones: each is verified relative
    /// to itself.
    private func isRoundingOfOthers(_ text: String, _ e: Expectation) -> Bool {
        guard let found = text.firstMatch(of: /reads the tangent of `.*` as (\S+), and it was (\S+) when/),
            let (a, b) = Double(found.1).flatMap({ a in Double(found.2).map { (a, $0) } })
        else { return false }
        return abs(a - b) <= 1e-12 * (e.largest[.tangents] ?? 0)
    }

    /// Whether what came back is what was given, as far as the program's inverse brings it back in double precision.
    private func comesBack(
        _ numbers: [Double], _ integers: [Int], _ point: Point, _ e: Expectation
    ) -> Verdict {
        if e.flags.contains("nonfinite") { return .skipped("not finite") }
        if e.isLost { return .skipped("lost in Python too") }
        if integers != point.input.integers {
            return .differs(.integers, expected: "\(point.input.integers)", found: "\(integers)")
        }
        let largest = e.largest[.values] ?? 0
        for (position, (a, b)) in zip(numbers, point.input.reals).enumerated() where b.isFinite {
            let tolerance = 1000 * e.back[position] + 1e-12 * abs(b) + 1e-13 * largest + 1e-290
            if !(abs(a - b) <= tolerance) {
                return .differs(
                    .number, expected: "\(b) in \(Self.name(position, point.input))",
                    found: "\(a) (rounding moves it by \(e.back[position]))")
            }
        }
        return .agrees
    }

    private func compare(
        _ numbers: [Double], _ integers: [Int], _ quantity: Quantity, _ engine: Engine, _ point: Point,
        _ e: Expectation
    ) -> Verdict {
        if quantity == .values, integers != e.integers {
            return e.flags.contains("borderline")
                ? .skipped("borderline")
                : .differs(.integers, expected: "\(e.integers)", found: "\(integers)")
        }
        let losesTangents = quantity == .product && e.undoingTangents > 1e-11
        let losesDigits =
            !engine.records && (Question.quantity(quantity).isUndone && e.isHardToUndo || losesTangents)
        if quantity != .values, e.flags.contains("nonfinite") { return .skipped("not finite") }
        if quantity == .product, e.flags.contains("corner") { return .skipped("corner") }
        let expected = e.numbers[quantity] ?? []
        let (spread, loss) = (e.spread[quantity] ?? [], e.loss[quantity] ?? [])
        for (position, (a, b)) in zip(numbers, expected).enumerated() {
            guard b.isFinite, spread[position].isFinite else { continue }
            // A thousand times what a few roundings moved it by; what cancels leaves roundings of what was on the way.
            var tolerance =
                1000 * spread[position] + 1e-12 * abs(b) + 1e-13 * (e.largest[quantity] ?? 0) + 1e-290
            if losesDigits { tolerance += 10 * loss[position] }
            // Of tangents that are undone too the loss is not known: they are verified to 1e-8 of the largest read.
            if losesDigits, quantity == .product { tolerance += 1e-9 * (e.largest[quantity] ?? 0) }
            if !(abs(a - b) <= tolerance) {
                if e.flags.contains("borderline") { return .skipped("borderline") }
                if losesDigits, !engine.verifiesUndoing { return .skipped("not verified") }
                return .differs(
                    losesDigits ? .undoing : .number, expected: "\(b) in \(Self.name(position, point.input))",
                    found: "\(a) (rounding moves it by \(spread[position]))")
            }
        }
        return .agrees
    }

    /// The parameter's element at a position in all real numbers.
    static func name(_ position: Int, _ input: ProgramInput) -> String {
        switch position {
        case 0..<3: return ["y", "a", "b"][position]
        case ..<(3 + input.v.count): return "v[\(position - 3)]"
        case ..<(3 + input.v.count + input.w.count): return "w[\(position - 3 - input.v.count)]"
        default:
            let element = position - 3 - input.v.count - input.w.count
            return "m[\(element / max(1, input.columns)), \(element % max(1, input.columns))]"
        }
    }
}
