import AD
import Foundation
import NativeEngine
import ReversibleCore
import Synchronization
import Testing

/// Options with the cache folder of the tests, in which nothing is when they begin.
func withOptions<Result>(
    precision: Precision = .double, lanes: Int? = nil, _ body: (CompileOptions) throws -> Result
) throws -> Result {
    var options = CompileOptions()
    options.cacheFolder = try compiledPrograms.get()
    options.precision = precision
    options.lanes = lanes
    return try body(options)
}

/// Where the tests' programs are compiled, each once; gone at the end of the process.
private let compiledPrograms = Result {
    let folder = try TemporaryFolder()
    keptFolder.withLock { $0 = folder }
    atexit { keptFolder.withLock { $0 = nil } }
    return folder.path + "/cache"
}
private let keptFolder = Mutex<TemporaryFolder?>(nil)

/// A function as native code.
func native<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ checks: Checks = .none, precision: Precision = .double,
    lanes: Int? = nil, threads: Int = 1
) throws -> NativeFunction<repeat each A> {
    try withOptions(precision: precision, lanes: lanes) {
        try compile(f, checks: checks, threads: threads, options: $0)
    }
}

/// A gradient as native code.
func native<each A: Argument>(
    _ gradient: Gradient<repeat each A>, with arguments: Set<Int>? = nil, _ checks: Checks = .none,
    lanes: Int? = nil, threads: Int = 1
) throws -> NativeGradient<repeat each A> {
    try withOptions(lanes: lanes) {
        try compile(gradient, with: arguments, checks: checks, threads: threads, options: $0)
    }
}

/// The forms of one function that all must behave as the interpreter does.
struct Forms<each A: Argument>: Sendable {
    let function: ReversibleFunction<repeat each A>
    let plain: NativeFunction<repeat each A>
    let checked: NativeFunction<repeat each A>
    let single: NativeFunction<repeat each A>

    init(_ function: ReversibleFunction<repeat each A>) throws {
        self.function = function
        plain = try native(function)
        checked = try native(function, .all)
        single = try native(function, precision: .single)
    }

    /// Runs the forms and compares every bit with the interpreter's. Returns what the interpreter makes of the
    /// places.
    @discardableResult
    func agree(
        _ places: Leaf<Double>..., at caller: Testing.SourceLocation = #_sourceLocation
    ) throws -> [Leaf<Double>] {
        let expected = try function.run(places)
        expectSame(try plain.run(places), expected, "unchecked, \(places)", at: caller)
        expectSame(try checked.run(places), expected, "checked, \(places)", at: caller)
        let rounded = places.map { $0.rounded }
        if let expected = try? function.run(rounded) {
            expectSame(try single.run(rounded), expected, "single, \(places)", at: caller)
        }
        return expected
    }
}

extension ReversibleFunction {
    /// The function and its inverse, in every form, on places and on what they become.
    func agreesBothWays(
        _ examples: [Leaf<Double>]..., at caller: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let forms = [try Forms(self), try Forms(~self)]
        for places in examples {
            var there = places
            for form in forms {
                let expected = try form.function.run(there)
                expectSame(try form.plain.run(there), expected, "unchecked, \(there)", at: caller)
                expectSame(try form.checked.run(there), expected, "checked, \(there)", at: caller)
                // In single precision an ancilla may be off by more than the tolerance: no example then.
                let rounded = there.map { $0.rounded }
                if let expected = try? form.function.run(rounded) {
                    expectSame(try form.single.run(rounded), expected, "single, \(there)", at: caller)
                }
                there = expected
            }
        }
    }
}

/// Expects the same bits; NaNs are alike, whatever their sign and payload.
func expectSame<Number: ReversibleNumber>(
    _ found: [Leaf<Number>], _ expected: [Leaf<Number>], _ what: String,
    at caller: Testing.SourceLocation = #_sourceLocation
) {
    let same = found.count == expected.count && zip(found, expected).allSatisfy { $0.isSame(as: $1) }
    if !same { Issue.record("\(what)\nfound \(found)\nexpected \(expected)", sourceLocation: caller) }
}

extension Leaf where Number == Double {
    /// The same place in single precision.
    var rounded: Leaf<Float> {
        switch self {
        case .real(let x): .real(Float(x))
        case .integer(let k): .integer(k)
        case .reals(let v): .reals(v.map { Float($0) })
        case .integers(let v): .integers(v)
        case .matrix(let rows, let columns, let v):
            .matrix(rows: rows, columns: columns, v.map { Float($0) })
        }
    }

}

extension Leaf {
    /// Whether two places hold the same bits.
    func isSame(as other: Leaf) -> Bool where Number: ReversibleNumber {
        func same(_ a: [Number], _ b: [Number]) -> Bool {
            a.count == b.count && zip(a, b).allSatisfy { bits($0) == bits($1) }
        }
        return switch (self, other) {
        case (.real(let a), .real(let b)): bits(a) == bits(b)
        case (.integer(let a), .integer(let b)): a == b
        case (.reals(let a), .reals(let b)): same(a, b)
        case (.integers(let a), .integers(let b)): a == b
        case (.matrix(let m, let n, let a), .matrix(let k, let l, let b)): m == k && n == l && same(a, b)
        default: false
        }
    }
}

private func bits<Number: ReversibleNumber>(_ number: Number) -> UInt64 {
    switch number {
    case let x as Double: x.isNaN ? .max : x.bitPattern
    case let x as Float: x.isNaN ? .max : UInt64(x.bitPattern)
    default: .max - 1
    }
}

/// Numbers between -1 and 1 that are the same in every run, and not on a coarse grid of rationals.
func samples(_ count: Int, seed: Double = 0.5) -> [Double] {
    (0..<count).map { i in
        let turn = (Double(i) + seed) * 0.754_877_666_246_692_8
        return 2 * (turn - turn.rounded(.down)) - 1
    }
}

/// A matrix of such numbers, as a place.
func sampleMatrix(_ rows: Int, _ columns: Int, seed: Double = 0.25) -> Leaf<Double> {
    .matrix(rows: rows, columns: columns, samples(rows * columns, seed: seed))
}
