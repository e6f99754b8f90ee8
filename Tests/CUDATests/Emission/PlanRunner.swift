import AD
import CUDAEngine
import NativeEngine
import ReversibleCore

/// Runs plans on the emulator, in the place of a device.
struct PlanRunner {
    let plan: KernelPlan
    let driver: EmulatedDriver

    init(_ plan: KernelPlan, backwards: Bool = false, countsTraffic: Bool = false) {
        self.plan = plan
        var options = Emulator.Options()
        options.runsBackwards = backwards
        options.countsTraffic = countsTraffic
        options.allowsDivisionByZero = true
        driver = EmulatedDriver(options: options)
    }

    /// What the places hold afterwards.
    func run(_ leaves: [Leaf<Double>]) throws -> [Leaf<Double>] {
        try DeviceProgram(plan, on: CUDADevice(0, of: driver)).run(leaves)
    }
}

/// All sizes of places.
func knownSizes(of leaves: [Leaf<Double>]) -> [Int: [Int?]] {
    var result: [Int: [Int?]] = [:]
    for (place, leaf) in leaves.enumerated() {
        switch leaf {
        case .real, .integer: break
        case .reals(let elements): result[place] = [elements.count]
        case .integers(let elements): result[place] = [elements.count]
        case .matrix(let rows, let columns, _): result[place] = [rows, columns]
        }
    }
    return result
}

/// Whether two places hold the same bits; all NaN count as one.
func sameBits(_ a: Leaf<Double>, _ b: Leaf<Double>) -> Bool {
    switch (a, b) {
    case (.integer(let x), .integer(let y)): return x == y
    case (.integers(let x), .integers(let y)): return x == y
    case (.real, .real), (.reals, .reals), (.matrix, .matrix):
        return a.numbers.count == b.numbers.count
            && zip(a.numbers, b.numbers).allSatisfy {
                $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN)
            }
    default: return false
    }
}

/// The largest difference of two places, relative to the largest number in either.
func difference(_ a: Leaf<Double>, _ b: Leaf<Double>) -> Double {
    let scale = max(1e-300, (a.numbers + b.numbers).map(abs).max() ?? 0)
    return zip(a.numbers, b.numbers).map { abs($0 - $1) / scale }.max() ?? 0
}
