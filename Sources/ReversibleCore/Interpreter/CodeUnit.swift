/// A function and everything it calls, lowered for the register machine.
///
/// The code does not depend on the number type: one unit serves `Double`, `Float` and duals.
final class CodeUnit: Sendable {
    struct Header {
        var entry: Int32 = 0
        var reals: Int32 = 0
        var integers: Int32 = 0
        var arrays: Int32 = 0
        var firstConstant: Int32 = 0
        var constantCount: Int32 = 0
        var firstTable: Int32 = 0
        var tableCount: Int32 = 0
        /// Whether the arguments of calls must fit requirements.
        var hasRequirements = false
    }

    struct Constant {
        var register: Int32
        var isReal: Bool
        var real: Double
        var integer: Int
    }

    /// A constant array that a function reads: its register, and its number among those of the unit.
    struct Table {
        var register: Int32
        var number: Int
    }

    /// What an error says about a statement.
    struct StatementInfo {
        var text: String
        var location: SourceLocation?
        var function: String
        var watches: [Watch]
        var arrayNames: [Int32: String]
        /// Names of the stacks whose numbers are read, by the registers of the stacks.
        var stackNames: [Int32: String] = [:]
        var hint: String?
        /// The ancilla that begins or ends.
        var ancilla: String?
        /// Pairs of places that must not be one element.
        var pairs: [(String, String)] = []
    }

    /// The loop over the elements of whole arrays in one statement: where its code is, the register of the element's
    /// number, and the arrays.
    struct ElementLoop {
        var code: Range<Int32>
        var index: Int32
        var arrays: Set<Int32>
    }

    /// A place to show in an error, and where it is kept.
    /// A `While` around a read that verifies undoing.
    struct Turn: Hashable {
        /// The loop, as the program prints it.
        var loop: String
        /// How many turns it has made.
        var register: Int32
    }

    struct Watch {
        enum Content {
            case real(Int32), integer(Int32)
            case element(array: Int32, isReal: Bool, indices: [Index])
            case array(Int32, isReal: Bool)
            /// A size of an array.
            case size(Int32, Axis)
        }
        struct Index {
            var register: Int32?
            var offset: Int
        }
        var name: String
        var content: Content
    }

    let instructions: [Instruction]
    /// The statement of every instruction.
    let statementOf: [Int32]
    let statements: [StatementInfo]
    /// Inner loops before those around them.
    let elementLoops: [ElementLoop]
    let headers: [Header]
    let constants: [Constant]
    /// What functions put where before they begin, and the arrays.
    let tables: [Table]
    let constantArrays: [ReversibleCore.Constant]
    /// Whether ancillas are checked relative to the largest magnitude they held.
    let tracksPeaks: Bool
    /// Stacks that live as long as the run; their numbers are constants of the code.
    let runStackCount: Int
    /// See ``RunStacks/meetings``.
    let meetings: [(derivatives: Int, values: Int)]
    /// Of the functions that have some: their requirements, and whether it is the inverse that is called.
    let requirements: [Int: (list: Requirements, inverted: Bool)]
    /// The `While`s around reads, by the numbers that these have for them.
    let turns: [[Turn]]

    /// - Parameter notesReads: Whether updates that verify undoing compare every single read.
    init(lowering definition: Definition, inverted: Bool, tracksPeaks: Bool, notesReads: Bool = false) {
        let builder = UnitBuilder(tracksPeaks: tracksPeaks, notesReads: notesReads)
        self.tracksPeaks = tracksPeaks
        _ = builder.index(of: .init(definition: definition, inverted: inverted, tracked: false))
        builder.lowerPending()
        instructions = builder.instructions
        statementOf = builder.statementOf
        statements = builder.statements
        elementLoops = builder.elementLoops
        headers = builder.headers
        constants = builder.constants
        tables = builder.tables
        constantArrays = builder.constantArrays
        runStackCount = builder.runStacks.count
        meetings = builder.runStacks.meetings
        requirements = builder.requirements
        turns = builder.turns
    }
}

/// Collects the code of a unit.
final class UnitBuilder {
    /// One lowered form of a function.
    struct Variant: Hashable {
        var definition: Definition
        var inverted: Bool
        /// Whether uses of array parameters are watched for a `ParallelFor` around the call.
        var tracked: Bool

