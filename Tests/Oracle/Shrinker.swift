/// Makes a program that disagrees smaller, as long as it disagrees in the same way.
package struct Shrinker {
    /// Runs a program at a point: how it disagrees, if it does.
    package typealias Probe = (RandomProgram, Point) -> Finding?

    private var best: Finding
    private let probe: Probe
    private var attempts = 0
    /// How many programs are tried.
    private let limit: Int

    package init(_ finding: Finding, limit: Int = 400, probe: @escaping Probe) {
        best = finding
        self.limit = limit
        self.probe = probe
    }

    /// The smallest program found.
    package mutating func shrink() -> Finding {
        var changed = true
        while changed, attempts < limit {
            changed = false
            var position = 0
            while attempts < limit {
                let candidates = best.program.smaller
                guard position < candidates.count else { break }
                if accept(candidates[position], best.point) { changed = true } else { position += 1 }
            }
            if simplifyInput() { changed = true }
        }
        return best
    }

    private mutating func accept(_ program: RandomProgram, _ point: Point) -> Bool {
        attempts += 1
        guard let finding = probe(program, point), finding.kind == best.kind, finding.sort == best.sort else {
            return false
        }
        best = finding
        return true
    }

    /// Numbers become 0, 1, or short.
    private mutating func simplifyInput() -> Bool {
        var changed = false
        for position in best.point.input.reals.indices {
            let x = best.point.input.reals[position]
            guard x != 0, x != 1 else { continue }
            for simple in [0, 1, 2, (x * 8).rounded() / 8] where simple != x {
                var point = best.point
                point.input.reals[position] = simple
                if accept(best.program, point) {
                    changed = true
                    break
                }
            }
        }
        for n in [0, 1] where best.point.input.n > 1 {
            var point = best.point
            point.input.n = n
            if accept(best.program, point) { changed = true }
        }
        return changed
    }
}
