import AD
import CUDAEngine
import NativeEngine
import ReversibleCore

/// Runs plans on the emulator.
struct PlanRunner {
    let plan: KernelPlan
    let emulator: Emulator

    init(_ plan: KernelPlan, backwards: Bool = false) throws {
        self.plan = plan
        var options = Emulator.Options()
        options.runsBackwards = backwards
        options.allowsDivisionByZero = true
        emulator = try Emulator(text: plan.text, options: options)
    }

    /// What the places hold afterwards.
    func run(_ leaves: [Leaf<Double>]) throws -> [Leaf<Double>] {
        func values(_ indices: [Int: Int]) -> HostInteger.Values {
            HostInteger.Values { position in
                if case .integer(let k) = leaves[position] { k } else { 0 }
            } size: { position, axis in
                switch leaves[position] {
                case .reals(let v): v.count
                case .integers(let v): v.count
                case .matrix(let rows, let columns, _):
                    axis == .rows ? rows : axis == .columns ? columns : rows * columns
                default: 0
                }
            } index: {
                indices[$0] ?? 0
            }
        }
        func count(_ buffer: KernelPlan.Buffer) throws -> Int {
            try evaluated(buffer.count, values([:]))
        }
        var addresses: [UInt64] = []
        for buffer in plan.buffers {
            if case .parameter(let position) = buffer.role {
                addresses.append(try upload(leaves[position]))
            } else {
                addresses.append(emulator.memory.allocate(max(1, try count(buffer)) * width(buffer)))
            }
        }
        try take(plan.steps, [:], addresses, leaves, values)
        return try leaves.indices.map { position in
            guard let buffer = plan.buffer(ofParameter: position) else {
                return isDouble ? leaves[position] : leaves[position].map { Double(Float($0)) }
            }
            return try download(leaves[position], addresses[buffer])
        }
    }

    private func take(
        _ steps: [KernelPlan.Step], _ indices: [Int: Int], _ addresses: [UInt64], _ leaves: [Leaf<Double>],
        _ values: ([Int: Int]) -> HostInteger.Values
    ) throws {
        let known = values(indices)
        for step in steps {
            switch step {
            case .clear(let number):
                let bytes = try evaluated(plan.buffers[number].count, known) * width(plan.buffers[number])
                if bytes > 0 {
                    try [UInt8](repeating: 0, count: bytes).withUnsafeBytes {
                        try emulator.memory.write($0, to: addresses[number])
                    }
                }
            case .launch(let number):
                let kernel = plan.kernels[number]
                guard try evaluated(kernel.iterations, known) > 0 else { continue }
                let slots = try kernel.slots.map { slot -> UInt64 in
                    switch slot {
                    case .address(let buffer): addresses[buffer]
                    case .integer(let value): UInt64(bitPattern: Int64(try evaluated(value, known)))
                    case .real(let position): bits(leaves[position])
                    }
                }
                try emulator.launch(
                    kernel.name, grid: .init(try evaluated(kernel.blocks, known)),
                    block: .init(kernel.threadsPerBlock), slots: slots)
            case .loop(let number, let start, let end, let step, let closed, let backward, let inner):
                let (from, to) = (try evaluated(start, known), try evaluated(end, known))
                let by = try evaluated(step, known)
                var range =
                    closed
                    ? Array(stride(from: from, through: to, by: by))
                    : Array(stride(from: from, to: to, by: by))
                if backward { range.reverse() }
                for index in range {
                    try take(inner, indices.merging([number: index]) { $1 }, addresses, leaves, values)
                }
            }
        }
    }

    private func evaluated(_ value: HostInteger, _ values: HostInteger.Values) throws -> Int {
        guard let result = value.value(values) else { throw EmulatorError(.invalidLaunch, "an overflow") }
        return result
    }

    private var isDouble: Bool { plan.precision == .double }
    private func width(_ buffer: KernelPlan.Buffer) -> Int { buffer.isReal && !isDouble ? 4 : 8 }

    private func bits(_ leaf: Leaf<Double>) -> UInt64 {
        guard case .real(let x) = leaf else { return 0 }
        return isDouble ? x.bitPattern : UInt64(Float(x).bitPattern)
    }

    private func upload(_ leaf: Leaf<Double>) throws -> UInt64 {
        func integers(_ v: [Int]) throws -> UInt64 { try memory(v) }
        func reals(_ v: [Double]) throws -> UInt64 {
            isDouble ? try memory(v) : try memory(v.map { Float($0) })
        }
        return switch leaf {
        case .real(let x): try reals([x])
        case .integer(let k): try integers([k])
        case .reals(let v), .matrix(_, _, let v): try reals(v)
        case .integers(let v): try integers(v)
        }
    }

    private func memory<T>(_ v: [T]) throws -> UInt64 {
        let address = emulator.memory.allocate(v.count * MemoryLayout<T>.stride)
        if !v.isEmpty { try v.withUnsafeBytes { try emulator.memory.write($0, to: address) } }
        return address
    }

    private func download(_ leaf: Leaf<Double>, _ address: UInt64) throws -> Leaf<Double> {
        func reals(_ count: Int) throws -> [Double] {
            if count == 0 { return [] }
            return isDouble
                ? try emulator.memory.read(count, at: address, zero: 0.0)
                : try emulator.memory.read(count, at: address, zero: Float(0)).map { Double($0) }
        }
        func integers(_ count: Int) throws -> [Int] {
            count == 0 ? [] : try emulator.memory.read(count, at: address, zero: 0)
        }
        return switch leaf {
        case .real: .real(try reals(1)[0])
        case .integer: .integer(try integers(1)[0])
        case .reals(let v): .reals(try reals(v.count))
        case .matrix(let rows, let columns, let v):
            .matrix(rows: rows, columns: columns, try reals(v.count))
        case .integers(let v): .integers(try integers(v.count))
        }
    }
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
