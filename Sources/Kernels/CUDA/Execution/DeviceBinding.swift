/// What a run knows of one place: where its elements are, how many, and its value if that does not change.
struct DeviceBinding: Sendable {
    var memory: DeviceArray?
    var integer = 0
    /// As the kernels take it.
    var real = CUDAArgument.double(0)
    var count = 0
    var rows = 0
    var columns = 0
}

extension CUDAArgument {
    /// A real number in a plan's precision.
    static func real(_ value: Double, _ precision: PTXPrecision) -> CUDAArgument {
        precision == .double ? .double(value) : .float(Float(value))
    }
}
