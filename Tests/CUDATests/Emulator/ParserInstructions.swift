extension PTXParser {
    /// The body of a kernel after its opening brace.
    mutating func parseBody(of kernel: inout PTXSyntax.Kernel) throws(EmulatorError) {
        kernel.scopes = [PTXSyntax.Scope(parent: nil)]
        var open = [0]
        while let scope = open.last {
            guard token.kind != .end else {
                throw syntax("kernel \"\(kernel.name)\" does not end with \"}\"")
            }
            if accept("}") {
                open.removeLast()
            } else if accept("{") {
                open.append(kernel.scopes.count)
                kernel.scopes.append(PTXSyntax.Scope(parent: scope))
            } else if try !skipDebugDirective() {
                try parseStatement(into: &kernel, scope: scope)
            }
        }
    }

    private mutating func parseStatement(
        into kernel: inout PTXSyntax.Kernel, scope: Int
    ) throws(EmulatorError) {
        switch token.text {
        case ".reg":
            try registerDeclaration(into: &kernel, scope: scope)
            return
        case ".shared", ".local", ".global", ".const":
            let variable = try variableDeclaration(isExternal: false)
            guard kernel.scopes[scope].registers[variable.name] == nil,
                kernel.scopes[scope].variables[variable.name] == nil
            else {
                throw EmulatorError(
                    .duplicateName, line: variable.line, "\"\(variable.name)\" is declared twice")
            }
            kernel.scopes[scope].variables[variable.name] = kernel.variables.count
            kernel.variables.append(variable)
            return
        case ".param":
            throw EmulatorError(.unsupported, line: token.line, "local .param variables are not supported")
        default:
            break
        }
        if token.kind == .word, tokens[position + 1].text == ":" {
            guard kernel.labels[token.text] == nil else {
                throw EmulatorError(
                    .duplicateName, line: token.line, "label \"\(token.text)\" is declared twice")
            }
            kernel.labels[token.text] = kernel.statements.count
            kernel.statements.append(.label(token.text, line: token.line))
            advance()
            advance()
            return
        }
        kernel.statements.append(.instruction(try instruction(scope: scope)))
    }

    private mutating func instruction(scope: Int) throws(EmulatorError) -> PTXSyntax.Instruction {
        var predicate: (name: String, negated: Bool)?
        if accept("@") {
            let negated = accept("!")
            predicate = (try word("a predicate"), negated)
        }
        let line = token.line
        let mnemonic = try word("an instruction")
        let parts = mnemonic.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !parts[0].isEmpty, !parts[0].hasPrefix("%"), parts.dropFirst().allSatisfy({ !$0.isEmpty })
        else {
            throw EmulatorError(.syntax, line: line, "expected an instruction, found \"\(mnemonic)\"")
        }
        var operands: [PTXSyntax.Operand] = []
        if !accept(";") {
            repeat {
                operands.append(try operand())
            } while accept(",")
            try expect(";")
        }
        return PTXSyntax.Instruction(
            predicate: predicate, opcode: parts[0], modifiers: Array(parts.dropFirst()), operands: operands,
            line: line, scope: scope)
    }

    private mutating func operand() throws(EmulatorError) -> PTXSyntax.Operand {
        let first = try simpleOperand()
        guard accept("|") else { return first }
        return .pair(first, try simpleOperand())
    }

    private mutating func simpleOperand() throws(EmulatorError) -> PTXSyntax.Operand {
        if accept("[") { return try address() }
        if accept("!") { return .negated(.name(try word("a predicate"))) }
        if accept("{") {
            var elements: [PTXSyntax.Operand] = []
            repeat {
                elements.append(try simpleOperand())
            } while accept(",")
            try expect("}")
            return .vector(elements)
        }
        if token.kind == .word { return .name(try word("an operand")) }
        return .literal(try signedLiteral())
    }

    private mutating func address() throws(EmulatorError) -> PTXSyntax.Operand {
        var base: String?
        var offset: Int64 = 0
        if token.kind == .word {
            base = try word("an address")
        }
        // As the assembler: a negative offset is written [r+-8].
        if base == nil || accept("+") {
            guard case .integer(let value) = try signedLiteral() else {
                throw syntax("an offset is an integer")
            }
            offset = Int64(bitPattern: value)
        }
        try expect("]")
        return .address(base: base, offset: offset)
    }
}
