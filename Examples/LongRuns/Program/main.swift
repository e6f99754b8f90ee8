// Gradients through thousands of steps, of programs that forget: how old values come back is the call's choice.
//
// Usage: example-long-runs [SHARE]   (a smaller share of the steps, for instance 0.01)

import AD
import Foundation
import LongRuns
import NativeEngine

/// Prints what every way gives and takes, or the error it ends with; all must give the same.
func compare(
    _ title: String, value: Double, _ gradients: String, _ ways: [Undoing],
    _ compiled: (Undoing) throws -> () throws -> [Double]
) throws {
    print("\n\(title): \(String(format: "%.12g", value)); its gradient in \(gradients)")
    var first: [Double]?
    for way in ways {
        let name = "  \(way)".padding(toLength: 19, withPad: " ", startingAt: 0)
        let clock = ContinuousClock()
        let (found, time): ([Double], Duration)
        do {
            let run = try compiled(way)
            let start = clock.now
            found = try run()
            time = clock.now - start
        } catch let error as ReversibilityError {
            print(name + error.message)
            continue
        }
        let shown = found.prefix(3).map { String(format: "%19.11e", $0) }.joined()
        print(name + String(format: "%8.2f ms", time / .milliseconds(1)) + shown)
        // Turns that run again find the same bits. What is left is the order of sums: of 100,000 numbers that are all
        // equal each is rounded the same way, which makes 5e-12.
        let expected = first ?? found
        first = expected
        let size = expected.map(abs).max() ?? 0
        guard zip(found, expected).allSatisfy({ abs($0 - $1) <= 1e-11 * size }) else {
            print("wrong: the gradients differ")
            exit(1)
        }
    }
}

let share = CommandLine.arguments.dropFirst().first.flatMap(Double.init) ?? 1
func steps(_ most: Int) -> Int { max(Int(Double(most) * share), 1) }

do {
    // Lorenz 63. Below rho = 13.9 every path ends in a fixed point, where z is rho − 1. Beyond 24.7 neighbours part by a
    // factor of some 2.5 in every unit of time, so that derivatives after hundreds of units say nothing: there the path
    // is short. An `Iterate` has no `.inverse`: its steps cannot be undone.
    for (rho, count) in [(12.0, steps(100_000)), (28.0, steps(2000))] {
        let value = try compile(Lorenz.program(nil), checks: .none)(0, Lorenz.start, rho, count).0
        try compare(
            "Lorenz 63 with rho = \(rho), \(count) steps, mean of z", value: value, "rho, x, y",
            [.recorded, .checkpoints(20), .checkpoints(5)]
        ) { way in
            let gradient = try compile(grad(Lorenz.program(way)))
            return {
                let (_, start, rho, _) = try gradient(0, Lorenz.start, rho, count)
                return [rho] + start.numbers
            }
        }
    }

    // Which cells should conduct better? The states of all steps are 330 MB, ten copies 0.3 MB.
    let (plate, turns) = (Heat.plate(64), steps(10_000))
    let misfit = try compile(Heat.program(nil), checks: .none)(
        0, plate.start, plate.k, plate.measured, turns
    ).0
    try compare(
        "Heat in 64 × 64 cells, \(turns) steps, misfit", value: misfit, "what three cells conduct",
        [.recorded, .checkpoints(10)]
    ) { way in
        let gradient = try compile(grad(Heat.program(way)))
        return {
            let (_, start, k, _, _) = try gradient(0, plate.start, plate.k, plate.measured, turns)
            return [k[16, 16], k[16, 32], k[32, 32]] + k.elements + start.elements
        }
    }

    // How should the rate and the momentum have been? Steps can be undone here, but a momentum of 0.9 multiplies what
    // rounding has left by ten every 22 of them: what comes back is not what was there, and is refused.
    let (x, y) = Training.data(rows: 24)
    let (nothing, rounds) = ([0.0, 0, 0], steps(1000))
    let loss = try compile(Training.program(nil), checks: .none)(
        0, nothing, nothing, 0.05, 0.9, x, y, rounds
    ).0
    try compare(
        "Training with momentum, \(rounds) steps, loss", value: loss, "rate, momentum, a first weight",
        [.recorded, .checkpoints(10), .checkpoints(3), .inverse]
    ) { way in
        let gradient = try compile(grad(Training.program(way)))
        return {
            let all = try gradient(0, nothing, nothing, 0.05, 0.9, x, y, rounds)
            return [all.3, all.4] + all.1
        }
    }

    let (weights, series) = Network.model(units: 8, steps: steps(1000))
    let idle = Network.State.Value(units: 8)
    let error = try compile(Network.program(nil), checks: .none)(0, idle, weights, series).0
    try compare(
        "Recurrent network of 8 units, \(series.count) steps, squared error", value: error, "three weights",
        [.recorded, .checkpoints(10), .checkpoints(3)]
    ) { way in
        let gradient = try compile(grad(Network.program(way)))
        return { try gradient(0, idle, weights, series).2.numbers }
    }
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
