import NativeEngine
import ReversibleCore

extension BundleAdjustment {
    /// What runs the programs.
    public enum Engine: Hashable, Sendable {
        /// Native code if this machine can compile it, and the interpreter otherwise.
        case automatic
        /// Native code, or an error.
        case native
        /// The interpreter, some fifty times slower.
        case interpreter
    }
}

/// A program over the caller's memory, on either engine.
struct BufferProgram: Sendable {
    private let interpreted: Definition
    private let options: RunOptions
    private let native: (@Sendable ([NativeBuffer<Double>]) throws -> Void)?
    /// The C source, if the program is native.
    let source: String?

    init<each A: Argument>(
        _ program: ReversibleFunction<repeat each A>, engine: BundleAdjustment.Engine
    ) throws(BundleAdjustmentError) {
        do {
            interpreted = try program.withoutRequirements.definition
        } catch {
            throw BundleAdjustmentError(.engine, "\(error)")
        }
        options = program.options
        if engine == .interpreter {
            (native, source) = (nil, nil)
            return
        }
        do {
            // Problems have been checked, and these runs are many and short.
            let compiled = try compile(program.withoutRequirements, checks: .none)
            native = { places in try compiled.run(inPlace: places) }
            source = compiled.source
        } catch {
            if engine == .native { throw BundleAdjustmentError(.engine, "\(error)") }
            (native, source) = (nil, nil)
        }
    }

    /// Whether this is native code, which may run over parts of the arrays and on several threads.
    var isNative: Bool { native != nil }

    /// Runs the program; the first `changing` places are changed.
    ///
    /// - Throws: An error of kind `notFinite` if the interpreter meets numbers that cannot be undone, where
    ///   native code goes on and leaves them in the results; of kind `engine` for anything else.
    func run(_ places: [NativeBuffer<Double>], changing: Int) throws(BundleAdjustmentError) {
        do {
            if let native { return try native(places) }
            let results = try interpreted.run(
                places.map { $0.copy }, inverted: false, options: options)
            for (place, result) in zip(places, results).prefix(changing) { place.update(from: result) }
        } catch let error as ReversibilityError where Self.kindsOfNumbers.contains(error.kind) {
            throw BundleAdjustmentError(.notFinite, "\(error)")
        } catch {
            throw BundleAdjustmentError(.engine, "\(error)")
        }
    }

    private static let kindsOfNumbers: [ReversibilityError.Kind] = [
        .ancillaNotRestored, .nanInCondition, .divisionByZero,
    ]
}

extension NativeBuffer<Double> {
    fileprivate var copy: Leaf<Double> {
        switch self {
        case .real(let number): .real(number.pointee)
        case .integer(let number): .integer(number.pointee)
        case .reals(let numbers): .reals(Array(numbers))
        case .integers(let numbers): .integers(Array(numbers))
        case .matrix(let rows, let columns, let numbers):
            .matrix(rows: rows, columns: columns, Array(numbers))
        }
    }

    fileprivate func update(from leaf: Leaf<Double>) {
        switch (self, leaf) {
        case (.reals(let memory), .reals(let numbers)),
            (.matrix(_, _, let memory), .matrix(_, _, let numbers)):
            _ = memory.update(from: numbers)
        default: break
        }
    }
}
