/// The evals that differentiate programs that differentiate, in all modes. There is no plain C++ to compare with.
enum NestedEvals {
    static let problems = [
        problem("particle", ["w": .number(0)], expected: [0.2071918746486116]),
        problem(
            "saddle", ["start": .numbers([1, 1])],
            expected: .init(repeating: 8.246324826140356e-06, count: 4)),
    ]

    /// - Parameter expected: The output that the suite's tools agree on.
    private static func problem(
        _ eval: String, _ input: [String: JSON], expected: [Double]
    ) -> Problem {
        Problem("GradBench \(eval)") { options, progress, report in
            progress.show("GradBench \(eval)")
            let client = try EvalClient(eval, threads: options.threads)
            for modes in ["ff", "fr", "rf", "rr"] {
                let message = try client.message(modes, input, runs: 3, seconds: options.batchTime)
                let found = try client.evaluate(message)
                report.evals.append(
                    EvalRow(
                        eval: eval, size: modes, reference: nil, objective: nil, derivative: found.seconds,
                        difference: Agreement(found.numbers, expected).difference, limit: nil,
                        remark: "outer mode, inner mode; compared with the known output"))
            }
        }
    }
}
