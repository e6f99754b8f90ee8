/// The number type compiled code computes with.
public enum Precision: Hashable, Sendable {
    /// 64 bits.
    case double
    /// 32 bits. Arguments are rounded to `Float` and results come back as `Double`.
    case single
}
