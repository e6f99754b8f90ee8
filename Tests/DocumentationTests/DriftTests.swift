import AD
import Foundation
import Testing

/// The tables of drifts in *Numbers that come back*, measured again.
@Suite struct DriftTests {
    @Test func pendulum() throws {
        let f = ReversibleFunction { (angle: Scalar, speed: Scalar, steps: Integer) in
            For(0..<steps) { _ in
                speed -= 0.01 * sin(angle)
                angle += 0.01 * speed
            }
        }
        try expectDrifts(inRow: "pendulum") { steps in
            let (angle, speed, _) = try f(1.0, 0.0, steps)
            let (angle0, speed0, _) = try (~f)(angle, speed, steps)
            return max(abs(angle0 - 1), abs(speed0))
        }
    }

    @Test func rotation() throws {
        let f = ReversibleFunction { (a: Scalar, b: Scalar, steps: Integer) in
            For(0..<steps) { _ in ROT(a, b, 0.1) }
        }
        try expectDrifts(inRow: "rotation") { steps in
            let (a, b, _) = try f(1.0, 0.0, steps)
            let (a0, b0, _) = try (~f)(a, b, steps)
            return max(abs(a0 - 1), abs(b0))
        }
    }

    @Test func ramp() throws {
        let f = ReversibleFunction { (y: Scalar, steps: Integer) in
            For(0..<steps) { i in y += 0.1 * i }
        }
        try expectDrifts(inRow: "ramp") { steps in
            let (y, _) = try f(0.0, steps)
            return try abs((~f)(y, steps).0)
        }
    }

    @Test func average() throws {
        let f = ReversibleFunction { (m: Scalar, steps: Integer) in
            For(0..<steps) { i in
                m *= 0.9
                m += 0.1 * sin(1.0 * i)
            }
        }
        try expectDrifts(inRow: "average", after: [50, 100, 200]) { steps in
            let (m, _) = try f(0.3, steps)
            return try abs((~f)(m, steps).0 - 0.3)
        }
    }

    @Test func halving() throws {
        let f = ReversibleFunction { (m: Scalar, steps: Integer) in
            For(0..<steps) { i in
                m *= 0.5
                m += sin(1.0 * i)
            }
        }
        try expectDrifts(inRow: "halving", after: [50, 100, 200]) { steps in
            let (m, _) = try f(0.3, steps)
            return try abs((~f)(m, steps).0 - 0.3)
        }
    }

    @Test func factors() throws {
        let f = ReversibleFunction { (y: Scalar, steps: Integer) in
            For(0..<steps) { _ in y *= 1.000_001 }
        }
        let (y, steps) = try f(1.0, 1_000_000)
        let back = try (~f)(y, steps).0
        #expect(abs(back - 1) <= 1e-15)
    }

    /// Compares with the row's figures; platforms round their elementary functions differently, so a factor
    /// of 10 is allowed.
    private func expectDrifts(
        inRow name: String, after steps: [Int] = [100, 10_000, 1_000_000], _ drift: (Int) throws -> Double
    ) throws {
        let path = "Sources/ReversibleCore/ReversibleCore.docc/NumbersThatComeBack.md"
        let text = try String(contentsOf: Document.root.appending(path: path), encoding: .utf8)
        let row = try #require(text.split(separator: "\n").first { $0.hasPrefix("| \(name)") })
        let figures = row.split(separator: "|").dropFirst().compactMap {
            Double($0.trimmingCharacters(in: .whitespaces))
        }
        try #require(figures.count == steps.count)
        for (steps, figure) in zip(steps, figures) {
            let measured = try drift(steps)
            #expect(measured >= figure / 10 && measured <= figure * 10, "\(name), \(steps) steps")
        }
    }
}
