import CUDAEngine
import ReversibleCore

/// Data of a program on the device, for runs in place.
struct DevicePlaces {
    let places: [CUDAPlace<Double>]

    /// Copies values to the device; numbers that no step of the plan changes stay values.
    init(_ leaves: [Leaf<Double>], of plan: KernelPlan, on device: CUDADevice) throws(CUDAError) {
        var places: [CUDAPlace<Double>] = []
        for (parameter, leaf) in zip(plan.parameters, leaves) {
            switch leaf {
            case .real(let value):
                places.append(
                    parameter.isWritten ? .real(try CUDABuffer([value], on: device)) : .realValue(value))
            case .integer(let value):
                places.append(
                    parameter.isWritten ? .integer(try CUDABuffer([value], on: device)) : .integerValue(value)
                )
            case .reals(let values): places.append(.reals(try CUDABuffer(values, on: device)))
            case .integers(let values): places.append(.integers(try CUDABuffer(values, on: device)))
            case .matrix(let rows, let columns, let values):
                places.append(.matrix(rows: rows, columns: columns, try CUDABuffer(values, on: device)))
            }
        }
        self.places = places
    }
}
