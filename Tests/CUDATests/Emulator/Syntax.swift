/// The parts of a PTX text after parsing, before types and names are checked.
enum PTXSyntax {
    /// A number as it was written.
    enum Literal: Equatable {
        /// The low 64 bits of an integer.
        case integer(UInt64)
        /// `0f…`: bits of a single.
        case single(UInt32)
        /// `0d…` or a decimal fraction: bits of a double.
        case double(UInt64)
    }

    indirect enum Operand: Equatable {
        case name(String)
        case literal(Literal)
        case address(base: String?, offset: Int64)
        case vector([Operand])
        /// `p|q`
        case pair(Operand, Operand)
        /// `!p`
        case negated(Operand)
    }

    struct Instruction {
        /// The guard `@p` or `@!p`.
        var predicate: (name: String, negated: Bool)?
        var opcode: String
        var modifiers: [String]
        var operands: [Operand]
        var line: Int
        /// The block `{ … }` it stands in.
        var scope: Int

        var mnemonic: String { ([opcode] + modifiers).joined(separator: ".") }
    }

    enum Statement {
        case label(String, line: Int)
        case instruction(Instruction)
    }

    /// A variable in memory: of the module, of a kernel, or a parameter.
    struct Variable {
        var name: String
        var space: EmulatorSpace
        var type: EmulatorType
        var alignment: Int
        /// Bytes; 0 for `.extern .shared name[]`, whose size the launch gives.
        var byteCount: Int
        var initialBytes: [UInt8]
        var line: Int
    }

    struct Register {
        var name: String
        var type: EmulatorType
        /// The statement from which on the name is known.
        var firstStatement: Int
    }

    /// Names declared in one block `{ … }`.
    struct Scope {
        var parent: Int?
        /// Positions in ``Kernel/registers``.
        var registers: [String: Int] = [:]
        /// Positions in ``Kernel/variables``.
        var variables: [String: Int] = [:]
    }

    struct Kernel {
        var name: String
        var line: Int
        var parameters: [Variable] = []
        var registers: [Register] = []
        var variables: [Variable] = []
        var scopes: [Scope] = []
        var statements: [Statement] = []
        var labels: [String: Int] = [:]
        /// `.reqntid`
        var requiredThreads: [Int]?
        /// `.maxntid`
        var maximumThreads: [Int]?
    }

    struct Module {
        /// `.version` as 100 × major + minor.
        var version = 0
        /// The number of `.target sm_NN`.
        var target = 0
        var variables: [Variable] = []
        var kernels: [Kernel] = []
    }
}
