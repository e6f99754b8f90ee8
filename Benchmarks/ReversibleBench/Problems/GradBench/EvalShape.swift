/// An eval of the GradBench suite at one size: the derivative by this package's tool beside the plain C++ objective.
struct EvalShape {
    let size: String
    let input: [String: JSON]
    var functions = (objective: "primal", derivative: "gradient")
    /// The most that the derivative should take, as a multiple of the C++ objective.
    var limit: Double?
    /// The objective by C++, whose numbers are in the order that the tool answers them.
    let reference: (CppReference) throws -> Work

    /// The sides take turns, and the fastest single run of each counts.
    fileprivate func row(
        _ eval: String, _ client: EvalClient, _ reference: Work?, _ remark: String?, _ options: Options
    ) throws -> EvalRow {
        // Single runs are timed here, not batches: enough of them to meet a quiet moment.
        let seconds = 5 * options.batchTime
        let objective = try client.message(functions.objective, input, runs: 2, seconds: seconds)
        let derivative = try client.message(functions.derivative, input, runs: 2, seconds: seconds)
        let expected = try reference?.numbers()
        var times = (reference: [Double](), objective: [Double](), derivative: [Double]())
        var difference: Double?
        // Reading a message takes longer than what is measured, so there are few rounds.
        for _ in 0..<(options.quick ? 1 : 3) {
            if let reference { times.reference.append(try fastest(reference, seconds)) }
            let found = try client.evaluate(objective)
            times.objective.append(found.seconds)
            times.derivative.append(try client.evaluate(derivative).seconds)
            difference = expected.map { Agreement(found.numbers, $0).difference }
        }
        return EvalRow(
            eval: eval, size: size, reference: times.reference.min(), objective: times.objective.min(),
            derivative: times.derivative.min() ?? .infinity, difference: difference,
            limit: options.quick ? nil : limit, remark: remark)
    }

    /// The shortest of several runs, as many as the tool makes.
    private func fastest(_ work: Work, _ limit: Double) throws -> Double {
        var (best, total, runs) = (Double.infinity, 0.0, 0)
        while runs < 2 || total < limit {
            let seconds = try Stopwatch.once(work.run).seconds
            (best, total, runs) = (min(best, seconds), total + seconds, runs + 1)
        }
        return best
    }
}

/// An eval of the GradBench suite, at sizes that are made when it runs.
struct ShapedEval: Sendable {
    let name: String
    let shapes: @Sendable (Options) -> [EvalShape]

    init(_ name: String, _ shapes: @escaping @Sendable (Options) -> [EvalShape]) {
        self.name = name
        self.shapes = shapes
    }

    static let all = ClassicEvals.all + ModelEvals.all + [HandEval.ht]

    /// The eval as a problem of the benchmark.
    var problem: Problem {
        Problem("GradBench \(name)") { options, progress, report in
            progress.show("GradBench \(name)")
            let client = try EvalClient(name, threads: options.threads)
            var remark: String?
            var reference: CppReference?
            do {
                reference = try CppReference(name)
            } catch let error as CppReference.NoCompiler {
                remark = error.description
            }
            // The functions of a library live as long as it does.
            try withExtendedLifetime(reference) {
                for shape in shapes(options) {
                    progress.show("GradBench \(name), \(shape.size)")
                    let plain = try reference.map { try shape.reference($0) }
                    report.evals.append(try shape.row(name, client, plain, remark, options))
                }
            }
        }
    }
}
