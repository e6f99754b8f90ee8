import AD
import NativeEngine
import ReversibleCore

/// Where a program runs.
package enum Engine: String, CaseIterable, Sendable {
    case interpreter
    /// Compiled derivatives as they are by default, which verify undoing; functions without checks.
    case native
    /// Compiled with all checks.
    case checked
    /// Compiled without checks, undoing included.
    case unchecked
    /// As `native`, on two threads.
    case threads
    /// The interpreter, with old values from a record.
    case recorded
    /// As `native`, with old values from a record.
    case recordedNative
    /// The interpreter, with loops that run again from two copies.
    case checkpoints
    /// As `native`, with loops that run again from two copies.
    case checkpointsNative
    /// The interpreter, with loops that say themselves how they are undone.
    case mixed
    /// As `native`, with such loops.
    case mixedNative
    /// Kernels on an emulator, which the tests of GPUs have.
    case kernels

    /// Those that run everywhere.
    package static let local: [Engine] = [
        .interpreter, .native, .checked, .unchecked, .threads, .recorded, .recordedNative, .checkpoints,
        .checkpointsNative, .mixed, .mixedNative,
    ]

    /// Whether it says so if something is amiss with the program.
    var checksPrograms: Bool { isInterpreted || self == .checked }
    var isInterpreted: Bool {
        self == .interpreter || self == .recorded || self == .checkpoints || self == .mixed
    }
    /// Whether loops say themselves how they are undone.
    var mixesUndoing: Bool { self == .mixed || self == .mixedNative }
    /// Whether it does not undo what a derivative reads.
    var records: Bool { undoing != .inverse }
    /// Whether turns are run more than once.
    var runsAgain: Bool { undoing == .checkpoints(2) || mixesUndoing }
    /// How it gets old values back.
    var undoing: Undoing {
        switch self {
        case .recorded, .recordedNative: .recorded
        case .checkpoints, .checkpointsNative: .checkpoints(2)
        default: .inverse
        }
    }
    /// Whether it says so if undoing loses what a derivative reads.
    var verifiesUndoing: Bool { self != .unchecked && self != .kernels }
}

/// What an engine gave.
package enum Outcome: Sendable {
    case numbers([Double], integers: [Int])
    case error(kind: String, text: String)
}

/// What is asked of an engine: a quantity of the function, or that it can be undone.
package enum Question: Hashable, Sendable {
    case quantity(Quantity)
    /// `f`, then `~f`.
    case thereAndBack

    package static let all: [Question] = Quantity.allCases.map { .quantity($0) } + [.thereAndBack]
    /// Whether the answer depends on numbers that have been undone.
    var isUndone: Bool { self != .quantity(.values) && self != .quantity(.tangents) }
    package var name: String {
        switch self {
        case .quantity(.product): "hvp"
        case .quantity(.tangents): "jvp"
        case .quantity(let quantity): quantity.rawValue
        case .thereAndBack: "there and back"
        }
    }
}

