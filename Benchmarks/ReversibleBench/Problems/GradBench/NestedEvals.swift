/// The evals that differentiate programs that differentiate, in all modes. There is no plain C++ to compare with.
struct NestedEvals: Sendable {
    static let all = [
        NestedEvals(name: "particle", input: ["w": .number(0)], expected: [0.2071918746486116]),
        NestedEvals(
            name: "saddle", input: ["start": .numbers([1, 1])],
            expected: .init(repeating: 8.246324826140356e-06, count: 4)),
    ]

    let name: String
    let input: [String: JSON]
    /// The output that the suite's tools agree on.
    let expected: [Double]

    var problem: Problem {
        Problem("GradBench \(name)") { options, progress, report in
            progress.show("GradBench \(name)")
            let client = try EvalClient(name, threads: options.threads)
            for modes in ["ff", "fr", "rf", "rr"] {
                let message = try client.message(modes, input, runs: 3, seconds: options.batchTime)
                let found = try client.evaluate(message)
                report.evals.append(
                    EvalRow(
                        eval: name, size: modes, reference: nil, objective: nil, derivative: found.seconds,
                        difference: Agreement(found.numbers, expected).difference, limit: nil,
                        remark: "outer mode, inner mode; compared with the known output"))
            }
        }
    }
}
