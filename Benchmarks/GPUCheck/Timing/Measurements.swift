import CUDAEngine
import ReversibleCore

/// Times programs on a device, on data that stays there, and on one thread of the processor.
struct Measurements {
    private let device: CUDADevice
    private let isQuick: Bool
    private let usesCompiler: Bool
    private let only: String?
    private let ledger: Ledger

    init(on device: CUDADevice, isQuick: Bool, usesCompiler: Bool, only: String?, _ ledger: Ledger) {
        self.device = device
        self.isQuick = isQuick
        self.usesCompiler = usesCompiler
        self.only = only
        self.ledger = ledger
    }

    /// Prints a table.
    func run() {
        ledger.note("")
        let copy = copyBandwidth()
        let peak = DevicePeak(device.properties)
        ledger.note(
            "copy within the device: \(copy > 0 ? Format.short(copy / 1e9) + " GB/s" : "not measured"), reading and "
                + "writing counted; f64 peak: \(Format.short(peak.operations / 1e9)) GFlop/s, \(peak.explanation)"
        )
        ledger.note(Problem.explanation)
        ledger.note("")
        let table = TimeTable(copyBandwidth: copy, peak: peak.operations) { ledger.note($0) }
        for problem in Problem.all(quick: isQuick) {
            if let only, !problem.name.contains(only), !problem.subject.name.contains(only) { continue }
            measure(problem, table)
            if device.lost != nil { return }
        }
    }

    private func measure(_ problem: Problem, _ table: TimeTable) {
        do {
            let program = try problem.subject.derived(problem.aspect)
            let plan: KernelPlan
            do {
                plan = try KernelPlan(
                    program.definition, of: program.function, inverted: program.isInverted,
                    wanted: program.wanted, problem.options)
            } catch {
                return table.add(problem.name, "no kernels: \(error.kind)")
            }
            let loaded = try DeviceProgram(plan, on: device)
            var perElement: Double?
            if usesCompiler {
                let host = HostPlaces(program.places(problem.subject.values(problem.hostSize)))
                perElement = try host.seconds(program) / Double(problem.hostSize)
            }
            for size in problem.sizes {
                guard problem.bytes(size) < 0.4 * Double(try device.freeMemory().free) else {
                    table.add(problem.name, "\(Format.count(size)): not enough memory")
                    continue
                }
                let leaves = program.places(problem.subject.values(size))
                let data = try DevicePlaces(leaves, of: plan, on: device)
                // As somebody would who runs it again and again; the checks have seen whether there are graphs.
                let graph = try? loaded.graph(inPlace: data.places)
                let seconds = try medianSeconds {
                    if let graph {
                        try graph.launch(on: device.stream)
                    } else {
                        try loaded.run(inPlace: data.places, on: device.stream)
                    }
                }
                table.add(
                    problem.name, size: size, seconds: seconds, bytes: problem.bytes(size),
                    operations: problem.operations(size), host: perElement.map { $0 * Double(size) },
                    isScaled: size != problem.hostSize)
            }
            try device.releaseUnusedMemory()
        } catch {
            ledger.fail("timing of \(problem.name): \(error)")
        }
    }

    /// Bytes per second of copies within the device, read and written; 0 if they cannot be measured.
    private func copyBandwidth() -> Double {
        do {
            let free = try device.freeMemory().free
            let count = isQuick ? 1 << 16 : min(1 << 27, free / 64)
            let source = try CUDABuffer<Double>(zeros: count, on: device)
            let target = try CUDABuffer<Double>(zeros: count, on: device)
            let seconds = try medianSeconds { try target.copy(from: source) }
            return seconds > 0 ? Double(16 * count) / seconds : 0
        } catch {
            ledger.fail("timing of copies: \(error)")
            return 0
        }
    }

    /// The device's seconds for some work: the median of several runs after a warm-up.
    private func medianSeconds(_ work: () throws -> Void) throws -> Double {
        for _ in 0..<2 { try work() }
        try device.stream.synchronize()
        var times: [Double] = []
        for _ in 0..<(isQuick ? 3 : 9) {
            let start = try device.stream.record(timing: true)
            try work()
            let end = try device.stream.record(timing: true)
            try end.synchronize()
            times.append(try end.seconds(since: start))
        }
        return times.sorted()[times.count / 2]
    }
}

/// How many operations a device can do.
struct DevicePeak {
    /// Operations of double precision per second, a fused multiplication and addition counted as two.
    let operations: Double
    let explanation: String

    init(_ properties: CUDADeviceProperties) {
        let capability = properties.computeCapability
        // From the tables of throughput in NVIDIA's programming guide.
        let units =
            switch (capability.major, capability.minor) {
            case (6, 0), (7, 0), (8, 0): 32
            case (9, 0), (10, 0): 64
            default: 2
            }
        operations =
            Double(properties.multiprocessors) * Double(properties.clockRate) * 1000 * Double(2 * units)
        explanation =
            "\(properties.multiprocessors) multiprocessors × \(properties.clockRate / 1000) MHz × \(units) units × 2"
    }
}

/// A table of times, printed line by line.
struct TimeTable {
    private let copyBandwidth: Double
    private let peak: Double
    private let print: (String) -> Void

    init(copyBandwidth: Double, peak: Double, print: @escaping (String) -> Void) {
        self.copyBandwidth = copyBandwidth
        self.peak = peak
        self.print = print
        line(
            "problem",
            [
                "size", "device ms", "GB/s", "of copy", "GFlop/s", "of peak", "1 thread ms", "ratio",
            ])
    }

    /// A line of text instead of times.
    func add(_ name: String, _ text: String) { print("\(Format.padded(name, 24, left: false)) \(text)") }

    func add(
        _ name: String, size: Int, seconds: Double, bytes: Double, operations: Double, host: Double?,
        isScaled: Bool
    ) {
        func rate(_ amount: Double, _ limit: Double) -> [String] {
            guard amount > 0, seconds > 0 else { return ["-", "-"] }
            let rate = amount / seconds
            return [Format.short(rate / 1e9), limit > 0 ? Format.fixed(100 * rate / limit, 1) + " %" : "-"]
        }
        line(
            name,
            [Format.count(size), Format.short(1000 * seconds)] + rate(bytes, copyBandwidth)
                + rate(operations, peak) + [
                    host.map { (isScaled ? "~" : "") + Format.short(1000 * $0) } ?? "-",
                    host.map { seconds > 0 ? Format.short($0 / seconds) : "-" } ?? "-",
                ])
    }

    private func line(_ name: String, _ cells: [String]) {
        print(
            Format.padded(name, 24, left: false)
                + zip(cells, [11, 10, 9, 8, 9, 8, 12, 9]).map { " " + Format.padded($0, $1) }.joined())
    }
}
