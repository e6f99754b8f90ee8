extension PTXParser {
    /// A declaration of a variable with its semicolon.
    mutating func variableDeclaration(isExternal: Bool) throws(EmulatorError) -> PTXSyntax.Variable {
        var variable = try declarator()
        if accept("=") {
            guard variable.space == .global || variable.space == .const else {
                throw syntax("only .global and .const variables may have an initial value")
            }
            let elements = try initialElements()
            let bytes = elements.flatMap { PTXParser.bytes(of: $0, as: variable.type) }
            if variable.byteCount == 0 { variable.byteCount = bytes.count }
            guard bytes.count <= variable.byteCount else {
                throw syntax("\"\(variable.name)\" has more initial values than elements")
            }
            variable.initialBytes = bytes + [UInt8](repeating: 0, count: variable.byteCount - bytes.count)
        }
        guard variable.byteCount > 0 || (isExternal && variable.space == .shared) else {
            throw syntax("\"\(variable.name)\" needs a size")
        }
        try expect(";")
        return variable
    }

    /// `.space .align n .type name[count]…`, up to but without `=`, `,`, `)` or `;`.
    mutating func declarator() throws(EmulatorError) -> PTXSyntax.Variable {
        guard let space = EmulatorSpace(rawValue: String(token.text.dropFirst())) else {
            throw syntax("unknown state space \(token.text)")
        }
        advance()
        var alignment: Int?
        var type: EmulatorType?
        while token.kind == .word, token.text.hasPrefix(".") {
            let part = String(token.text.dropFirst())
            if part == "align" {
                advance()
                let value = try count("an alignment")
                guard value > 0, value & (value - 1) == 0 else {
                    throw syntax("\(value) is not a power of two")
                }
                alignment = value
            } else if let scalar = EmulatorType(rawValue: part), type == nil, scalar != .pred {
                type = scalar
                advance()
            } else if type != nil, space == .param, part == "ptr" {
                // An attribute for the optimiser: .ptr [.space] [.align n].
                advance()
                if EmulatorSpace(rawValue: String(token.text.dropFirst())) != nil { advance() }
                if accept(".align") { _ = try count("an alignment") }
            } else {
                throw syntax("unexpected \"\(token.text)\" in a declaration")
            }
        }
        guard let type else { throw syntax("a declaration needs a type, found \"\(token.text)\"") }
        let line = token.line
        let name = try word("a name")
        var byteCount = type.byteCount
        while accept("[") {
            if accept("]") {
                byteCount = 0
            } else {
                byteCount *= try count("a number of elements")
                try expect("]")
            }
        }
        return PTXSyntax.Variable(
            name: name, space: space, type: type, alignment: alignment ?? type.byteCount,
            byteCount: byteCount,
            initialBytes: [], line: line)
    }

    private mutating func initialElements() throws(EmulatorError) -> [PTXSyntax.Literal] {
        guard accept("{") else { return [try signedLiteral()] }
        var elements: [PTXSyntax.Literal] = []
        repeat {
            elements += try initialElements()
        } while accept(",")
        try expect("}")
        return elements
    }

    private static func bytes(of literal: PTXSyntax.Literal, as type: EmulatorType) -> [UInt8] {
        let word = literal.word(as: type)
        return (0..<type.byteCount).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }

    // MARK: Registers

    /// `.reg .type name, name<count>;`
    mutating func registerDeclaration(into kernel: inout PTXSyntax.Kernel, scope: Int) throws(EmulatorError) {
        advance()
        let typeName = try word("a register type")
        guard typeName.hasPrefix("."), let type = EmulatorType(rawValue: String(typeName.dropFirst())) else {
            throw EmulatorError(.unsupported, line: token.line, "unknown register type \(typeName)")
        }
        repeat {
            let name = try word("a register's name")
            if accept("<") {
                let count = try count("a number of registers")
                try expect(">")
                for index in 0..<count {
                    try declare(name + String(index), type, in: &kernel, scope)
                }
            } else {
                try declare(name, type, in: &kernel, scope)
            }
        } while accept(",")
        try expect(";")
    }

    private func declare(
        _ name: String, _ type: EmulatorType, in kernel: inout PTXSyntax.Kernel, _ scope: Int
    ) throws(EmulatorError) {
        guard kernel.scopes[scope].registers[name] == nil, kernel.scopes[scope].variables[name] == nil else {
            throw EmulatorError(.duplicateName, line: token.line, "\"\(name)\" is declared twice")
        }
        kernel.scopes[scope].registers[name] = kernel.registers.count
        kernel.registers.append(
            PTXSyntax.Register(name: name, type: type, firstStatement: kernel.statements.count))
    }

    // MARK: Numbers

    mutating func signedLiteral() throws(EmulatorError) -> PTXSyntax.Literal {
        guard accept("-") else { return try literal() }
        switch try literal() {
        case .integer(let value): return .integer(0 &- value)
        case .single(let bits): return .single(bits ^ 0x8000_0000)
        case .double(let bits): return .double(bits ^ 0x8000_0000_0000_0000)
        }
    }

    /// A number as PTX writes it: decimal, `0x`, `0b`, octal, `0f` and `0d` bit patterns, decimal fractions.
    mutating func literal() throws(EmulatorError) -> PTXSyntax.Literal {
        guard token.kind == .number else { throw syntax("expected a number, found \"\(token.text)\"") }
        let text = token.text.lowercased()
        guard let value = Self.value(of: text) else { throw syntax("\"\(token.text)\" is not a number") }
        advance()
        return value
    }

    private static func value(of text: String) -> PTXSyntax.Literal? {
        if text.hasPrefix("0f") {
            return text.count == 10 ? UInt32(text.dropFirst(2), radix: 16).map { .single($0) } : nil
        }
        if text.hasPrefix("0d") {
            return text.count == 18 ? UInt64(text.dropFirst(2), radix: 16).map { .double($0) } : nil
        }
        if text.hasPrefix("0x") { return integer(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0b") { return integer(text.dropFirst(2), radix: 2) }
        if text.contains(".") || text.contains("e") { return Double(text).map { .double($0.bitPattern) } }
        if text.hasPrefix("0"), text.count > 1, text != "0u" { return integer(text.dropFirst(1), radix: 8) }
        return integer(text[...], radix: 10)
    }

    private static func integer(_ digits: Substring, radix: Int) -> PTXSyntax.Literal? {
        UInt64(digits.hasSuffix("u") ? digits.dropLast() : digits, radix: radix).map { .integer($0) }
    }
}

extension PTXSyntax.Literal {
    /// The word that a register of type `type` holds after this literal was moved to it.
    func word(as type: EmulatorType) -> UInt64 {
        switch self {
        case .integer(let value):
            return value & type.mask
        case .single(let bits):
            return type.width == 64 ? Double(Float(bitPattern: bits)).bitPattern : UInt64(bits)
        case .double(let bits):
            return type.width == 64 ? bits : UInt64(Float(Double(bitPattern: bits)).bitPattern)
        }
    }
}