/// A function on one of the engines; what is compiled is kept for the next point.
package struct Runner {
    private typealias Values = (Double, Double, Double, Int, [Double], [Double], DenseMatrix, [Int])
    private typealias Slopes = (Double, Double, Double, Void, [Double], [Double], DenseMatrix, Void)

    package let function: OracleFunction
    package let engine: Engine
    private let options: CompileOptions
    private let schedule: Schedule
    private var checks: Checks { engine == .checked ? .all : .none }
    private var undoingChecks: Checks { engine.verifiesUndoing && checks == .none ? .undoing : checks }
    private var threads: Int { engine == .threads ? 2 : 1 }

    private var value: NativeFunction<Scalar, Scalar, Scalar, Integer, Vector, Vector, Matrix, IntegerVector>?
    private var back: NativeFunction<Scalar, Scalar, Scalar, Integer, Vector, Vector, Matrix, IntegerVector>?
    private var gradient:
        NativeGradient<Scalar, Scalar, Scalar, Integer, Vector, Vector, Matrix, IntegerVector>?
    private var pushed: NativeJVP<Scalar, Scalar, Scalar, Integer, Vector, Vector, Matrix, IntegerVector>?
    private var product:
        NativeHessianProduct<Scalar, Scalar, Scalar, Integer, Vector, Vector, Matrix, IntegerVector>?

    package init(
        _ function: OracleFunction, on engine: Engine, optimizing schedule: Schedule = .standard,
        options: CompileOptions = CompileOptions()
    ) {
        self.schedule = schedule
        self.function = function.undoing(engine.undoing)
        self.engine = engine
        self.options = options
    }

    /// What the engine gives for `task` at `point`.
    package mutating func run(_ task: Question, at point: Point) -> Outcome {
        do {
            return try result(task, point)
        } catch let error as ReversibilityError {
            return .error(kind: error.kind.rawValue, text: "\(error)")
        } catch {
            return .error(kind: "\(type(of: error))", text: "\(error)")
        }
    }

    private mutating func result(_ task: Question, _ point: Point) throws -> Outcome {
        let i = point.input
        let m = i.matrix
        let d = slopes(point.direction, i)
        switch (task, engine.isInterpreted) {
        case (.quantity(.values), true):
            return numbers(try function(i.y, i.a, i.b, i.n, i.v, i.w, m, i.p))
        case (.quantity(.values), false):
            let code =
                try value
                ?? compile(function, checks: checks, threads: threads, optimizing: schedule, options: options)
            value = code
            return numbers(try code(i.y, i.a, i.b, i.n, i.v, i.w, m, i.p))
        case (.thereAndBack, true):
            let r = try function(i.y, i.a, i.b, i.n, i.v, i.w, m, i.p)
            return numbers(try (~function)(r.0, r.1, r.2, r.3, r.4, r.5, r.6, r.7))
        case (.thereAndBack, false):
            let code =
                try value
                ?? compile(function, checks: checks, threads: threads, optimizing: schedule, options: options)
            let undo =
                try back
                ?? compile(
                    ~function, checks: checks, threads: threads, optimizing: schedule, options: options)
            (value, back) = (code, undo)
            let r = try code(i.y, i.a, i.b, i.n, i.v, i.w, m, i.p)
            return numbers(try undo(r.0, r.1, r.2, r.3, r.4, r.5, r.6, r.7))
        case (.quantity(.gradient), true):
            return numbers(try grad(function, i.y, i.a, i.b, i.n, i.v, i.w, m, i.p))
        case (.quantity(.gradient), false):
            let code =
                try gradient
                ?? compile(
                    grad(function), checks: undoingChecks, threads: threads, optimizing: schedule,
                    options: options)
            gradient = code
            return numbers(try code(i.y, i.a, i.b, i.n, i.v, i.w, m, i.p))
        case (.quantity(.tangents), true):
            return numbers(try jvp(function, i.y, i.a, i.b, i.n, i.v, i.w, m, i.p, tangent: d).product)
        case (.quantity(.tangents), false):
            let code =
                try pushed
                ?? compile(
                    jvp(function), checks: checks, threads: threads, optimizing: schedule, options: options)
            pushed = code
            return numbers(try code(i.y, i.a, i.b, i.n, i.v, i.w, m, i.p, tangent: d).product)
        case (.quantity(.product), true):
            return numbers(try hvp(function, i.y, i.a, i.b, i.n, i.v, i.w, m, i.p, direction: d))
        case (.quantity(.product), false):
            let code =
                try product
                ?? compile(
                    hvp(function), checks: undoingChecks, threads: threads, optimizing: schedule,
                    options: options)
            product = code
            return numbers(try code(i.y, i.a, i.b, i.n, i.v, i.w, m, i.p, direction: d))
        }
    }

    private func slopes(_ d: [Double], _ input: ProgramInput) -> Slopes {
        var shaped = input
        shaped.reals = d
        return (shaped.y, shaped.a, shaped.b, (), shaped.v, shaped.w, shaped.matrix, ())
    }

    private func numbers(_ x: Values) -> Outcome {
        .numbers([x.0, x.1, x.2] + x.4 + x.5 + x.6.elements, integers: [x.3] + x.7)
    }

    private func numbers(_ x: Slopes) -> Outcome {
        .numbers([x.0, x.1, x.2] + x.4 + x.5 + x.6.elements, integers: [])
    }
}

extension ProgramInput {
    package var matrix: DenseMatrix {
        var result = DenseMatrix(rows: rows, columns: columns)
        for (position, element) in m.enumerated() { result[position / columns, position % columns] = element }
        return result
    }

    /// One entry for every parameter.
    package var leaves: [Leaf<Double>] {
        [
            .real(y), .real(a), .real(b), .integer(n), .reals(v), .reals(w),
            .matrix(rows: rows, columns: columns, m), .integers(p),
        ]
    }
}

extension Outcome {
    /// The outcome of a run that ended with these places, or with their gradients.
    package init(_ leaves: [Leaf<Double>]) {
        var (reals, integers): ([Double], [Int]) = ([], [])
        for leaf in leaves {
            switch leaf {
            case .real(let x): reals.append(x)
            case .integer(let x): integers.append(x)
            case .reals(let x): reals += x
            case .integers(let x): integers += x
            case .matrix(_, _, let x): reals += x
            }
        }
        self = .numbers(reals, integers: integers)
    }
}
