import ReversibleCore

/// Kernels loaded on a device, and the order of their launches.
public struct DeviceProgram: Sendable {
    package let plan: KernelPlan
    /// The device that the kernels are loaded on.
    public let device: CUDADevice
    let module: CUDAModule
    private let kernels: [CUDAKernel]
    /// For every parameter, the one whose sizes it must have: a gradient has those of its value.
    let companions: [Int?]
    /// Which buffers some step uses.
    let isUsed: [Bool]

    /// Loads the kernels of a plan.
    ///
    /// - Throws: what the driver's compiler says.
    package init(_ plan: KernelPlan, on device: CUDADevice, companions: [Int?] = []) throws(CUDAError) {
        self.plan = plan
        self.device = device
        module = try device.module(plan.text)
        var kernels: [CUDAKernel] = []
        for kernel in plan.kernels { kernels.append(try module.kernel(kernel.name)) }
        self.kernels = kernels
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
    }

    /// Runs the plan on data of the device: gives its launches to the stream.
    ///
    /// All that can be found wrong with the arguments, and all lack of memory, is found before the first launch.
    func run(_ bindings: [DeviceBinding], on stream: CUDAStream) throws(CUDAFunctionError) {
        let run = DeviceRun(self, bindings)
        try run.check()
        try launch(run, try run.arrays(on: stream), on: stream)
    }

    /// The plan's launches on data of the device, written down.
    func graph(_ bindings: [DeviceBinding]) throws(CUDAFunctionError) -> CUDAGraph {
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
        }
    }

    private func launch(
        _ number: Int, _ blocks: Int, _ arguments: [CUDAArgument], on stream: CUDAStream
    ) throws(CUDAFunctionError) {
        let shape = CUDALaunchShape(
            grid: CUDAExtent(blocks), block: CUDAExtent(plan.kernels[number].threadsPerBlock))
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
                guard case .loop(let number, _, _, _, _, _, let inner) = step else { return result }
                return max(result, number + 1, count(inner))
            }
        }
        return count(steps)
    }
}
