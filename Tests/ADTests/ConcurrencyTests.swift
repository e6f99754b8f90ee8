import AD
import Testing

/// Programs are values without state: any number of tasks may make, run and differentiate them.
struct ConcurrencyTests {
    @Test func oneProgramInManyTasks() async throws {
        let f = ReversibleFunction { (y: Scalar, x: Scalar, n: Integer) in
            let stack = Stack()
            let t = Scalar.ancilla()
            For(0..<n) { i in t += sin(x + i) }
            y += t * t
            PUSH(t, on: stack)
        }
        let expected = try (0..<8).map { try grad(f, 0, Double($0), 50) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<50 {
                        let found = try grad(f, 0, Double(task), 50)
                        #expect(found.1 == expected[task].1)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func tracingInManyTasks() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for turn in 0..<20 {
                        let f = ReversibleFunction { (y: Scalar, x: Scalar) in
                            let t = Scalar.ancilla()
                            Compute {
                                for _ in 0..<(task + 1) { t += x }
                            } apply: {
                                y += Double(turn) * t
                            }
                        }
                        let (y, _) = try f(0, 1)
                        #expect(y == Double(turn * (task + 1)))
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
