import AD
import NativeEngine
import Testing

/// Expects the very same error from the interpreter and from checked code, for the call on values and in place,
/// and arguments that are as they were.
func expectSameError<each A: Argument>(
    _ kind: ReversibilityError.Kind, _ f: ReversibleFunction<repeat each A>, _ places: Leaf<Double>...,
    at caller: Testing.SourceLocation = #_sourceLocation
) throws {
    let checked = try native(f, .all, threads: 2)
    let interpreted = failure { try f.run(places) }
    #expect(interpreted?.kind == kind, "the interpreter", sourceLocation: caller)
    #expect(failure { try checked.run(places) } == interpreted, sourceLocation: caller)
    // A second time: nothing of the first run is left behind.
    #expect(failure { try checked.run(places) } == interpreted, sourceLocation: caller)
    // A stack changes its size and cannot be given in place.
    if "\(f)".contains("Stack)") || "\(f)".contains("Stack,") { return }
    let memory = places.map { Memory($0) }
    #expect(
        failure { try checked.run(inPlace: memory.map(\.buffer)) } == interpreted, "in place",
        sourceLocation: caller)
    expectSame(memory.map(\.leaf), places, "memory after the error", at: caller)
}

/// Expects that a call succeeds with the interpreter's bits: near an error, but none.
func expectNoError<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ places: Leaf<Double>...,
    at caller: Testing.SourceLocation = #_sourceLocation
) throws {
    expectSame(try native(f, .all).run(places), try f.run(places), "\(places)", at: caller)
}

/// What `body` throws.
func failure<Result>(_ body: () throws -> Result) -> ReversibilityError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? ReversibilityError
    }
}

/// Memory of a caller's for one place.
final class Memory<Number: ReversibleNumber> {
    let buffer: NativeBuffer<Number>

    init(_ leaf: Leaf<Number>) {
        func copy<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
            let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
            _ = memory.initialize(from: elements)
            return memory
        }
        func single<Element>(_ element: Element) -> UnsafeMutablePointer<Element> {
            let memory = UnsafeMutablePointer<Element>.allocate(capacity: 1)
            memory.initialize(to: element)
            return memory
        }
        buffer =
            switch leaf {
            case .real(let x): .real(single(x))
            case .integer(let k): .integer(single(k))
            case .reals(let v): .reals(copy(v))
            case .integers(let v): .integers(copy(v))
            case .matrix(let rows, let columns, let v): .matrix(rows: rows, columns: columns, copy(v))
            }
    }

    deinit {
        switch buffer {
        case .real(let p): p.deallocate()
        case .integer(let p): p.deallocate()
        case .reals(let b), .matrix(_, _, let b): b.deallocate()
        case .integers(let b): b.deallocate()
        }
    }

    /// What the memory holds now.
    var leaf: Leaf<Number> {
        switch buffer {
        case .real(let p): .real(p.pointee)
        case .integer(let p): .integer(p.pointee)
        case .reals(let b): .reals(Array(b))
        case .integers(let b): .integers(Array(b))
        case .matrix(let rows, let columns, let b): .matrix(rows: rows, columns: columns, Array(b))
        }
    }
}
