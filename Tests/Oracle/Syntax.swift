/// What a place of a random program is.
public enum PlaceKind: Hashable, Sendable {
    case scalar, integer, vector, integerVector, matrix, stack

    var isReal: Bool { self != .integer && self != .integerVector }
    var isSingle: Bool { self == .scalar || self == .integer }
}

/// A formula of a random program, as data.
public indirect enum Term: Hashable, Sendable {
    case real(Double)
    case integer(Int)
    case place(PlaceTerm)
    /// `v.count`, `m.rows`, `m.columns`
    case size(String, Size)
    case unary(String, Term)
    /// An operator or a function of two operands.
    case binary(String, Term, Term)
    case select(Test, Term, Term)
    /// `sum`, `argmax`, `argmin`
    case reduce(String, Term)
    /// A formula that the block has given a name.
    case named(String)

    public enum Size: String, Hashable, Sendable { case count, rows, columns }
}

/// A place with its indices.
public struct PlaceTerm: Hashable, Sendable {
    public var name: String
    public var indices: [Term]

    public init(_ name: String, _ indices: [Term] = []) {
        self.name = name
        self.indices = indices
    }
}

/// A condition.
public indirect enum Test: Hashable, Sendable {
    case compare(String, Term, Term)
    case and(Test, Test)
    case or(Test, Test)
    case not(Test)
}

/// A statement of a random program, as data.
public indirect enum Step: Hashable, Sendable {
    /// `+=`, `-=`, `*=`, `/=`, `^=`
    case update(String, PlaceTerm, Term)
    case swap(PlaceTerm, PlaceTerm)
    case negate(PlaceTerm)
    case hadamard(PlaceTerm, PlaceTerm)
    case rotate(PlaceTerm, PlaceTerm, Term, backward: Bool)
    case branch(Test, post: Test?, then: Body, otherwise: Body)
    case loop(Loop)
    case whileLoop(Test, post: Test?, Body)
    case compute(Body, apply: Body)
    case call(String, inverted: Bool, [PlaceTerm])
    case push(PlaceTerm, on: String)
    case pop(PlaceTerm, from: String)
}

/// A counted loop.
public struct Loop: Hashable, Sendable {
    public var index: String
    public var start: Term
    public var end: Term
    public var step = Term.integer(1)
    public var isClosed = false
    public var isParallel = false
    public var isBackward = false
    public var body: Body
}

/// A block: what it declares, then its statements.
public struct Body: Hashable, Sendable {
    public var declarations: [Declaration] = []
    public var steps: [Step] = []

    public init(_ declarations: [Declaration] = [], _ steps: [Step] = []) {
        self.declarations = declarations
        self.steps = steps
    }
}

/// A `let` at the start of a block.
public enum Declaration: Hashable, Sendable {
    case ancilla(String, PlaceKind, sizes: [Term])
    /// A stack of the run, `Stack()`.
    case runStack(String)
    case formula(String, Term)

    var name: String {
        switch self {
        case .ancilla(let name, _, _), .runStack(let name), .formula(let name, _): name
        }
    }
}

/// A function that the program calls: its parameters are `out`, `s`, `u`, `c`.
public struct Routine: Hashable, Sendable {
    public var name: String
    public var isRecursive: Bool
    public var body: Body

    /// The parameters of every routine.
    public static let parameters: [(name: String, kind: PlaceKind)] = [
        ("out", .scalar), ("s", .scalar), ("u", .vector), ("c", .integer),
    ]
}

/// A random program: functions, and the one that is run.
public struct RandomProgram: Hashable, Sendable {
    public var routines: [Routine] = []
    public var body = Body()

    public init(routines: [Routine] = [], body: Body = Body()) {
        self.routines = routines
        self.body = body
    }

    /// The parameters of every program. `y` is the loss.
    public static let parameters: [(name: String, kind: PlaceKind)] = [
        ("y", .scalar), ("a", .scalar), ("b", .scalar), ("n", .integer), ("v", .vector), ("w", .vector),
        ("m", .matrix), ("p", .integerVector),
    ]
}

/// The arguments of a run.
public struct ProgramInput: Hashable, Sendable {
    public var y: Double
    public var a: Double
    public var b = 0.0
    public var n = 0
    public var v: [Double] = []
    public var w: [Double] = []
    /// Row after row.
    public var rows = 0
    public var columns = 0
    public var m: [Double] = []
    public var p: [Int] = []

    public init(y: Double = 0, a: Double = 0) {
        self.y = y
        self.a = a
    }

    /// All real numbers, in the order of the parameters.
    public var reals: [Double] {
        get { [y, a, b] + v + w + m }
        set {
            (y, a, b) = (newValue[0], newValue[1], newValue[2])
            v = Array(newValue[3..<3 + v.count])
            w = Array(newValue[(3 + v.count)..<(3 + v.count + w.count)])
            m = Array(newValue[(3 + v.count + w.count)...])
        }
    }
    public var integers: [Int] { [n] + p }
}
