/// What a place of a random program is.
package enum PlaceKind: Hashable, Sendable {
    case scalar, integer, vector, integerVector, matrix, stack

    var isReal: Bool { self != .integer && self != .integerVector }
    var isSingle: Bool { self == .scalar || self == .integer }
}

/// A formula of a random program, as data.
package indirect enum Term: Hashable, Sendable {
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

    package enum Size: String, Hashable, Sendable { case count, rows, columns }
}

/// A place with its indices.
package struct PlaceTerm: Hashable, Sendable {
    package var name: String
    package var indices: [Term]

    package init(_ name: String, _ indices: [Term] = []) {
        self.name = name
        self.indices = indices
    }
}

/// A condition.
package indirect enum Test: Hashable, Sendable {
    case compare(String, Term, Term)
    case and(Test, Test)
    case or(Test, Test)
    case not(Test)
}

/// A statement of a random program, as data.
package indirect enum Step: Hashable, Sendable {
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
package struct Loop: Hashable, Sendable {
    package var index: String
    package var start: Term
    package var end: Term
    package var step = Term.integer(1)
    package var isClosed = false
    package var isParallel = false
    package var isBackward = false
    package var body: Body
}

/// A block: what it declares, then its statements.
package struct Body: Hashable, Sendable {
    package var declarations: [Declaration] = []
    package var steps: [Step] = []

    package init(_ declarations: [Declaration] = [], _ steps: [Step] = []) {
        self.declarations = declarations
        self.steps = steps
    }
}

/// A `let` at the start of a block.
package enum Declaration: Hashable, Sendable {
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
package struct Routine: Hashable, Sendable {
    package var name: String
    package var isRecursive: Bool
    package var body: Body

    /// The parameters of every routine.
    package static let parameters: [(name: String, kind: PlaceKind)] = [
        ("out", .scalar), ("s", .scalar), ("u", .vector), ("c", .integer),
    ]
}

/// A random program: functions, and the one that is run.
package struct RandomProgram: Hashable, Sendable {
    package var routines: [Routine] = []
    package var body = Body()

    package init(routines: [Routine] = [], body: Body = Body()) {
        self.routines = routines
        self.body = body
    }

    /// The parameters of every program. `y` is the loss.
    package static let parameters: [(name: String, kind: PlaceKind)] = [
        ("y", .scalar), ("a", .scalar), ("b", .scalar), ("n", .integer), ("v", .vector), ("w", .vector),
        ("m", .matrix), ("p", .integerVector),
    ]
}

/// The arguments of a run.
package struct ProgramInput: Hashable, Sendable {
    package var y: Double
    package var a: Double
    package var b = 0.0
    package var n = 0
    package var v: [Double] = []
    package var w: [Double] = []
    /// Row after row.
    package var rows = 0
    package var columns = 0
    package var m: [Double] = []
    package var p: [Int] = []

    package init(y: Double = 0, a: Double = 0) {
        self.y = y
        self.a = a
    }

    /// All real numbers, in the order of the parameters.
    package var reals: [Double] {
        get { [y, a, b] + v + w + m }
        set {
            (y, a, b) = (newValue[0], newValue[1], newValue[2])
            v = Array(newValue[3..<3 + v.count])
            w = Array(newValue[(3 + v.count)..<(3 + v.count + w.count)])
            m = Array(newValue[(3 + v.count + w.count)...])
        }
    }
    package var integers: [Int] { [n] + p }
}
