import ReversibleCore

/// Kernels loaded on a device, and the order of their launches.
public struct DeviceProgram: Sendable {
    package let plan: KernelPlan
    /// The device that the kernels are loaded on.
    public let device: CUDADevice
    let module: CUDAModule
    private let kernels: [CUDAKernel]
    /// For every kernel how many blocks the device runs at a time, where fewer than planned will do: more would wait
    /// for these to end, and leave part of the device idle at last.
    private let residentBlocks: [Int?]
    /// For every parameter, the one whose sizes it must have: a gradient has those of its value.
    let companions: [Int?]
    /// Which buffers some step uses.
    let isUsed: [Bool]
    /// The integers that launches need, and where those of each kernel stand among them.
    let integers: [HostInteger]
    let kernelIntegers: [KernelIntegers]
    /// The loops whose turns all give the same numbers to the same launches, but for their index.
    let uniformLoops: Set<Int>

    /// Positions among the integers.
    struct KernelIntegers: Sendable {
        var iterations: Int
        var blocks: Int
        /// For every slot that is an integer.
        var slots: [Int?]
    }

    /// Loads the kernels of a plan.
    ///
    /// - Throws: what the driver's compiler says.
    package init(_ plan: KernelPlan, on device: CUDADevice, companions: [Int?] = []) throws(CUDAError) {
        self.plan = plan
        self.device = device
        module = try device.module(plan.text)
        var kernels: [CUDAKernel] = []
        for kernel in plan.kernels {
            kernels.append(try module.kernel(kernel.name, declaredIn: kernel.text))
        }
        self.kernels = kernels
        residentBlocks = zip(plan.kernels, kernels).map { plan, kernel in
            guard plan.takesFewerBlocks,
                let blocks = try? kernel.residentBlocks(threadsPerBlock: plan.threadsPerBlock), blocks > 0
            else { return nil }
            return blocks * device.properties.multiprocessors
        }
        self.companions =
            companions + Array(repeating: nil, count: max(0, plan.parameters.count - companions.count))
        var isUsed = Array(repeating: false, count: plan.buffers.count)
        for kernel in plan.kernels {
            for case .address(let buffer) in kernel.slots { isUsed[buffer] = true }
        }
        for case .parameter(let position) in plan.buffers.map(\.role)
        where plan.parameters[position].isWritten {
            if let buffer = plan.buffer(ofParameter: position) { isUsed[buffer] = true }
        }
        self.isUsed = isUsed
        var (integers, positions): ([HostInteger], [HostInteger: Int]) = ([], [:])
        func position(_ value: HostInteger) -> Int {
            if let known = positions[value] { return known }
            positions[value] = integers.count
            integers.append(value)
            return integers.count - 1
        }
        kernelIntegers = plan.kernels.map { kernel in
            KernelIntegers(
                iterations: position(kernel.iterations), blocks: position(kernel.blocks),
                slots: kernel.slots.map { if case .integer(let value) = $0 { position(value) } else { nil } })
        }
        self.integers = integers
        uniformLoops = plan.uniformLoops
    }

    /// Runs the plan on data of the device: gives its launches to the stream.
    ///
    /// All that can be found wrong with the arguments, and all lack of memory, is found before the first launch.
    ///
    /// - Returns: Where the verdict on undoing will be, if the program keeps account of it: see ``judge(_:on:)``.
    func start(
        _ bindings: [DeviceBinding], on stream: CUDAStream
    ) throws(CUDAFunctionError) -> DeviceArray? {
        let run = DeviceRun(self, bindings)
        try run.check()
        let arrays = try run.arrays(on: stream)
        try launch(run, arrays, on: stream)
        return plan.undoing.flatMap { arrays[$0.buffer] }
    }

    /// Waits for the verdict on undoing, if there is one to come.
    ///
    /// - Parameter consequence: What is to be said of the caller's data then.
    /// - Throws: An error of kind `.drift` if undoing has lost digits that a derivative reads.
    func judge(
        _ verdict: DeviceArray?, on stream: CUDAStream, consequence: String = ""
    ) throws(CUDAFunctionError) {
        guard let verdict, let undoing = plan.undoing else { return }
        let number: Int
        do throws(CUDAError) {
            number = Int(truncatingIfNeeded: try verdict.lastWord(stream))
        } catch {
            throw .device(error)
        }
        guard undoing.explanations.indices.contains(number - 1) else { return }
        throw .drift(
            ReversibilityError(
                .drift, undoing.explanations[number - 1] + consequence,
                function: plan.name.withoutDerivations))
    }

