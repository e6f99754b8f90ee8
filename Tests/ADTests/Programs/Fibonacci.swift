import AD
import Testing

/// Fibonacci numbers by recursion: out += F(n), with n as it was (`rfib` of arXiv 2003.04617).
private let fibonacci = ReversibleFunction.recursive("fibonacci", parameters: ["out", "n"]) {
    (itself, out: Integer, n: Integer) in
    If(n <= 2) {
        If(n > 0) { out += 1 }
    } else: {
        n -= 1
        itself(out, n)
        n -= 1
        itself(out, n)
        n += 2
    }
}

/// n += the number of the first Fibonacci number that is at least `bound`; n starts at 0.
private let firstFibonacci = ReversibleFunction("firstFibonacci", parameters: ["n", "bound"]) {
    (n: Integer, bound: Integer) in
    let f = Integer.ancilla("f")
    While(f < bound, post: n != 0) {
        (~fibonacci)(f, n)
        n += 1
        fibonacci(f, n)
    }
    (~fibonacci)(f, n)
}

@Suite struct FibonacciTests {
    @Test(arguments: [(0, 0), (1, 1), (2, 1), (6, 8), (10, 55), (15, 610)])
    func value(n: Int, expected: Int) throws {
        let (out, same) = try fibonacci(0, n)
        #expect(out == expected && same == n)
        let (back, still) = try (~fibonacci)(expected, n)
        #expect(back == 0 && still == n)
        try checkInverse(fibonacci, 7, n)
    }

    @Test(arguments: [(1, 1), (2, 3), (100, 12), (144, 12), (145, 13)])
    func firstAtLeast(bound: Int, expected: Int) throws {
        #expect(try firstFibonacci(0, bound).0 == expected)
        #expect(try (~firstFibonacci)(expected, bound).0 == 0)
    }

    /// The inverse search from a number that is no answer runs into a turn that cannot have been taken.
    @Test func wrongAnswerCannotBeUndone() {
        #expect(throws: ReversibilityError.self) { try (~firstFibonacci)(11, 100) }
        #expect(throws: ReversibilityError.self) { try (~firstFibonacci)(13, 100) }
    }
}
