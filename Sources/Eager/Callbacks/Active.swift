/// A number of a program of callbacks: its value, and the gradient of the end in it, which grows when callbacks return.
///
/// It lives in the frame of the operation that made it and is lent to what comes after, so that nothing is allocated. The type
/// cannot be copied, and a number that would outlive its operation does not compile.
public struct Active: ~Copyable {
    @usableFromInline let cell: UnsafeMutablePointer<ActiveCell>

    @inlinable
    init(_ cell: UnsafeMutablePointer<ActiveCell>) { self.cell = cell }

    /// What the number is.
    @inlinable
    public var value: Double { cell.pointee.value }

    /// The derivative of the end of the program in this number, as far as callbacks have returned.
    @inlinable
    public var gradient: Double {
        get { cell.pointee.gradient }
        nonmutating set { cell.pointee.gradient = newValue }
    }
}

/// The memory of an active number.
@usableFromInline
struct ActiveCell {
    @usableFromInline var value: Double
    @usableFromInline var gradient = 0.0
    @usableFromInline let delimiter: UnsafeMutablePointer<Delimiter>

    @inlinable
    init(_ value: Double, _ delimiter: UnsafeMutablePointer<Delimiter>) {
        self.value = value
        self.delimiter = delimiter
    }
}

extension ActiveCell {
    /// Runs the rest of the program on a number, unless the stack is at its end: then that is kept for `reset` to throw.
    @inlinable
    @inline(__always)
    static func lend<Failure: Error>(
        _ cell: UnsafeMutablePointer<ActiveCell>, _ rest: (borrowing Active) throws(Failure) -> Void
    ) throws(Failure) {
        guard UInt(bitPattern: cell) > cell.pointee.delimiter.pointee.limit else {
            cell.pointee.delimiter.pointee.noteExhaustion()
            return
        }
        try rest(Active(cell))
    }
}
