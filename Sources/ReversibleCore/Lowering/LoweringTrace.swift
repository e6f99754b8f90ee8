/// A program after every pass that it goes through.
///
/// ```swift
/// print(try compile(grad(f)).lowering)
/// ```
public struct LoweringTrace: Sendable, CustomStringConvertible {
    /// The program after a pass.
    public struct Step: Sendable {
        /// The pass; nil at the start.
        public let pass: Pass?
        /// The program as Swift source.
        public let program: String
        /// The number of its statements, those in blocks included.
        public let statementCount: Int
        /// What a pass has broken; nil if all is well.
        package let fault: String?
    }

    /// The steps: the program as it comes, then one for every pass.
    public let steps: [Step]

    package init(_ definition: Definition, inverted: Bool, _ request: LoweringRequest) {
        let lowering = Lowering(definition, inverted: inverted, request)
        var function = LoweredFunction(lowering.root, in: lowering)
        var steps = [Step(pass: nil, function)]
        for pass in lowering.passes {
            function.apply(pass)
            steps.append(Step(pass: pass, function))
        }
        self.steps = steps
    }

    /// The program as it comes, then, for every pass that changes something, its name and what it leaves; the others by
    /// their names alone.
    public var description: String {
        var texts: [String] = []
        for (position, step) in steps.enumerated() {
            let name = step.pass.map { "// \($0)" } ?? "// as it comes"
            let isNew = position == 0 || steps[position - 1].program != step.program
            texts.append(isNew ? "\(name)\n\(step.program)" : "\(name): nothing")
        }
        return texts.joined(separator: "\n")
    }
}

extension LoweringTrace.Step {
    fileprivate init(pass: Pass?, _ function: LoweredFunction) {
        var count = 0
        function.block.forEachStatement { _ in count += 1 }
        self.init(
            pass: pass, program: function.text, statementCount: count,
            fault: Verifier.fault(
                in: function.block, over: function.parameters.map(\.variable), names: function.names))
    }
}
