/// What the checks found: counts, and lines for who watches.
package final class Ledger {
    package private(set) var passed = 0
    package private(set) var failed = 0
    /// The programs without kernels, and why.
    package private(set) var withoutKernels = 0

    private let print: (String) -> Void
    private var before = (passed: 0, failed: 0, withoutKernels: 0)

    package init(print: @escaping (String) -> Void) {
        self.print = print
    }

    /// A line that is no result.
    package func note(_ line: String) { print(line) }

    /// Counts a check that found nothing wrong.
    package func pass() { passed += 1 }

    /// Counts a check that found something, and says what.
    package func fail(_ what: String) {
        failed += 1
        print("FAILED \(what)")
    }

    /// Counts a check.
    package func check(_ holds: Bool, _ what: @autoclosure () -> String) {
        if holds { pass() } else { fail(what()) }
    }

    /// Notes that a program has no kernels, which is no failure.
    package func noKernels(_ name: String, _ reason: String) {
        withoutKernels += 1
        print("  no kernels: \(name): \(reason)")
    }

    /// Does the checks of a group, and prints how many there were.
    package func group(_ name: String, _ work: () -> Void) {
        before = (passed, failed, withoutKernels)
        let start = ContinuousClock.now
        work()
        let seconds = Format.fixed((ContinuousClock.now - start).inSeconds, 1)
        let missing = withoutKernels - before.withoutKernels
        print(
            "\(name): \(passed - before.passed) passed, \(failed - before.failed) failed"
                + (missing > 0 ? ", \(missing) without kernels" : "") + " (\(seconds) s)")
    }

    /// The last line.
    package var summary: String { "\(passed) passed, \(failed) failed" }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
