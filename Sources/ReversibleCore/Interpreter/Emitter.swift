/// Lowers one function to instructions.
///
/// Every variable has a register. Values of expressions are kept in fresh registers and remembered until
/// something they read changes, so a subexpression that several statements share is evaluated once.
package struct Emitter {
    typealias Register = Int32

    let unit: UnitBuilder
    let variant: UnitBuilder.Variant
    var ownModes: [AccessMode] { variant.definition.parameterModes }

    private(set) var header = CodeUnit.Header()
    var registers: [Int: Register] = [:]
    /// For ancillas: where the largest magnitude they held is kept.
    var peaks: [Int: Register] = [:]
    var reals: Int32 = 0
    var integers: Int32 = 0
    var arrays: Int32 = 0
    private var constantReals: [UInt64: Register] = [:]
    private var constantIntegers: [Int: Register] = [:]
    private var functionConstants: [CodeUnit.Constant] = []
    private var functionTables: [CodeUnit.Table] = []

    struct Known {
        var register: Register
        var reads: Set<Int>
    }
    /// Values at hand. Real and integer forms of one expression are separate.
    var known = KnownValues()
    var knownAsReal = KnownValues()

    /// An element that the loop being emitted only adds to, and the register that holds it meanwhile.
    var runningSum: (place: Place, register: Register)?
    /// The flat index of the elementwise loop being emitted.
    var elementIndex: Register?
    /// Arrays whose uses are watched because a `ParallelFor` may conflict on them.
    var watched: Set<Register> = []
    var statementIndex: Int32 = -1
    /// The indices of the loops around the statement being emitted, the outermost first.
    var openIndices: [Variable] = []
    /// The `While`s around it, and the registers that count their turns.
    var openTurns: [CodeUnit.Turn] = []
    private let program: Block
    /// The function's ancillas that end at zero, and how often its text names each variable.
    let restoredAncillas: Set<Variable>
    let useCounts: [Variable: Int]
    /// The function's stacks of the run, which its calls of itself change as well.
    private let runStacks: Set<Int>

    init(unit: UnitBuilder, variant: UnitBuilder.Variant) {
        self.unit = unit
        self.variant = variant
        program = variant.definition.program(inverted: variant.inverted)
        var accesses = Accesses(ownModes: variant.definition.parameterModes)
        program.visit(&accesses)
        restoredAncillas = accesses.restored
        let stacks = accesses.all.lazy.map(\.place.variable).filter { $0.kind == .stack && $0.storage != nil }
        runStacks = Set(stacks.map(\.id))
        useCounts = Dictionary(accesses.all.map { ($0.place.variable, 1) }, uniquingKeysWith: +)
    }

    /// Emits the whole function.
    mutating func function() {
        let definition = variant.definition
        for (parameter, register) in zip(
            definition.parameters, definition.slots)
        {
            switch register {
            case .real(let r):
                registers[parameter.variable.id] = r
                reals = max(reals, r + 1)
            case .integer(let k):
                registers[parameter.variable.id] = k
                integers = max(integers, k + 1)
            case .array(let v, _):
                registers[parameter.variable.id] = v
                arrays = max(arrays, v + 1)
                if variant.tracked { watched.insert(v) }
            }
        }
        header.entry = here
        if unit.notesReads {
            // Relative to the largest that a number was, what comes back as almost 0 may be 0.
            for parameter in definition.parameters where parameter.variable.kind.isReal {
                let peak = freshInteger()
                peaks[parameter.variable.id] = peak
                append(.zeroInteger, peak)
            }
        }
        block(program)
        append(.returnToCaller)
        header.reals = reals
        header.integers = integers
        header.arrays = arrays
        header.firstConstant = Int32(unit.constants.count)
        header.constantCount = Int32(functionConstants.count)
        unit.constants += functionConstants
        header.firstTable = Int32(unit.tables.count)
        header.tableCount = Int32(functionTables.count)
        unit.tables += functionTables
    }

    // MARK: Instructions

    var here: Int32 { Int32(unit.instructions.count) }

    @discardableResult
    mutating func append(
        _ opcode: Opcode, function: UInt8 = 0, _ a: Int32 = 0, _ b: Int32 = 0, _ c: Int32 = 0,
        _ d: Int32 = 0, _ e: Int32 = 0
    ) -> Int32 {
        unit.instructions.append(
            Instruction(opcode: opcode, function: function, a: a, b: b, c: c, d: d, e: e))
        unit.statementOf.append(statementIndex)
        return here - 1
    }

    mutating func jump() -> Int32 { append(.jump) }
    mutating func jump(to target: Int32) { append(.jump, target) }
    mutating func jumpIfZero(_ condition: Register) -> Int32 { append(.jumpIfZero, condition) }

    /// A jump taken when the condition does not hold.
    mutating func jumpUnless(_ condition: Node) -> Int32 {
        if case .holds(let relation, let a, let b) = condition.kind {
            let (x, y) = (real(a), real(b))
            return append(.jumpUnlessReals, function: relation.rawValue | Relation.quiet, 0, x, y)
        }
        guard case .compare(let relation, let a, let b) = condition.kind else {
            return jumpIfZero(boolean(condition))
        }
        if a.type.element == .integer, b.type.element == .integer {
            let (x, y) = (integer(a), integer(b))
            return append(.jumpUnlessIntegers, function: relation.rawValue, 0, x, y)
        }
        let (x, y) = (real(a), real(b))
        return append(.jumpUnlessReals, function: relation.rawValue, 0, x, y)
    }

    /// Lets an earlier jump arrive here.
    mutating func land(_ jump: Int32) {
        if unit.instructions[Int(jump)].opcode == .jumpIfZero {
            unit.instructions[Int(jump)].b = here
        } else {
            unit.instructions[Int(jump)].a = here
        }
    }

    // MARK: Registers

    mutating func freshReal() -> Register {
        reals += 1
        return reals - 1
    }

    mutating func freshInteger() -> Register {
        integers += 1
        return integers - 1
    }

    mutating func constantReal(_ value: Double) -> Register {
        if let known = constantReals[value.bitPattern] { return known }
        let register = freshReal()
        constantReals[value.bitPattern] = register
        functionConstants.append(.init(register: register, isReal: true, real: value, integer: 0))
        return register
    }

    mutating func constantInteger(_ value: Int) -> Register {
        if let known = constantIntegers[value] { return known }
        let register = freshInteger()
        constantIntegers[value] = register
        functionConstants.append(.init(register: register, isReal: false, real: 0, integer: value))
        return register
    }

    /// The register of a variable.
    mutating func register(_ variable: Variable) -> Register {
        if let known = registers[variable.id] { return known }
        let register: Register
        switch variable.kind {
        case .scalar: register = freshReal()
        case .integer, .index: register = freshInteger()
        case .stack:
            // A stack of the run has a fixed number; the ancilla's is made when its block begins.
            register = variable.storage.map { constantInteger(unit.runStack($0)) } ?? freshInteger()
        case .vector, .integerVector, .matrix:
            register = arrays
            arrays += 1
            if let constant = variable.constant {
                functionTables.append(.init(register: register, number: unit.number(of: constant)))
            }
        }
        registers[variable.id] = register
        return register
    }

    // MARK: Values at hand

    /// Emits code that runs only sometimes: what it computes is not at hand afterwards.
    mutating func branch(_ body: (inout Emitter) -> Void) {
        known.enterBranch()
        knownAsReal.enterBranch()
        body(&self)
        known.leaveBranch()
        knownAsReal.leaveBranch()
    }

    /// Drops the values of array expressions.
    mutating func forgetElements() {
        known.forgetElements()
        knownAsReal.forgetElements()
    }

    /// Drops the values that read a changed variable, and what has been asked of stacks that a call may have changed.
    mutating func forget(_ variables: Set<Variable>) {
        let ids = runStacks.union(variables.map(\.id))
        known.forget(ids)
        knownAsReal.forget(ids)
    }

    // MARK: Statements

    func accesses(of block: Block) -> Accesses {
        var accesses = Accesses(ownModes: ownModes)
        block.visit(&accesses)
        return accesses
    }

    mutating func emit(_ statement: Statement) {
        let outer = statementIndex
        unit.statements.append(info(statement))
        statementIndex = Int32(unit.statements.count - 1)
        statement.emit(to: &self)
        statementIndex = outer
    }

    /// Emits a block: its ancillas begin at 0 and are checked at its end.
    mutating func block(_ block: Block) {
        for ancilla in block.ancillas { begin(ancilla, of: block) }
        for statement in block.statements { emit(statement) }
        for ancilla in block.ancillas.reversed() { end(ancilla, of: block) }
        forget(Set(block.ancillas.map(\.variable)))
    }
}