    /// The plan's launches on data of the device, written down.
    func graph(_ bindings: [DeviceBinding]) throws(CUDAFunctionError) -> CUDAGraph {
        if let loop = plan.openLoop {
            throw refusal(
                "`\(loop)` asks the device after every turn whether there is another, and a graph waits for nothing; use "
                    + "`run(inPlace:)`, or a `For` whose turns are known")
        }
        if plan.undoing != nil {
            throw refusal(
                "the gradient verifies what it reads after undoing, and a graph waits for no verdict; use `run(inPlace:)`, "
                    + "or compile it with `checks: .none`")
        }
        let run = DeviceRun(self, bindings)
        try run.check()
        // Before the recording, in which there is no memory to be had; the graph keeps it.
        let arrays = try run.arrays(on: device.stream)
        do throws(CUDAError) {
            return try CUDAGraph(on: device) { stream throws(CUDAError) in
                do throws(CUDAFunctionError) {
                    try launch(run, arrays, on: stream)
                } catch .device(let error) {
                    throw error
                } catch {
                    throw CUDAError(
                        .invalidArgument, error.description, operation: "recording \(plan.name)")
                }
            }
        } catch {
            throw .device(error)
        }
    }

    private func launch(
        _ run: DeviceRun, _ arrays: [DeviceArray?], on stream: CUDAStream
    ) throws(CUDAFunctionError) {
        try run.take { number, blocks, turns throws(CUDAFunctionError) in
            try launch(number, blocks, try run.arguments(of: number, turns, arrays), on: stream)
        } clear: { number throws(CUDAFunctionError) in
            do throws(CUDAError) {
                try arrays[number]?.clear(stream)
            } catch {
                throw .device(error)
            }
        } ask: { number throws(CUDAFunctionError) in
            do throws(CUDAError) {
                return try arrays[number].map { array throws(CUDAError) in try array.lastWord(stream) != 0 }
                    ?? false
            } catch {
                throw .device(error)
            }
        }
    }

    private func launch(
        _ number: Int, _ blocks: Int, _ arguments: [CUDAArgument], on stream: CUDAStream
    ) throws(CUDAFunctionError) {
        let shape = CUDALaunchShape(
            grid: CUDAExtent(min(blocks, residentBlocks[number] ?? blocks)),
            block: CUDAExtent(plan.kernels[number].threadsPerBlock))
        do {
            try kernels[number].launch(shape, arguments, on: stream)
        } catch {
            throw .device(error)
        }
    }
}

extension KernelPlan {
    /// How many loops the host takes, one inside another or one after another.
    var loopCount: Int {
        func count(_ steps: [Step]) -> Int {
            steps.reduce(0) { result, step in
                switch step {
                case .launch, .clear: result
                case .loop(let number, _, _, _, _, _, let inner): max(result, number + 1, count(inner))
                case .whileLoop(_, let asking, _, let inner): max(result, count(asking), count(inner))
                }
            }
        }
        return count(steps)
    }

    /// The first loop whose turns the device decides about, in words.
    var openLoop: String? {
        func find(_ steps: [Step]) -> String? {
            for step in steps {
                switch step {
                case .launch, .clear: continue
                case .loop(_, _, _, _, _, _, let inner): if let found = find(inner) { return found }
                case .whileLoop(let statement, _, _, _): return statement
                }
            }
            return nil
        }
        return find(steps)
    }

    /// The loops in which no launch depends on a turn.
    fileprivate var uniformLoops: Set<Int> {
        var result: Set<Int> = []
        func isUniform(_ steps: [Step]) -> Bool {
            var all = true
            for step in steps {
                switch step {
                case .whileLoop(_, let asking, _, let inner):
                    for part in [asking, inner] where !isUniform(part) { all = false }
                case .clear: break
                case .launch(let number): if kernels[number].dependsOnTurns { all = false }
                case .loop(let number, let start, let end, let step, _, _, let inner):
                    let isInnerUniform = isUniform(inner)
                    if isInnerUniform { result.insert(number) }
                    if !isInnerUniform || [start, end, step].contains(where: \.dependsOnTurns) {
                        all = false
                    }
                }
            }
            return all
        }
        _ = isUniform(steps)
        return result
    }
}

extension KernelPlan.Kernel {
    /// Whether a launch differs from turn to turn, in more than integers that are loops' indices.
    fileprivate var dependsOnTurns: Bool {
        let slots = slots.contains { slot in
            guard case .integer(let value) = slot, value.dependsOnTurns else { return false }
            if case .index = value { return false }
            return true
        }
        return slots || iterations.dependsOnTurns || blocks.dependsOnTurns
            || requirements.contains { requirement in
                switch requirement.kind {
                case .sameSizes: false  // sizes do not change
                case .indexInside(_, _, let first, let step, _): first.dependsOnTurns || step.dependsOnTurns
                }
            }
    }
}
