import AD
import Synchronization

/// A number that counts how often somebody asks for an arctangent: for programs whose turns ask for one each, how many
/// turns a run has made, however often some of them were run again.
package struct CountingNumber: ReversibleNumber {
    /// Counts for one run.
    package final class Counter: Sendable {
        private let number = Mutex(0)

        package init() {}

        package var count: Int { number.withLock { $0 } }

        fileprivate func increase() { number.withLock { $0 += 1 } }
    }

    @TaskLocal package static var counter: Counter?

    private let value: Double

    package init(constant value: Double) { self.value = value }

    package var primal: Double { value }

    package static func evaluate(_ function: ElementaryFunction, _ x: Self) -> Self {
        if function == .atan { counter?.increase() }
        return Self(constant: Double.evaluate(function, x.value))
    }

    package static func evaluate(_ function: ElementaryFunction, _ x: Self, _ y: Self) -> Self {
        Self(constant: Double.evaluate(function, x.value, y.value))
    }

    package static func select(
        _ a: Self, _ relation: Relation, _ b: Self, then chosen: Self, else other: Self
    ) -> Self { relation.holds(a.value, b.value) ? chosen : other }
}
