import AD
import CUDAEngine
import ReversibleCore

/// What the device and the driver must do beside running kernels: values and places, streams, graphs, modules, memory
/// that comes back, and errors after which it goes on.
package struct DeviceChecks {
    let device: CUDADevice
    let ledger: Ledger
    /// The number of elements that the checks work on.
    let count: Int

    /// How much memory is taken at most to see whether it comes back.
    let heldBytes: Int

    package init(on device: CUDADevice, count: Int, heldBytes: Int = 1 << 28, _ ledger: Ledger) {
        self.device = device
        self.count = count
        self.heldBytes = heldBytes
        self.ledger = ledger
    }

    /// All of them.
    package func run() {
        check("calls on values", valueCalls)
        check("derivatives of values", derivativeCalls)
        check("verified undoing", verifiedUndoing)
        check("runs in place", runsInPlace)
        check("streams", streams)
        check("a graph", graph)
        check("many modules", manyModules)
        check("memory that comes back", memoryComesBack)
        check("a text that does not load", wrongText)
        check("too large a buffer", tooLargeBuffer)
        check("arguments that do not fit", wrongArguments)
    }

    private func check(_ name: String, _ work: (String) throws -> Void) {
        do {
            try work(name)
        } catch {
            ledger.fail("\(name): \(error)")
        }
    }

    private var saxpy: ReversibleFunction<Vector, Vector, Scalar> { Catalogue.saxpy }
    private var x: [Double] { Numbers.uniform(count, seed: 21) }
    private var y: [Double] { Numbers.uniform(count, seed: 22) }

    /// `y` after saxpy was run so many times.
    private func expected(_ turns: Int, _ a: Double) -> [Double] {
        zip(y, x).map { y, x in (0..<turns).reduce(y) { sum, _ in sum + a * x } }
    }

    private func valueCalls(_ name: String) throws {
        let (sum, same, _) = try compile(saxpy, on: .cuda(device))(y, x, 0.25)
        ledger.check(sum == expected(1, 0.25) && same == x, "\(name): saxpy gives other values")
        let (start, _, _) = try compile(~saxpy, on: .cuda(device))(sum, x, 0.25)
        ledger.check(
            zip(start, y).allSatisfy { abs($0 - $1) <= 4 * Double.ulpOfOne },
            "\(name): the inverse does not go back")
    }

    private func derivativeCalls(_ name: String) throws {
        let f = ReversibleFunction("product", parameters: ["loss", "x", "a"]) {
            (loss: Scalar, x: Vector, a: Scalar) in loss += sum(x * a)
        }
        let (_, inX, inA) = try compile(grad(f), on: .cuda(device))(0, x, 3)
        let total = x.reduce(0, +)
        let tolerance = Double(count) * Double.ulpOfOne * x.reduce(0) { $0 + abs($1) }
        ledger.check(inX.allSatisfy { $0 == 3 }, "\(name): the gradient in x is not 3 everywhere")
        ledger.check(
            abs(inA - total) <= tolerance, "\(name): the gradient in a is \(inA), expected \(total)")
        let product = try compile(jvp(f), on: .cuda(device))(0, x, 3, tangent: (0, .zeros(count), 1))
        let (tangent, _, _) = product.product
        ledger.check(
            abs(tangent - total) <= tolerance,
            "\(name): the tangent is \(tangent), expected \(total)")
    }

    /// Every element forgets where it came from: some turns can be undone, a hundred cannot, and the device says so.
    private func verifiedUndoing(_ name: String) throws {
        let f = ReversibleFunction("averages", parameters: ["loss", "m", "v"]) {
            (loss: Scalar, m: Vector, v: Vector) in
            ParallelFor(m.indices) { i in
                For(v.indices) { k in
                    m[i] *= 0.5
                    m[i] += v[k]
                    loss += m[i] * m[i]
                }
            }
        }
        let slope = try compile(grad(f), on: .cuda(device))
        let v = Numbers.uniform(6, seed: 23)
        let (_, inM, _) = try slope(0, x, v)
        let expected = x.map { start in
            var (m, factor, slope) = (start, 1.0, 0.0)
            for number in v {
                m = 0.5 * m + number
                factor *= 0.5
                slope += 2 * m * factor
            }
            return slope
        }
        ledger.check(
            zip(inM, expected).allSatisfy { abs($0 - $1) <= 1e-12 }, "\(name): the gradient is another")
        let outcome = Result { try slope(0, x, Numbers.uniform(100, seed: 24)) }
        guard case .failure(let error) = outcome else {
            return ledger.fail("\(name): what cannot be undone is not refused")
        }
        guard case .drift? = error as? CUDAFunctionError else { throw error }
        ledger.check(true, name)
    }

    private func runsInPlace(_ name: String) throws {
        let there = try compile(saxpy, on: .cuda(device))
        let (u, v) = (try CUDABuffer(y, on: device), try CUDABuffer(x, on: device))
        for _ in 0..<20 { try there.run(inPlace: [.reals(u), .reals(v), .realValue(0.5)]) }
        // Nobody has waited so far.
        ledger.check(try u.elements() == expected(20, 0.5), "\(name): 20 runs in order give something else")
    }

    private func streams(_ name: String) throws {
        let there = try compile(saxpy, on: .cuda(device))
        let streams = try (0..<4).map { _ in try CUDAStream(on: device) }
        var buffers: [CUDABuffer<Double>] = []
        let shared = try CUDABuffer(x, on: device)
        for stream in streams {
            let own = try CUDABuffer(y, on: device, stream: stream)
            for _ in 0..<3 {
                try there.run(inPlace: [.reals(own), .reals(shared), .realValue(0.5)], on: stream)
            }
            buffers.append(own)
        }
        for (number, buffer) in buffers.enumerated() {
            ledger.check(
                try buffer.elements() == expected(3, 0.5), "\(name): stream \(number) has something else")
        }
        // An event brings the second stream's run after the first one's.
        let sum = try CUDABuffer(y, on: device, stream: streams[0])
        try there.run(inPlace: [.reals(sum), .reals(shared), .realValue(0.5)], on: streams[0])
        let event = try streams[0].record()
        try streams[1].wait(for: event)
        try there.run(inPlace: [.reals(sum), .reals(shared), .realValue(0.5)], on: streams[1])
        try streams[1].synchronize()
        ledger.check(try streams[1].isDone(), "\(name): a stream that was waited for is not done")
        ledger.check(
            try sum.elements(on: streams[1]) == expected(2, 0.5),
            "\(name): the event did not bring them in order")
    }

    private func graph(_ name: String) throws {
        let there = try compile(saxpy, on: .cuda(device))
        let (u, v) = (try CUDABuffer(y, on: device), try CUDABuffer(x, on: device))
        let graph: CUDAGraph
        do {
            graph = try there.graph(inPlace: [.reals(u), .reals(v), .realValue(0.5)])
        } catch {
            guard case .device(let reason) = error, reason.kind == .notSupported else { throw error }
            ledger.note("  \(name): the driver has none")
            return
        }
        for _ in 0..<10 { try graph.launch() }
        ledger.check(try u.elements() == expected(10, 0.5), "\(name): 10 launches give something else")
    }

    private func manyModules(_ name: String) throws {
        for number in 1...24 {
            let f = ReversibleFunction("scale\(number)", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
                ParallelFor(y.indices) { i in y[i] += Double(number) * x[i] }
            }
            let (result, _) = try compile(f, on: .cuda(device))(y, x)
            ledger.check(
                result == zip(y, x).map { $0 + Double(number) * $1 },
                "\(name): number \(number) gives something else")
        }
        device.forgetModules()
    }

    private func memoryComesBack(_ name: String) throws {
        let total = ReversibleFunction("total", parameters: ["out", "x"]) { (out: Scalar, x: Vector) in
            let t = Vector.ancilla(count: x.count, "t")
            Compute {
                ParallelFor(x.indices) { i in t[i] += x[i] * x[i] }
            } apply: {
                out += sum(t)
            }
        }
        let there = try compile(total, on: .cuda(device))
        let small = [1.0, 2]
        let (first, _) = try there(0, small)
        ledger.check(first == 5, "\(name): 1 + 4 is \(first)")
        try device.releaseUnusedMemory()
        let before = try device.freeMemory().free
        let held = min(heldBytes, before / 8)
        do {
            let large = try CUDABuffer<Double>(zeros: held / 8, on: device)
            let out = try CUDABuffer([0.0], on: device)
            for _ in 0..<3 { try there.run(inPlace: [.real(out), .reals(large)]) }
            let sum = try out.elements()
            ledger.check(sum == [0], "\(name): the sum of zeros is \(sum)")
            let during = try device.freeMemory().free
            ledger.check(
                before - during >= held / 2,
                "\(name): \(held) bytes are held, and \(before - during) fewer are free")
        }
        try device.synchronize()
        try device.releaseUnusedMemory()
        let after = try device.freeMemory().free
        ledger.check(
            before - after < held / 2, "\(name): of \(before) bytes free before, \(after) are free afterwards"
        )
    }

    private func wrongText(_ name: String) throws {
        let text = """
            .version 6.0
            .target sm_60
            .address_size 64
            .visible .entry wrong(.param .u64 x) { frobnicate.f64 %fd1, 1; ret; }
            """
        do {
            _ = try device.module(text)
            ledger.fail("\(name): the driver accepts an instruction that there is not")
        } catch {
            ledger.check(
                error.kind == .compilationFailed && !error.log.isEmpty,
                "\(name): the error has no log of the compiler: \(error)")
        }
        try stillWorks(name)
    }

    private func tooLargeBuffer(_ name: String) throws {
        do {
            _ = try CUDABuffer<Double>(count: 1 << 47, on: device)
            ledger.fail("\(name): the driver has a petabyte")
        } catch {
            ledger.check(
                error.kind == .outOfMemory, "\(name): another error than that of lack of memory: \(error)")
        }
        try stillWorks(name)
    }

    private func wrongArguments(_ name: String) throws {
        let there = try compile(saxpy, on: .cuda(device))
        let (u, v) = (try CUDABuffer(y, on: device), try CUDABuffer(x, on: device))
        do {
            try there.run(inPlace: [.reals(u), .reals(u), .realValue(1)])
            ledger.fail("\(name): memory that changes was taken twice")
        } catch .arguments {
            ledger.pass()
        }
        do {
            try there.run(inPlace: [.reals(u), .reals(v)])
            ledger.fail("\(name): two places were taken for three")
        } catch .arguments {
            ledger.pass()
        }
        ledger.check(try u.elements() == y, "\(name): a run that was refused changed the data")
    }

    private func stillWorks(_ name: String) throws {
        let (result, _, _) = try compile(saxpy, on: .cuda(device))([1, 2], [10, 20], 0.5)
        ledger.check(result == [6, 12], "after \(name): the device does not work any more")
    }
}
