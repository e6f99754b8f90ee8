/// Makes a program that disagrees smaller, as long as it disagrees in the same way.
public struct Shrinker {
    private var best: Finding
    private let python: PythonOracle
    private let judge: Judge
    private var attempts = 0
    /// How many programs are tried.
    private static let limit = 400

    public init(_ finding: Finding, python: PythonOracle, judge: Judge) {
        best = finding
        self.python = python
        self.judge = judge
    }

    /// The smallest program found.
    public mutating func shrink() -> Finding {
        var changed = true
        while changed, attempts < Self.limit {
            changed = false
            var position = 0
            while attempts < Self.limit {
                let candidates = best.program.smaller
                guard position < candidates.count else { break }
                var finding = best
                finding.program = candidates[position]
                if accept(finding) { changed = true } else { position += 1 }
            }
            if simplifyInput() { changed = true }
        }
        return best
    }

    private mutating func accept(_ candidate: Finding) -> Bool {
        attempts += 1
        guard let function = try? ProgramBuilder.function(of: candidate.program) else { return false }
        var runner = Runner(function, on: candidate.engine)
        // The interpreter is asked before Python, which takes longer; unchecked code only where all is well.
        let isSafe = candidate.engine == .interpreter || candidate.engine == .checked
        var outcome: Outcome?
        if isSafe {
            let early = runner.run(candidate.task, at: candidate.point)
            if case .error(let kind, _) = early, kind != candidate.sort { return false }
            if case .numbers = early, candidate.kind == .error || candidate.kind == .drift { return false }
            outcome = early
        }
        guard let expectation = try? python.ask(candidate.program, at: candidate.point) else { return false }
        if !isSafe, expectation.refusal != nil { return false }
        let result = outcome ?? runner.run(candidate.task, at: candidate.point)
        guard
            case .differs(let kind, let expected, let found) = judge.judge(
                result, candidate.task, at: candidate.point, expectation),
            kind == candidate.kind, Judge.sort(kind, result) == candidate.sort
        else { return false }
        best = candidate
        (best.expected, best.found) = (expected, found)
        return true
    }

    /// Numbers become 0, 1, or short.
    private mutating func simplifyInput() -> Bool {
        var changed = false
        for position in best.point.input.reals.indices {
            let x = best.point.input.reals[position]
            for simple in [0, 1, 2, (x * 8).rounded() / 8] where simple != x && !(x == 0 || x == 1) {
                var candidate = best
                candidate.point.input.reals[position] = simple
                if accept(candidate) {
                    changed = true
                    break
                }
            }
        }
        if best.point.input.n != 0 {
            for n in [0, 1] where n != best.point.input.n && best.point.input.n > 1 {
                var candidate = best
                candidate.point.input.n = n
                if accept(candidate) {
                    changed = true
                    break
                }
            }
        }
        return changed
    }
}
