// A random generator that runs both ways: a simulation by it comes back to its seed.

import AD
import Foundation
import NativeEngine

/// Knuth's linear congruential generator, state ← 6364136223846793005 state + 1442695040888963407 modulo 2⁶⁴. Undone it
/// multiplies by the reciprocal of its odd factor.
let advance = ReversibleFunction("advance", parameters: ["state"]) { (state: Integer) in
    state &*= 6_364_136_223_846_793_005
    state &+= 1_442_695_040_888_963_407
}

/// hits += how many of n random points of the unit square are in the circle about 0: a quarter of π of them, about.
let hit = ReversibleFunction("hit", parameters: ["hits", "state", "n"]) {
    (hits: Integer, state: Integer, n: Integer) in
    For(0..<n) { _ in
        advance(state)
        // The lower bits of such a state are bad random numbers: two products mix them with the higher ones.
        let mixed = (state ^ logicalShiftRight(state, 32)) &* -0x6b2f_b644_ecce_ee15
        let bits = (mixed ^ logicalShiftRight(mixed, 29)) &* 0x2545_f491_4f6c_dd1d
        let (u, v) = (logicalShiftRight(bits, 32) * 0x1p-32, (bits & 0xffff_ffff) * 0x1p-32)
        hits += select(u * u + v * v < 1, 1, 0)
    }
}

do {
    print(~advance, "\n")
    // The states that Python's integers give, reduced modulo 2⁶⁴.
    let expected = [-7_964_744_663_189_004_623, 4_159_066_171_780_167_020, 7_615_522_811_268_512_075]
    var state = 42
    for next in expected {
        state = try advance(state)
        guard state == next else {
            print("wrong: the state is \(state), and must be \(next)")
            exit(1)
        }
    }
    let (hits, end, n) = try hit(0, 42, 20_000)
    let (none, start, _) = try (~hit)(hits, end, n)
    print("\(hits) of \(n) points: π is about \(4 * Double(hits) / Double(n))")
    print("run backward: \(none) points, and the seed \(start)")
    guard none == 0, start == 42 else {
        print("wrong: the seed was 42")
        exit(1)
    }
    let many = try compile(hit)(0, 42, 5_000_000)
    let estimate = 4 * Double(many.0) / 5_000_000
    print("native code, of 5000000 points: \(estimate)")
    // Six standard deviations, 4 √(π/4 (1 − π/4) / n) each.
    guard try compile(hit)(0, 42, 20_000) == (hits, end, n), abs(estimate - .pi) < 0.0044,
        try compile(~hit)(many.0, many.1, many.2) == (0, 42, 5_000_000)
    else {
        print("wrong: native code draws something else")
        exit(1)
    }
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
