import ReversibleCore

/// What is compiled for a device: a function, a gradient, or products with derivatives.
///
/// The places of its runs are those that the type says: every argument's values, and for derivatives what follows them.
public protocol CUDAProgram: Sendable {
    /// The kernels, loaded on a device.
    var program: DeviceProgram { get }
}

extension CUDAProgram {
    /// The PTX text of the kernels.
    public var text: String { program.plan.text }

    /// The device that the kernels are loaded on.
    public var device: CUDADevice { program.device }

    /// Runs the program on places of the host: copies them to the device and back.
    ///
    /// - Parameter places: One entry for every place, the fields of structs in order.
    /// - Returns: What the places hold afterwards.
    public func run(_ places: [Leaf<Double>]) throws(CUDAFunctionError) -> [Leaf<Double>] {
        try program.run(values: places)
    }

    /// Runs the program on data that is on the device and stays there.
    ///
    /// ```swift
    /// let (y, x) = (try CUDABuffer(values, on: device), try CUDABuffer(others, on: device))
    /// try fast.run(inPlace: [.reals(y), .reals(x), .realValue(0.5)])
    /// print(try y.elements())
    /// ```
    ///
    /// The call gives the launches to the stream and returns before they are done; memory for what is in between is
    /// taken from the device's pool, in the order of the stream. Nothing that changes may overlap anything else. What
    /// is wrong with the arguments, and lack of memory, is found before the first launch: the data is then as it was.
    /// After an error of the device itself, nothing is promised.
    ///
    /// - Parameters:
    ///   - places: One entry for every place, the fields of structs in order.
    ///   - stream: Where; the device's own stream by default.
    public func run(
        inPlace places: [CUDAPlace<Double>], on stream: CUDAStream? = nil
    ) throws(CUDAFunctionError) {
        try program.run(inPlace: places, on: stream)
    }

    /// The same for kernels of single precision.
    public func run(
        inPlace places: [CUDAPlace<Float>], on stream: CUDAStream? = nil
    ) throws(CUDAFunctionError) {
        try program.run(inPlace: places, on: stream)
    }

    /// The launches of `run(inPlace:on:)` on these places, written down: launching them again costs less.
    ///
    /// The graph keeps the places' memory, and memory for what is in between: it runs once at a time. Numbers that
    /// the program only reads are those of now.
    public func graph(inPlace places: [CUDAPlace<Double>]) throws(CUDAFunctionError) -> CUDAGraph {
        try program.graph(inPlace: places)
    }

    /// The same for kernels of single precision.
    public func graph(inPlace places: [CUDAPlace<Float>]) throws(CUDAFunctionError) -> CUDAGraph {
        try program.graph(inPlace: places)
    }
}

/// What a compiled program is loaded from, on the device that is asked for.
func loadingProgram<Result>(
    on target: CUDATarget, _ body: (CUDADevice) throws -> Result
) throws(CUDAFunctionError) -> Result {
    try reportingFunction("") { try body(try target.device()) }
}