        static func == (a: Variant, b: Variant) -> Bool {
            a.definition === b.definition && a.inverted == b.inverted && a.tracked == b.tracked
        }
        func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(definition)) }
    }

    /// Whether the largest magnitudes of ancillas are kept, to scale the tolerance of their last check.
    let tracksPeaks: Bool
    /// Whether reads that verify undoing are kept and compared one by one.
    let notesReads: Bool
    var instructions: [Instruction] = []
    var statementOf: [Int32] = []
    var statements: [CodeUnit.StatementInfo] = []
    var elementLoops: [CodeUnit.ElementLoop] = []
    var headers: [CodeUnit.Header] = []
    var constants: [CodeUnit.Constant] = []
    var tables: [CodeUnit.Table] = []
    private(set) var constantArrays: [Constant] = []
    private var constantNumbers: [Constant: Int] = [:]
    private(set) var requirements: [Int: (list: Requirements, inverted: Bool)] = [:]
    private(set) var runStacks = RunStacks()
    private var indices: [Variant: Int] = [:]
    private var reads: [Update.Witness: Int32] = [:]
    private(set) var turns: [[CodeUnit.Turn]] = []
    private var numbersOfTurns: [[CodeUnit.Turn]: Int32] = [:]
    private var pending: [(index: Int, variant: Variant)] = []

    init(tracksPeaks: Bool, notesReads: Bool = false) {
        self.tracksPeaks = tracksPeaks
        self.notesReads = notesReads
    }

    func index(of variant: Variant) -> Int {
        if let known = indices[variant] { return known }
        let index = headers.count
        headers.append(CodeUnit.Header())
        indices[variant] = index
        pending.append((index, variant))
        return index
    }

    /// The number of a read among those of all functions: that of a primal and of its adjoint is the same.
    func number(of witness: Update.Witness) -> Int32 {
        var key = witness
        key.kind = .value
        if let known = reads[key] { return known }
        reads[key] = Int32(reads.count)
        return Int32(reads.count - 1)
    }

    /// The number of the `While`s around a read; -1 if there are none.
    func number(of open: [CodeUnit.Turn]) -> Int32 {
        if open.isEmpty { return -1 }
        if let known = numbersOfTurns[open] { return known }
        numbersOfTurns[open] = Int32(turns.count)
        turns.append(open)
        return Int32(turns.count - 1)
    }

    /// The number of a constant array among those of all functions.
    func number(of array: Constant) -> Int {
        if let known = constantNumbers[array] { return known }
        constantNumbers[array] = constantArrays.count
        constantArrays.append(array)
        return constantArrays.count - 1
    }

    func runStack(_ token: TraceToken) -> Int { runStacks.number(of: token) }
    func note(_ derivatives: TraceToken, of values: TraceToken) { runStacks.note(derivatives, of: values) }

    func lowerPending() {
        while let (index, variant) = pending.popLast() {
            var emitter = Emitter(unit: self, variant: variant)
            emitter.function()
            headers[index] = emitter.header
            if let list = variant.definition.requirements {
                headers[index].hasRequirements = true
                requirements[index] = (list, variant.inverted)
            }
        }
    }
}

/// Where the parameters of a function are, in the order of its leaves.
package enum ParameterRegister: Sendable {
    case real(Int32), integer(Int32), array(Int32, isWritten: Bool)

    var isArray: Bool {
        if case .array = self { true } else { false }
    }

    static func assign(_ parameters: [Parameter], _ modes: [AccessMode]) -> [ParameterRegister] {
        var (reals, integers, arrays): (Int32, Int32, Int32) = (0, 0, 0)
        return zip(parameters, modes).map { parameter, mode in
            switch parameter.variable.kind {
            case .scalar:
                reals += 1
                return .real(reals - 1)
            case .integer, .index, .stack:
                integers += 1
                return .integer(integers - 1)
            case .vector, .integerVector, .matrix:
                arrays += 1
                return .array(arrays - 1, isWritten: mode.changes)
            }
        }
    }
}

/// The code of a function and of its inverse, each made when it is first run.
private struct FunctionCode: Sendable {
    var forward: CodeUnit?
    var inverse: CodeUnit?
}

extension Definition {
    /// The program, or its inverse, lowered for the interpreter.
    func lowered(inverted: Bool) -> CodeUnit {
        let known = made(FunctionCode.self)
        return (inverted ? known?.inverse : known?.forward) ?? relower(inverted: inverted, tracksPeaks: false)
    }

    /// Lowers again, for this and all later runs.
    func relower(inverted: Bool, tracksPeaks: Bool) -> CodeUnit {
        let unit = CodeUnit(lowering: self, inverted: inverted, tracksPeaks: tracksPeaks)
        keep { (code: inout FunctionCode?) in
            var own = code ?? FunctionCode()
            if inverted { own.inverse = unit } else { own.forward = unit }
            code = own
        }
        return unit
    }
}
