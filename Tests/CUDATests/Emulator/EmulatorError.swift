/// What is wrong with a PTX text or with the run of a kernel, and where.
struct EmulatorError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of fault, so that tests can ask for one of them.
    enum Kind: String, Sendable {
        case syntax
        case unknownInstruction
        case unsupported
        case undeclaredName
        case duplicateName
        case typeMismatch
        case missingRounding
        case flushToZero
        case targetTooOld
        case unknownKernel
        case invalidLaunch
        case uninitialisedRegister
        case uninitialisedMemory
        case outOfBounds
        case misaligned
        case race
        case divergentBarrier
        case divergentWarp
        case divisionByZero
        case unspecifiedResult
        case stepLimit
        case trap
        case memory
    }

    var kind: Kind
    /// The line of the PTX text, from 1; 0 where no line is to blame.
    var line: Int
    var message: String

    init(_ kind: Kind, line: Int = 0, _ message: String) {
        self.kind = kind
        self.line = line
        self.message = message
    }

    var description: String {
        (line > 0 ? "PTX line \(line): " : "PTX: ") + message
    }
}
