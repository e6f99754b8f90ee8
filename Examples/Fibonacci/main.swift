// Recursion at run time: Fibonacci numbers, and the search for the first one above a bound, undone again.

import AD
import Foundation

/// out += F(n).
let fibonacci = ReversibleFunction.recursive("fibonacci", parameters: ["out", "n"]) {
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

/// n becomes the number of the first Fibonacci number that is at least `bound`. The loop keeps the current
/// number in a scratch place, which the last line clears by running `fibonacci` backward.
let search = ReversibleFunction("search", parameters: ["n", "bound"]) { (n: Integer, bound: Integer) in
    let f = Integer.ancilla("f")
    While(f < bound, post: n != 0) {
        (~fibonacci)(f, n)
        n += 1
        fibonacci(f, n)
    }
    (~fibonacci)(f, n)
}

var expected = (1, 1)
do {
    for n in 1...20 {
        let (f, _) = try fibonacci(0, n)
        let (back, _) = try (~fibonacci)(f, n)
        print("F(\(n)) = \(f)")
        guard f == expected.0, back == 0 else {
            print("wrong: F(\(n)) is \(expected.0)")
            exit(1)
        }
        expected = (expected.1, expected.0 + expected.1)
    }
    for bound in [10, 100, 1000] {
        let (n, _) = try search(0, bound)
        let (start, _) = try (~search)(n, bound)
        print(
            "the first Fibonacci number of at least \(bound) is F(\(n)); searching backward ends at \(start)")
        guard try fibonacci(0, n).0 >= bound, try fibonacci(0, n - 1).0 < bound, start == 0 else {
            print("wrong: F(\(n)) is not the first of at least \(bound)")
            exit(1)
        }
    }

    // What cannot have come out of the program is an error, not a wrong answer.
    do {
        let (n, _) = try (~search)(13, 100)
        print("wrong: 13 is not the result of a search for 100, and went back to \(n)")
        exit(1)
    } catch {
        print("\nasking where 13 came from:\n\(error)")
    }
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
