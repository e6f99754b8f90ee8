import ReversibleCore

/// Why a function could not be compiled for a device, or could not be run there.
public enum CUDAFunctionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The program has no form on a device.
    case program(PTXError)
    /// The driver or the device failed, or there is none.
    case device(CUDAError)
    /// The arguments do not fit the function.
    case arguments(ReversibilityError)
    /// Undoing has lost digits that a derivative reads: an error of kind `.drift`.
    case drift(ReversibilityError)

    init(_ error: any Error, function: String) {
        switch error {
        case let error as CUDAFunctionError: self = error
        case let error as PTXError: self = .program(error)
        case let error as CUDAError: self = .device(error)
        case let error as ReversibilityError:
            self = error.kind == .drift ? .drift(error) : .arguments(error)
        default: self = .arguments(ReversibilityError(.invalidArgument, "\(error)", function: function))
        }
    }

    /// The reason's own words.
    public var description: String {
        switch self {
        case .program(let error): error.description
        case .device(let error): error.description
        case .arguments(let error), .drift(let error): error.description
        }
    }
}

/// Gives what goes wrong the one type.
func reportingFunction<Result>(
    _ function: String, _ body: () throws -> Result
) throws(CUDAFunctionError) -> Result {
    do {
        return try body()
    } catch {
        throw CUDAFunctionError(error, function: function)
    }
}
