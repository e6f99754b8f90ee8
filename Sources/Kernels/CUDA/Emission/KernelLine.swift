/// A line of a kernel.
enum KernelLine {
    case comment(String)
    case label(String)
    case instruction(KernelInstruction)
    /// Sums of a warp, not written out yet.
    case sums([WarpSum], stayTogether: Bool)
    /// The lines up to the matching `close` stand together: their branches lead to labels among them.
    case open(isLoop: Bool)
    case close

    /// The line in the kernel's text, for a thread of one iteration; nil if there is none.
    func text(ofPack size: Int) -> String? {
        switch self {
        case .comment(let text): "    // \(text)"
        case .label(let name): "\(name):"
        case .instruction(let instruction): "    " + instruction.resolved(ofPack: size).text
        case .sums, .open, .close: nil
        }
    }
}

/// An instruction of a thread that takes one iteration, or several that do the same side by side: a pack.
///
/// An operand `$24` stands for the number 24 times the size of the pack.
struct KernelInstruction {
    /// What a pack of iterations makes of an instruction.
    enum Role {
        /// Each iteration has its own, if what it reads differs.
        case plain
        /// The second operand, added up over the pack, goes to the first: in full, the opcode is an addition.
        case packSum
        /// The third operand of every iteration is added to the first.
        case addToSum
        /// Once for the whole pack.
        case once
    }

    var predicate: String?
    var isNegated = false
    var opcode: String
    var operands: [String]
    var role = Role.plain
    /// Whether the result must be rounded as it stands here: in elementary functions.
    var isExact = false
    /// The place in memory, if the instruction has one in which an iteration keeps something of its own.
    var own: OwnMemory?

    /// The instruction that one iteration of a pack executes for itself.
    func resolved(_ iteration: Int = 0, ofPack size: Int) -> KernelInstruction {
        var result = KernelInstruction(
            predicate: predicate, isNegated: isNegated, opcode: opcode, operands: operands,
            isExact: isExact)
        if role == .packSum { result.opcode = "mov." + (opcode.split(separator: ".").last ?? "") }
        result.operands = operands.map { operand in
            if operand.hasPrefix("$") { return "\((Int(operand.dropFirst()) ?? 0) * size)" }
            guard let own, operand.hasPrefix("[") else { return operand }
            let bytes = own.fixed + own.scaled * size + own.distance * iteration
            return KernelInstruction.place(String(operand.dropFirst().dropLast()), bytes)
        }
        return result
    }

    /// The text of a resolved instruction.
    var text: String {
        let condition = predicate.map { "@\(isNegated ? "!" : "")\($0) " } ?? ""
        return "\(condition)\(opcode)\(operands.isEmpty ? "" : " " + operands.joined(separator: ", "));"
    }

    /// The registers that the instruction sets.
    var results: [Substring] {
        guard hasResult, let first = operands.first else { return [] }
        return KernelInstruction.registers(in: first)
    }

    /// The registers that it reads.
    var arguments: [Substring] {
        let read = hasResult ? operands.dropFirst() : operands[...]
        return read.flatMap(KernelInstruction.registers) + (predicate.map { [Substring($0)] } ?? [])
    }

    private var hasResult: Bool { !["st", "red", "bra", "bar"].contains(family) }

    /// The opcode up to the first dot.
    var family: Substring {
        opcode[..<(opcode.utf8.firstIndex(of: UInt8(ascii: ".")) ?? opcode.endIndex)]
    }

    /// Register and displacement of a place in memory.
    static func split(_ place: String) -> (register: String, bytes: Int) {
        let parts = place.dropFirst().dropLast().split(separator: "+")
        return (String(parts.first ?? ""), parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    }
    static func place(_ register: String, _ bytes: Int) -> String {
        bytes == 0 ? "[\(register)]" : "[\(register)+\(bytes)]"
    }

    /// The registers named in an operand: `%rd1`, `[%rd2+8]`, `{%r1, %r2}`.
    static func registers(in operand: String) -> [Substring] {
        var found: [Substring] = []
        let bytes = operand.utf8
        var rest = bytes.startIndex
        // Asked of every operand many times over: bytes, as comparing characters takes their normal forms.
        while let start = bytes[rest...].firstIndex(of: UInt8(ascii: "%")) {
            rest = bytes.index(after: start)
            while rest < bytes.endIndex, isPartOfName(bytes[rest]) { rest = bytes.index(after: rest) }
            found.append(operand[start..<rest])
        }
        return found
    }

    private static func isPartOfName(_ c: UInt8) -> Bool {
        (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c == 95
    }
}

/// Where an iteration keeps an element of its own, relative to a register: bytes.
struct OwnMemory {
    /// The displacement, whatever the size of the pack.
    var fixed = 0
    /// The displacement for a pack of one; it grows with the pack.
    var scaled = 0
    /// The distance to the next iteration's element.
    var distance: Int
}
