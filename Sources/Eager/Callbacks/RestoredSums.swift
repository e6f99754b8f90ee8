import NativeEngine
import ReversibleCore

/// A weighted sum of what a place holds, and the sum of its terms' magnitudes: when a kernel has been undone they must be what
/// they were. A copy would tell more, and would be what a tape is.
struct RestoredSum {
    private let sum: Double
    private let magnitude: Double
    /// Of integers, which come back exactly.
    private let checksum: Int

    init(of buffer: NativeBuffer<Double>) {
        var (sum, magnitude, checksum) = (0.0, 0.0, 0)
        // Weights between 1 and 2, a golden section apart, so that errors of two numbers do not cancel.
        var weight = 1.0
        func add(_ number: Double) {
            sum += weight * number
            magnitude += weight * abs(number)
            weight += 0.618_033_988_749_894_9
            if weight >= 2 { weight -= 1 }
        }
        func add(_ number: Int) { checksum = (checksum &+ number) &* 0x5851_f42d_4c95_7f2d }
        switch buffer {
        case .real(let number): add(number.pointee)
        case .integer(let number): add(number.pointee)
        case .reals(let numbers), .matrix(_, _, let numbers): numbers.forEach(add)
        case .integers(let numbers): for number in numbers { add(number) }
        }
        (self.sum, self.magnitude, self.checksum) = (sum, magnitude, checksum)
    }

    /// How far a later sum is from this one, relative to magnitudes; 0 where these were not finite numbers, of which gradients
    /// tell by themselves.
    ///
    /// - Parameter between: The sum when undoing began: what was 0 may come back as roundings of what it had become.
    func gap(to later: RestoredSum, _ between: RestoredSum) -> Double {
        if checksum != later.checksum { return .infinity }
        let size = max(magnitude, between.magnitude)
        guard size.isFinite, sum != later.sum else { return 0 }
        // Where nothing was, numbers in between are of a size that is not known.
        let gap = abs(sum - later.sum) / (size > 0 ? size : 1)
        return gap.isNaN ? .infinity : gap
    }
}
