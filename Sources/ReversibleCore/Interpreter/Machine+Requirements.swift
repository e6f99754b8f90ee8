/// The arguments of an open call.
private struct FrameSource<Number: ReversibleNumber>: ArgumentSource {
    let slots: [ParameterRegister]
    let reals: UnsafeMutablePointer<Number>
    let integers: UnsafeMutablePointer<Int>
    let arrays: UnsafeMutablePointer<ArrayDescriptor>

    func sizes(at position: Int) -> (count: Int, rows: Int, columns: Int) {
        guard case .array(let v, _) = slots[position] else { return (1, 0, 0) }
        let array = arrays[Int(v)]
        return (array.count, array.rows, array.columns)
    }

    func integer(at position: Int, _ element: Int) -> Int? {
        switch slots[position] {
        case .real: nil
        case .integer(let k): integers[Int(k)]
        case .array(let v, _): element < arrays[Int(v)].count ? arrays[Int(v)].integers[element] : nil
        }
    }

    func firstFailure(
        of property: ArgumentRequirement.Property, in part: ArgumentRequirement.Part, at position: Int
    ) -> (element: Int, value: String)? {
        switch slots[position] {
        case .real(let r):
            let value = reals[Int(r)].primal
            return property.holds(value) ? nil : (0, "\(value)")
        case .integer(let k):
            return property.holds(Double(integers[Int(k)])) ? nil : (0, "\(integers[Int(k)])")
        case .array(let v, _):
            let array = arrays[Int(v)]
            return part.firstFailure(
                of: property, in: UnsafeBufferPointer(start: array.reals(Number.self), count: array.count),
                rows: array.rows, columns: array.columns)
        }
    }
}

extension Machine {
    private func source(_ requirements: Requirements, _ frame: Frame) -> FrameSource<Number> {
        FrameSource(
            slots: requirements.slots, reals: reals.base + frame.reals,
            integers: integers.base + frame.integers, arrays: arrays.base + frame.arrays)
    }

    /// What is wrong with the sizes of a call's arguments, just entered.
    @inline(never)
    func sizeProblem(ofCall function: Int) -> Requirements.Problem? {
        guard let list = requirements[function]?.list else { return nil }
        guard var problem = list.sizeProblem(in: source(list, frame)) else { return nil }
        problem.sentence = "in a call of `\(list.function)`, " + problem.sentence
        return problem
    }

    /// If a fault follows from what an open call was given, the error that says so; the outermost such call counts.
    ///
    /// What the call may have changed says nothing any more. The location is that of the call, in the caller's text.
    @inline(never)
    func argumentError(behind fault: Fault, in unit: CodeUnit) -> ReversibilityError? {
        // Then the run is repeated with more exact checks, and the fault may not be one.
        if case .notRestored = fault.cause, !unit.tracksPeaks { return nil }
        if requirements.isEmpty { return nil }
        for level in 0...depth {
            let frame = frames.base[level]
            guard let (list, inverted) = requirements[frame.function] else { continue }
            var problem = list.contentProblem(
                in: source(list, frame), inverted: inverted, isRunning: true)
            if problem == nil, fault.cause.isNumerical, let outcome = list.outcome {
                problem = Requirements.Problem(kind: .invalidArgument, sentence: outcome.sentence)
            }
            guard let problem else { continue }
            let statement = frame.call < 0 ? -1 : Int(unit.statementOf[frame.call])
            guard statement >= 0 else {
                return ReversibilityError(problem.kind, problem.sentence, function: list.function)
            }
            let info = unit.statements[statement]
            let (callers, omitted) = callers(ofFrame: level - 1, in: unit)
            return ReversibilityError(
                problem.kind, "in a call of `\(list.function)`, \(problem.sentence)", function: info.function,
                statement: info.text, location: info.location, callers: callers, omittedCallers: omitted)
        }
        return nil
    }
}

extension Fault.Cause {
    /// Whether numbers have gone beyond what can be computed with.
    fileprivate var isNumerical: Bool {
        switch self {
        case .nan, .factor, .scaledAway, .notRestored: true
        default: false
        }
    }
}
