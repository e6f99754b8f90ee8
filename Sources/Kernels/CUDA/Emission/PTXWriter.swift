/// The kinds of PTX registers.
enum RegisterClass: CaseIterable {
    case f64, f32, integer, word, predicate

    /// The type in a declaration.
    var type: String {
        switch self {
        case .f64: "f64"
        case .f32: "f32"
        case .integer: "b64"
        case .word: "b32"
        case .predicate: "pred"
        }
    }

    /// How names of temporaries begin.
    var prefix: String {
        switch self {
        case .f64: "fd"
        case .f32: "f"
        case .integer: "rd"
        case .word: "r"
        case .predicate: "p"
        }
    }
}

extension String {
    /// The text without characters that would end a comment: line breaks and other control characters become spaces.
    var onOneLine: String {
        var result = ""
        for scalar in unicodeScalars {
            result.unicodeScalars.append(scalar.value < 32 || scalar.value == 127 ? " " : scalar)
        }
        return result
    }
}

/// The body of one kernel: lines, registers and labels.
struct PTXWriter {
    private(set) var lines: [KernelLine] = []
    private var temporaries: [RegisterClass: Int] = [:]
    private var named: [String] = []
    private var namedKinds: [String: RegisterClass] = [:]
    private var names = PTXNames()
    private var labels = 0

    mutating func comment(_ text: String) {
        lines.append(.comment(text.onOneLine))
    }

    /// An instruction.
    mutating func instruction(_ opcode: String, _ operands: String...) {
        add(KernelInstruction(opcode: opcode, operands: operands))
    }

    /// An instruction for threads that a predicate holds in.
    mutating func conditional(_ predicate: String, _ opcode: String, _ operands: String...) {
        add(KernelInstruction(predicate: predicate, opcode: opcode, operands: operands))
    }

    /// Keeps instructions from being rounded together with others.
    mutating func keepRounding(from count: Int) {
        for position in count..<lines.count {
            guard case .instruction(var instruction) = lines[position] else { continue }
            instruction.isExact = true
            lines[position] = .instruction(instruction)
        }
    }

    mutating func add(_ instruction: KernelInstruction) { lines.append(.instruction(instruction)) }

    /// Sums of warps, to be written out later.
    mutating func add(sums: [WarpSum]) { lines.append(.sums(sums, stayTogether: true)) }

    /// An instruction whose result goes to a new register.
    mutating func value(_ kind: RegisterClass, _ opcode: String, _ operands: String...) -> String {
        let result = temporary(kind)
        add(KernelInstruction(opcode: opcode, operands: [result] + operands))
        return result
    }

    mutating func temporary(_ kind: RegisterClass) -> String {
        temporaries[kind, default: 0] += 1
        return "%\(kind.prefix)\(temporaries[kind, default: 1])"
    }

    /// A register with a name like `wish`.
    mutating func register(_ kind: RegisterClass, _ wish: String) -> String {
        let name = "%" + names.declare(wish)
        named.append(name)
        namedKinds[name] = kind
        return name
    }

    /// A new label; the same number for labels that belong together.
    mutating func labelNumber() -> Int {
        labels += 1
        return labels
    }
    mutating func label(_ name: String) { lines.append(.label(name)) }
    mutating func branch(_ label: String, if predicate: String? = nil, unless: String? = nil) {
        add(
            KernelInstruction(
                predicate: predicate ?? unless, isNegated: predicate == nil && unless != nil, opcode: "bra",
                operands: [label]))
    }

    /// Begins lines whose branches stay among them, up to `close`.
    mutating func open(isLoop: Bool = false) { lines.append(.open(isLoop: isLoop)) }
    mutating func close() { lines.append(.close) }

    /// Takes back the lines since `count`.
    mutating func cut(from count: Int) -> [KernelLine] {
        defer { lines.removeSubrange(count...) }
        return Array(lines[count...])
    }
    mutating func paste(_ cut: [KernelLine]) { lines += cut }

    /// A register of the same kind as another.
    mutating func copy(of register: Substring) -> String {
        let kind = kind(of: register)
        return namedKinds[String(register)] == nil
            ? temporary(kind) : self.register(kind, String(register.dropFirst()))
    }

    /// The registers of 32 bits that a register takes.
    func width(of register: Substring) -> Int {
        switch kind(of: register) {
        case .f64, .integer: 2
        case .f32, .word: 1
        case .predicate: 0
        }
    }

    private func kind(of register: some StringProtocol) -> RegisterClass {
        if let kind = namedKinds[String(register)] { return kind }
        let prefix = register.dropFirst().prefix { !$0.isNumber }
        return RegisterClass.allCases.first { $0.prefix == prefix } ?? .integer
    }

    /// The declarations of all registers in use.
    var declarations: [String] {
        RegisterClass.allCases.compactMap { kind in
            temporaries[kind].map { "    .reg .\(kind.type) %\(kind.prefix)<\($0 + 1)>;" }
        } + named.map { "    .reg .\(kind(of: $0).type) \($0);" }
    }
}

/// Names of registers: no two alike, none of the machine's own.
struct PTXNames {
    private var taken: Set<String> = []

    private static let special: Set<String> = [
        "tid", "ntid", "laneid", "warpid", "nwarpid", "ctaid", "nctaid", "smid", "nsmid", "gridid",
        "is_explicit_cluster", "clusterid", "nclusterid", "cluster_ctaid", "cluster_nctaid",
        "cluster_ctarank",
        "cluster_nctarank", "lanemask_eq", "lanemask_le", "lanemask_lt", "lanemask_ge", "lanemask_gt",
        "clock", "clock_hi", "clock64", "globaltimer", "globaltimer_lo", "globaltimer_hi",
        "total_smem_size",
        "aggr_smem_size", "dynamic_smem_size", "current_graph_exec",
    ]

    mutating func declare(_ wish: String) -> String {
        let base = PTXNames.identifier(wish)
        var name = base
        var number = 2
        while PTXNames.isReserved(name) || !taken.insert(name).inserted {
            name = "\(base)_\(number)"
            number += 1
        }
        return name
    }

    /// Whether the machine, or the temporaries, have names like this.
    private static func isReserved(_ name: String) -> Bool {
        if special.contains(name) || name.hasPrefix("pm") || name.hasPrefix("envreg")
            || name.hasPrefix("reserved")
        {
            return true
        }
        let digits = name.reversed().prefix { $0.isNumber }.count
        return digits > 0 && RegisterClass.allCases.contains { $0.prefix == name.dropLast(digits) }
    }

    /// The letters, digits and underscores of a name; other characters are spelled by their numbers.
    static func identifier(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": result.unicodeScalars.append(scalar)
            // A parameter without a name, `$0`, is `arg0`.
            case "$": result += "arg"
            case ".", " ", "-", "(", ")", "<", ">", "#", "[", "]", "~":
                if !result.hasSuffix("_") { result += "_" }
            default: result += "u" + String(scalar.value, radix: 16)
            }
        }
        while result.hasSuffix("_") { result.removeLast() }
        while result.hasPrefix("_") { result.removeFirst() }
        if result.isEmpty { result = "t" }
        if let first = result.unicodeScalars.first, ("0"..."9").contains(first) { result = "v" + result }
        return result
    }
}
