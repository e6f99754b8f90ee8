import AD
import NativeEngine
import Numbers
import Testing

/// Whether numbers are the same up to a part of the larger one of each pair and 1.
func agrees(_ found: [Double], _ expected: [Double], _ tolerance: Double = 1e-13) -> Bool {
    found.count == expected.count
        && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) || $0 == $1 }
}

func agrees(_ found: Complex.Value, _ re: Double, _ im: Double, _ tolerance: Double = 1e-15) -> Bool {
    agrees([found.re, found.im], [re, im], tolerance)
}

extension Complex.Value {
    static let zero = Complex.Value(re: 0, im: 0)
}

/// The error of a closure that must throw one.
func error(_ body: () throws -> Void) -> ReversibilityError? {
    do {
        try body()
        return nil
    } catch {
        return error as? ReversibilityError
    }
}
