import Optimizers

extension RandomNumbers {
    /// Numbers between -1 and 1.
    mutating func numbers(_ count: Int) -> [Double] {
        (0..<count).map { _ in Double.random(in: -1...1, using: &self) }
    }
}
