extension Ancilla {
    /// Whether this is a small array of known size, kept on the C stack.
    package var isSmallArray: Bool {
        guard variable.kind.isArray else { return false }
        var count = 1
        for size in sizes {
            guard case .integer(let value) = size.kind, value > 0, value <= 64 else { return false }
            count *= value
        }
        return count <= 64
    }
}
