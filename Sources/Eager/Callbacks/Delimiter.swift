import ReversibleCore

/// What the callbacks of a `reset` share; it lives in the frame of that.
@usableFromInline
struct Delimiter {
    /// No operation begins in a frame below this address.
    @usableFromInline let limit: UInt
    /// How many bytes the stack has.
    let bytes: Int
    let location: SourceLocation
    /// What the program ended with.
    var result: Double?
    var failure: ReversibilityError?

    init(limit: UInt, bytes: Int, location: SourceLocation) {
        (self.limit, self.bytes, self.location) = (limit, bytes, location)
    }

    /// The delimiter of the callbacks that run here.
    @TaskLocal static var current: Pointer?

    /// A place that outlives whatever runs on the thread that it is bound to.
    struct Pointer: @unchecked Sendable {
        let delimiter: UnsafeMutablePointer<Delimiter>
    }

    /// Keeps that there is no stack for another callback.
    @usableFromInline
    mutating func noteExhaustion() {
        if failure == nil { failure = exhaustion }
    }

    /// Why no other callback can begin.
    var exhaustion: ReversibilityError {
        ReversibilityError(
            .callDepth,
            "callbacks are nested deeper than a stack of \(bytes) bytes allows; give `reset(stack:)` more, which costs nothing "
                + "where it is not used, or let a kernel do many operations at once",
            function: "reset", location: location)
    }

    /// Keeps that a number was handed to the end of another program.
    mutating func noteForeignEnd() {
        guard failure == nil else { return }
        failure = ReversibilityError(
            .outOfScope,
            "the end of another `reset` is called with a number of this one; a program ends by its own end, and what is inside "
                + "of another gives its result to that as a value",
            function: "reset", location: location)
    }

    /// Ends the program with a number, whose gradient is 1.
    mutating func end(with number: borrowing Active) {
        guard result == nil else {
            if failure == nil {
                failure = ReversibilityError(
                    .continuationReused,
                    "the program reaches its end more than once, as the rest of it is run again; every operation runs its rest "
                        + "once. Add up what several runs give within one program",
                    function: "reset", location: location,
                    values: [
                        ReversibilityError.NamedValue(name: "first end", value: "\(result ?? 0)"),
                        ReversibilityError.NamedValue(name: "second end", value: "\(number.value)"),
                    ])
            }
            return
        }
        result = number.value
        number.gradient += 1
    }
}

/// The end of a program of callbacks: call it with the number whose gradient is wanted, once.
///
/// It may be kept, as functions inside of a closure keep what they use, and means nothing when its `reset` is over.
public final class End {
    /// Nil when the `reset` is over.
    private var delimiter: UnsafeMutablePointer<Delimiter>?

    init(_ delimiter: UnsafeMutablePointer<Delimiter>) { self.delimiter = delimiter }

    /// Ends the program with `number`, in which the gradient is 1; that in all others follows as callbacks return.
    ///
    /// A number of another `reset` than this end's is an error of the number's.
    public func callAsFunction(_ number: borrowing Active) {
        let own = number.cell.pointee.delimiter
        if own == delimiter { own.pointee.end(with: number) } else { own.pointee.noteForeignEnd() }
    }

    /// Lets it mean nothing any more.
    func finish() { delimiter = nil }
}
