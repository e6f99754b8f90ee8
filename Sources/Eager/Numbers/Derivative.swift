import ReversibleCore

/// A derivative of a closure: where it is taken, and of what.
struct Derivative {
    let location: SourceLocation

    init(_ fileID: String, _ line: Int, _ column: Int) {
        location = SourceLocation(fileID: fileID, line: line, column: column)
    }

    /// The closure's value and its derivatives in `inputs`, to which outer derivatives may go on.
    func take(
        at inputs: [Traced], _ body: ([Traced]) throws -> Traced
    ) throws -> (value: Traced, gradient: [Traced]) {
        let run = TraceRun(at: location)
        defer { run.finish() }
        let numbers = inputs.map(run.input)
        let result = try TraceRun.$current.withValue(run) { try body(numbers) }
        if let own = result.run, own !== run, own.isOver || own.level >= run.level { run.refuse(own) }
        if let problem = run.problem { throw problem }
        let node = result.run === run ? result.node : 0
        return (result.lowered(below: run), run.gradient(of: node, inputs: inputs.count))
    }

    /// The same in plain numbers, which nothing can go on to depend on.
    func takePlain(
        at inputs: [Double], wantsValue: Bool, _ body: ([Traced]) throws -> Traced
    ) throws -> (value: Double, gradient: [Double]) {
        let result = try take(at: inputs.map { Traced($0) }, body)
        if wantsValue { try requireConstant(result.value, "value") }
        for slope in result.gradient { try requireConstant(slope, "gradient") }
        return (result.value.primal, result.gradient.map(\.primal))
    }

    private func requireConstant(_ number: Traced, _ noun: String) throws {
        guard let around = number.run else { return }
        throw ReversibilityError(
            .invalidArgument,
            "the \(noun) depends on a number of the derivative at \(around.location), which is being taken, and as a `Double` "
                + "it would be a constant there; give the point as `Traced` numbers, `grad(at: Traced(2)) { … }`, and the "
                + "result is one", function: "valueAndGrad", location: location)
    }
}
