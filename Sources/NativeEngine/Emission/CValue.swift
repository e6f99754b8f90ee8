/// A C expression: its text, how tightly it binds, and whether it has a value per lane.
struct CValue {
    enum Binding: Int {
        case choice, or, and, comparison, sum, product, prefix, atom
    }

    var text: String
    var binding: Binding
    var isVarying: Bool
    /// How deep operators nest; compilers have limits on that.
    var depth = 0

    init(_ text: String, _ binding: Binding = .atom, isVarying: Bool = false, depth: Int = 0) {
        self.text = text
        self.binding = binding
        self.isVarying = isVarying
        self.depth = depth
    }

    /// The text where an operator that binds like `context` stands around it.
    func within(_ context: Binding) -> String {
        binding.rawValue < context.rawValue ? "(\(text))" : text
    }

    var isAtom: Bool { binding == .atom && depth == 0 }
}

/// Writes C, line by line.
struct CWriter {
    private(set) var lines: [String] = []
    private(set) var depth = 0

    mutating func line(_ text: String) {
        lines.append(text.isEmpty ? "" : String(repeating: "    ", count: depth) + text)
    }

    /// Opens a block: `text {`.
    mutating func open(_ text: String) {
        line(text.isEmpty ? "{" : text + " {")
        depth += 1
    }

    mutating func close(_ ending: String = "") {
        depth -= 1
        line("}" + ending)
    }

    /// `} else {`.
    mutating func otherwise() {
        depth -= 1
        line("} else {")
        depth += 1
    }

    mutating func indent() { depth += 1 }
    mutating func outdent() { depth -= 1 }

    /// Takes back the lines since `count`.
    mutating func cut(from count: Int) -> [String] {
        defer { lines.removeSubrange(count...) }
        return Array(lines[count...])
    }

    mutating func paste(_ cut: [String]) { lines += cut }
}

/// Names of one C function: legal, and no two in scope alike.
struct CNames {
    private var scopes: [Set<String>] = [[]]
    /// For every scope and every name that was taken there: the number that the search for the next one begins at.
    /// Thousands of values may wish for one name.
    private var numbers: [[String: Int]] = [[:]]

    /// Words that emitted code uses for itself, and those of C.
    private static let reserved: Set<String> = [
        "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum",
        "extern", "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return",
        "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void",
        "volatile", "while", "bool", "true", "false", "asm", "typeof", "real", "vf", "vi", "vbits", "run",
        "active", "running", "lane", "first", "loop_start", "loop_end", "loop_length", "failed", "own",
        "status", "state", "defaults", "back", "values", "sizes", "left", "part", "at",
        "piece", "pieces", "environment", "fail", "require", "require_sizes", "require_kept", "quotient_of",
        "remainder_of", "split_of",
        "take", "take_matrix", "push", "pop",
        "push_beside", "pop_beside", "push_spare", "pop_spare", "require_none_left", "push_integer",
        "pop_integer", "push_decision", "pop_decision",
        "open_stack", "close_stack", "number_of", "number_at",
        "watch",
        "used_by", "turns_of", "add_row_products", "mark_memory", "release_memory", "memory_mark", "chunk",
        "number_stack",
        "run_state", "run_pieces", "end_run", "linux", "unix", "main", "signgam", "gamma", "j0", "j1", "jn",
        "y0", "y1",
        "yn", "index", "exp", "log", "sin", "cos", "tan", "pow", "sqrt", "abs", "fabs", "floor", "free",
        "malloc", "div", "round", "ceil", "trunc", "remainder", "gain", "LANES", "MASK", "INTEGER_MASK",
        "INFINITY", "NAN", "NULL", "size_t", "ptrdiff_t", "wchar_t", "max_align_t", "int8_t", "int16_t",
        "int32_t",
        "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "intptr_t", "uintptr_t", "intmax_t",
        "uintmax_t",
        "jmp_buf", "float_t", "double_t", "errno", "alloca", "isnan", "isfinite", "isunordered", "signbit",
        "memory", "result", "options", "message", "asin", "acos", "atan", "atan2",
        "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "exp2", "expm1", "log2", "log10",
        "log1p", "cbrt", "hypot", "fmin", "fmax", "nan", "random", "time", "select", "read", "write", "link",
    ]

