import AD
import Testing

/// steps += how often n must be halved or tripled to reach 1.
///
/// The map n → n/2 or 3n + 1 is not injective, so the numbers passed through are put on a stack; `Compute`
/// empties it again, and the function as a whole leaves nothing behind.
private let collatz = ReversibleFunction("collatz", parameters: ["n", "steps"]) {
    (n: Integer, steps: Integer) in
    let passed = Stack.ancilla("passed")
    let (number, next) = (Integer.ancilla("number"), Integer.ancilla("next"))
    let turns = Integer.ancilla("turns")
    Compute {
        number += n
        While(number != 1, post: turns != 0) {
            next += select(number % 2 == 0, number / 2, 3 * number + 1)
            PUSH(number, on: passed)
            SWAP(number, next)
            turns += 1
        }
    } apply: {
        steps += turns
    }
}

@Suite struct CollatzTests {
    private func plain(_ start: Int) -> Int {
        var (n, steps) = (start, 0)
        while n != 1 {
            n = n % 2 == 0 ? n / 2 : 3 * n + 1
            steps += 1
        }
        return steps
    }

    @Test(arguments: [1, 2, 3, 7, 27, 97, 871]) func steps(n: Int) throws {
        let (same, steps) = try collatz(n, 0)
        #expect(same == n && steps == plain(n))
        let (still, zero) = try (~collatz)(n, steps)
        #expect(still == n && zero == 0)
    }

    @Test func published() throws {
        #expect(try collatz(27, 0).1 == 111)
    }

    /// From 0 the sequence stays at 0 for ever.
    @Test func endlessIsAnError() {
        var bounded = collatz
        bounded.options.turnLimit = 1000
        #expect(throws: ReversibilityError.self) { try bounded(0, 0) }
    }
}
