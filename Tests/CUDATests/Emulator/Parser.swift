/// Parses the header, the module's variables and its kernels.
struct PTXParser {
    var tokens: [PTXToken]
    var position = 0
    var module = PTXSyntax.Module()

    static func parse(_ text: String) throws(EmulatorError) -> PTXSyntax.Module {
        var lexer = PTXLexer(text)
        var parser = PTXParser(tokens: try lexer.tokens())
        try parser.parseHeader()
        while parser.token.kind != .end {
            try parser.parseModuleItem()
        }
        return parser.module
    }

    // MARK: Tokens

    var token: PTXToken { tokens[position] }

    mutating func advance() {
        if position < tokens.count - 1 { position += 1 }
    }

    mutating func accept(_ text: String) -> Bool {
        guard token.text == text, token.kind != .string, token.kind != .end else { return false }
        advance()
        return true
    }

    mutating func expect(_ text: String) throws(EmulatorError) {
        guard accept(text) else { throw syntax("expected \"\(text)\", found \"\(token.text)\"") }
    }

    mutating func word(_ what: String) throws(EmulatorError) -> String {
        guard token.kind == .word else { throw syntax("expected \(what), found \"\(token.text)\"") }
        defer { advance() }
        return token.text
    }

    mutating func count(_ what: String) throws(EmulatorError) -> Int {
        guard token.kind == .number, case .integer(let value) = try literal(), value <= UInt64(Int32.max)
        else {
            throw syntax("expected \(what) as an integer, found \"\(token.text)\"")
        }
        return Int(value)
    }

    func syntax(_ message: String) -> EmulatorError {
        EmulatorError(.syntax, line: token.line, message)
    }

    // MARK: Header

    private mutating func parseHeader() throws(EmulatorError) {
        try expect(".version")
        let parts = token.text.split(separator: ".")
        guard token.kind == .number, parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1])
        else {
            throw syntax("expected a version such as 6.0, found \"\(token.text)\"")
        }
        module.version = 100 * major + minor
        advance()
        try expect(".target")
        let target = try word("a target such as sm_60")
        guard target.hasPrefix("sm_"), let number = Int(target.dropFirst(3).prefix(while: \.isNumber)) else {
            throw syntax("unknown target \"\(target)\"")
        }
        module.target = number
        while accept(",") { _ = try word("a target option") }
        try expect(".address_size")
        guard try count("the address size") == 64 else {
            throw syntax("only .address_size 64 is supported")
        }
    }

    // MARK: Module items

    private mutating func parseModuleItem() throws(EmulatorError) {
        if try skipDebugDirective() { return }
        var isExternal = false
        while token.text == ".visible" || token.text == ".extern" || token.text == ".weak" {
            isExternal = token.text == ".extern"
            advance()
        }
        switch token.text {
        case ".entry":
            advance()
            try parseKernel()
        case ".global", ".const", ".shared":
            let variable = try variableDeclaration(isExternal: isExternal)
            guard !module.variables.contains(where: { $0.name == variable.name }) else {
                throw EmulatorError(
                    .duplicateName, line: variable.line, "\"\(variable.name)\" is declared twice")
            }
            module.variables.append(variable)
        case ".func":
            throw EmulatorError(.unsupported, line: token.line, "functions (.func) are not supported")
        default:
            throw syntax("expected .entry, .global, .const or .shared, found \"\(token.text)\"")
        }
    }

    /// Skips `.loc`, `.file` and `.pragma`, which do not change what a kernel does.
    mutating func skipDebugDirective() throws(EmulatorError) -> Bool {
        switch token.text {
        case ".loc", ".file":
            let line = token.line
            while token.line == line, token.kind != .end { advance() }
            return true
        case ".pragma":
            while !accept(";") {
                guard token.kind != .end else { throw syntax(".pragma does not end") }
                advance()
            }
            return true
        default:
            return false
        }
    }

    private mutating func parseKernel() throws(EmulatorError) {
        let line = token.line
        var kernel = PTXSyntax.Kernel(name: try word("a kernel's name"), line: line)
        guard !module.kernels.contains(where: { $0.name == kernel.name }) else {
            throw EmulatorError(.duplicateName, line: line, "kernel \"\(kernel.name)\" is declared twice")
        }
        if accept("(") {
            if !accept(")") {
                repeat {
                    kernel.parameters.append(try parameterDeclaration())
                } while accept(",")
                try expect(")")
            }
        }
        while token.text.hasPrefix("."), token.kind == .word {
            let directive = try word("a directive")
            var numbers: [Int] = []
            repeat {
                numbers.append(try count("a number after \(directive)"))
            } while accept(",")
            switch directive {
            case ".reqntid": kernel.requiredThreads = numbers
            case ".maxntid": kernel.maximumThreads = numbers
            case ".minnctapersm", ".maxnreg": break
            default: throw syntax("unknown directive \(directive) of a kernel")
            }
        }
        try expect("{")
        try parseBody(of: &kernel)
        module.kernels.append(kernel)
    }

    private mutating func parameterDeclaration() throws(EmulatorError) -> PTXSyntax.Variable {
        guard token.text == ".param" else { throw syntax("expected .param, found \"\(token.text)\"") }
        var variable = try declarator()
        variable.space = .param
        return variable
    }
}
