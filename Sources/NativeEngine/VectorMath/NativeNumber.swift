/// The numbers native code computes with.
package enum NativeNumber: String, Sendable, CaseIterable {
    case double, float

    /// The C type.
    package var typeName: String { rawValue }
}