    mutating func enter() {
        scopes.append([])
        numbers.append([:])
    }

    mutating func leave() {
        scopes.removeLast()
        numbers.removeLast()
    }

    /// Beginnings of names that the runtime keeps for itself.
    private static let ownPrefixes = ["lanes_", "bits_", "scalar_", "math_", "reversible_", "run_"]

    /// A legal name that does not begin as the runtime's do.
    private static func base(_ wish: String) -> String {
        let name = identifier(wish)
        // Macros of the headers are in capitals, and so are some variables.
        if name.count > 2, name.allSatisfy({ $0.isUppercase || $0.isNumber || $0 == "_" }) {
            return name + "_v"
        }
        return ownPrefixes.contains(where: name.hasPrefix) ? "user_" + name : name
    }

    /// A name in the innermost scope, as close to `wish` as it can be.
    mutating func declare(_ wish: String) -> String {
        let base = CNames.base(wish)
        let name = free(base, key: base, separator: CNames.separator(base)) { $0.isTaken($1) }
        scopes[scopes.count - 1].insert(name)
        return name
    }

    private static func separator(_ base: String) -> String { base.last?.isNumber == true ? "_" : "" }

    /// The base itself, or the base with the smallest number, from 2 on, with which it is not taken.
    ///
    /// Within a scope names are only added. So all numbers below the last one found in it, or in one around it,
    /// are known to be taken.
    private mutating func free(
        _ base: String, key: String, separator: String, isTaken: (CNames, String) -> Bool
    ) -> String {
        guard isTaken(self, base) else { return base }
        var number = numbers.lazy.compactMap { $0[key] }.max() ?? 2
        while isTaken(self, "\(base)\(separator)\(number)") { number += 1 }
        numbers[numbers.count - 1][key] = number
        return "\(base)\(separator)\(number)"
    }

    /// A name for a function, beginning in a way that no variable's and no C library function's does.
    mutating func declareFunction(_ wish: String) -> String {
        let base = "run_" + CNames.identifier(wish)
        let name = free(base, key: base, separator: CNames.separator(base)) { names, name in
            CNames.reserved.contains(name) || names.scopes.contains { $0.contains(name) }
        }
        scopes[scopes.count - 1].insert(name)
        return name
    }

    /// A name for an array whose sizes have names made of it.
    mutating func declareArray(_ wish: String) -> String {
        let suffixes = ["_count", "_rows", "_columns"]
        let base = CNames.base(wish)
        let name = free(base, key: base + "[]", separator: "_") { names, name in
            names.isTaken(name) || suffixes.contains { names.isTaken(name + $0) }
        }
        scopes[scopes.count - 1].formUnion([name] + suffixes.map { name + $0 })
        return name
    }

    /// Whether a function for others may have this name.
    static func canBeGlobal(_ name: String) -> Bool {
        !reserved.contains(name) && !isOfLibrary(name) && !ownPrefixes.contains(where: name.hasPrefix)
    }

    /// Takes a name that another function gave.
    mutating func reserve(_ name: String) { scopes[scopes.count - 1].insert(name) }

    private func isTaken(_ name: String) -> Bool {
        CNames.reserved.contains(name) || CNames.languageWords.contains(name)
            || scopes.contains { $0.contains(name) }
    }

    /// The letters, digits and underscores of a name; other characters are spelled by their numbers.
    static func identifier(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": result.unicodeScalars.append(scalar)
            // A parameter without a name, `$0`, is `arg0`.
            case "$": result += "arg"
            case ".", " ", "-", "(", ")", "<", ">", "#", "[", "]": if !result.hasSuffix("_") { result += "_" }
            default: result += "u" + String(scalar.value, radix: 16)
            }
        }
        while result.hasSuffix("_") { result.removeLast() }
        if result.isEmpty { result = "t" }
        if let first = result.unicodeScalars.first, ("0"..."9").contains(first) || first == "_" {
            result = "v" + result
        }
        return result
    }
}
