import ReversibleCore

/// Writes one function of a program as one C function.
final class FunctionEmitter {
    let unit: SourceUnit
    let variant: SourceUnit.Variant
    let signature: Signature
    let program: LoweredFunction
    var out = CWriter()
    var names: CNames
    var storage: [Int: Storage] = [:]
    /// The loop whose iterations run side by side, while its body is emitted.
    var lanes: LaneContext?
    /// The C name of the mask under which statements are emitted; nil if no lane is out of play.
    var mask: String?
    /// The C expression of the flat index, inside a loop over whole arrays.
    var elementIndex: CValue?
    /// Values of the current statement's shared subexpressions, and how often each is used.
    var known: [Node: CValue] = [:]
    var uses: [Node: Int] = [:]
    /// Inside such a loop: which expressions have the same value.
    var values = ValueNumbers<CValue>()
    /// Where the current statement was written.
    var location: SourceLocation?
    private var announced = ""
    /// How many labels there are: they belong to the whole function, not to a block.
    private var cuts = 0
    /// Functions made on the way: the bodies of parallel loops.
    var companions: [String] = []

    var isChecked: Bool { unit.checks == .all }
    var real: String { unit.real }
    var definition: Definition { variant.definition }

    init(
        _ unit: SourceUnit, _ variant: SourceUnit.Variant, _ signature: Signature, _ program: LoweredFunction
    ) {
        self.unit = unit
        names = CNames()
        self.variant = variant
        self.signature = signature
        self.program = program
    }

    // MARK: The function

    /// The whole C text.
    func function() -> String {
        let head =
            "static \(signature.resultType) \(signature.name)"
            + "(\(signature.declarations(isAliased: variant.isAliased)))"
        if let declaration = signature.resultDeclaration { unit.declarePrototype(declaration) }
        unit.declarePrototype(head + ";")
        for (parameter, c) in zip(definition.parameters, signature.parameters) {
            let name = c.name
            names.reserve(name)
            sizes(of: c).forEach { names.reserve($0) }
            storage[parameter.variable.id] = Storage(
                name: name, kind: c.kind,
                count: c.kind == .matrix ? "\(name)_rows * \(name)_columns" : "\(name)_count",
                rows: "\(name)_rows", columns: "\(name)_columns")
        }
        let source = variant.form.inverted ? "the inverse of \(definition.name)" : definition.name
        out.line("/* \(comment(source)) */")
        out.open(head)
        let start = out.lines.count
        let isRecursive = unit.lowering.isRecursive(definition)
        if isRecursive {
            out.line("if ((char *)__builtin_frame_address(0) < run->floor)")
            out.line("    fail(run, REVERSIBLE_STACK_EXHAUSTED, \"the recursion needs more stack\");")
            // An endless recursion would else go on to the end of a stack of gigabytes.
            if unit.checks != .none {
                out.line(
                    "require(++run->depth <= run->options->call_depth_limit, \(quoted("calls are nested too deep")));"
                )
            }
        }
        block(program.block)
        if isRecursive, unit.checks != .none { out.line("--run->depth;") }
        let results = signature.results.map { name(definition.parameters[$0].variable) }
        switch results.count {
        case 0: break
        case 1: out.line("return \(results[0]);")
        default: out.line("return (\(signature.resultType)){\(results.joined(separator: ", "))};")
        }
        clean(since: start)
        // Sizes that nothing asks for, and parameters that nothing reads, are part of the signature all the same.
        ignoreUnused(
            (signature.needsRun ? ["run"] : [])
                + signature.parameters.filter(\.isPassed).flatMap { [$0.name] + sizes(of: $0) }, since: start)
        out.close()
        return (companions + [out.lines.joined(separator: "\n") + "\n"]).joined(separator: "\n")
    }

    /// Tells the compiler which of these names the lines since `start` do not use.
    func ignoreUnused(_ names: [String], since start: Int) {
        let lines = out.cut(from: start)
        let used = Set(lines.flatMap { SourceLibrary.words($0[...]) }.map(String.init))
        let unused = names.filter { !used.contains($0) }
        if !unused.isEmpty { out.line(unused.map { "(void)\($0);" }.joined(separator: " ")) }
        out.paste(lines)
    }

    private func sizes(of parameter: Signature.Parameter) -> [String] {
        switch parameter.kind {
        case .vector, .integerVector: ["\(parameter.name)_count"]
        case .matrix: ["\(parameter.name)_rows", "\(parameter.name)_columns"]
        case .scalar, .integer, .index, .stack: []
        }
    }

    // MARK: Variables

    func store(of variable: Variable) -> Storage {
        if let known = storage[variable.id] { return known }
        if let constant = variable.constant { return unit.storage(of: constant) }
        // A stack of the run has a fixed number.
        if variable.kind == .stack, let token = variable.storage {
            return Storage(name: "\(unit.runStack(token))", kind: .stack)
        }
        return Storage(name: "missing_\(variable.id)", kind: variable.kind)
    }

    func name(_ variable: Variable) -> String { store(of: variable).name }

    /// Declares a C name for a variable.
    @discardableResult
    func declare(_ variable: Variable, isVarying: Bool = false) -> Storage {
        let name = names.declare(program.names[variable.id] ?? "t")
        let made = Storage(name: name, kind: variable.kind, isVarying: isVarying)
        storage[variable.id] = made
        return made
    }

    func type(_ element: ValueType.Element, isVarying: Bool) -> String {
        switch element {
        case .real: isVarying ? "vf" : real
        case .integer: isVarying ? "vi" : "int64_t"
        case .boolean: isVarying ? "vi" : "bool"
        }
    }

    // MARK: Blocks and statements

    func block(_ block: Block) {
        if block.ancillas.isEmpty { return emit(block.statements) }
        let allocates = block.ancillas.contains { $0.variable.kind.isArray && !$0.isSmallArray }
        let outer = block.ancillas.map { storage[$0.variable.id] }
        var stacks: [(storage: Storage, isRestored: Bool)] = []
        names.enter()
        out.open("")
        let mark = names.declare("mark")
        if allocates { out.line("const memory_mark \(mark) = mark_memory(run);") }
        let available = values.available
        for ancilla in block.ancillas {
            begin(ancilla)
            if lanes != nil { values.begin(ancilla.variable) }
            if ancilla.variable.kind == .stack {
                stacks.append((store(of: ancilla.variable), ancilla.rule == .restored))
            }
        }
        emit(block.statements)
        for ancilla in block.ancillas.reversed() where isChecked { end(ancilla) }
        if allocates { out.line("release_memory(run, \(mark));") }
        for (stack, isRestored) in stacks.reversed() {
            // What a cotangent holds where its ancilla is the constant zero concerns nobody.
            if !isRestored { out.line("run->stacks[\(stack.name)].count = 0;") }
            out.line("close_stack(run, \(stack.name));")
        }
        out.close()
        names.leave()
        values.available = available
        for (ancilla, outer) in zip(block.ancillas, outer) { storage[ancilla.variable.id] = outer }
    }

    /// Emits statements; long rows of them in parts.
    ///
    /// Compilers assign registers block by block, in a time that grows with the square of a block's length. A jump
    /// that is not taken, and costs nothing, ends a block. It also grows with the square of how often one variable is
    /// used: between two parts what changes goes through memory, so that it is another variable in each.
    private func emit(_ statements: [Statement]) {
        var changed: Set<Variable> = []
        for (position, statement) in statements.enumerated() {
            if position > 0, position % Self.partLength == 0, statements.count - position >= Self.partLength {
                cuts += 1
                out.line("__asm__ goto(\"\" : : : : cut_\(cuts));")
                out.line("cut_\(cuts):;")
                passThroughMemory(changed)
                changed = []
            }
            emit(statement)
            if statements.count >= 2 * Self.partLength {
                changed.formUnion(Accesses(of: statement).written)
            }
        }
    }

    /// Says that something might read and change these variables where they are kept, which nothing does.
    private func passThroughMemory(_ variables: Set<Variable>) {
        let names = variables.sorted { $0.id < $1.id }.compactMap { variable -> String? in
            guard variable.kind == .scalar || variable.kind == .integer, let storage = storage[variable.id],
                storage.sums == nil, storage.name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
            else { return nil }
            return storage.name
        }
        // Compilers take at most 30 operands, and each of these counts twice.
        for first in Swift.stride(from: 0, to: names.count, by: 10) {
            let operands = names[first...].prefix(10).map { "\"+m\"(\($0))" }.joined(separator: ", ")
            out.line("__asm__(\"\" : \(operands));")
        }
    }

    private static let partLength = 200

    func emit(_ statement: Statement) {
        location = statement.location ?? location
        if let location = statement.location {
            let place = "\(location.fileID):\(location.line)"
            if announced != place { out.line("/* \(comment(place)) */") }
            announced = place
        }
        let outer = (known, uses)
        known = [:]
        uses = [:]
        numbering(statement) { emitKind(of: statement) }
        (known, uses) = outer
    }

    private func emitKind(of statement: Statement) {
        switch statement.kind {
        case .update(let s): s.emit(to: self)
        case .swap(let s): s.emit(to: self)
        case .negate(let s): s.emit(to: self)
        case .rotate(let s): s.emit(to: self)
        case .hadamard(let s): s.emit(to: self)
        case .branch(let s): s.emit(to: self)
        case .whileLoop(let s): s.emit(to: self)
        case .forLoop(let s): s.emit(to: self)
        case .call(let s): s.emit(to: self)
        case .move(let s): s.emit(to: self)
        case .assertion(let s): s.emit(to: self)
        case .block(let s): block(s)
        case .compute(let s): block(s.expanded)
        case .rerun(let s): block(s.expanded)
        case .misuse: break
        }
    }

    /// Emits lines that are a C block of their own: their temporaries end with it.
    func scoped(_ body: () -> Void) {
        names.enter()
        keepingValues(body)
        names.leave()
    }

    /// Emits lines after which the values they computed are not at hand.
    func keepingValues(_ body: () -> Void) {
        let outer = (known, values.available)
        body()
        (known, values.available) = outer
    }

    // MARK: Checks

    /// A check, in checked code.
    func require(_ condition: String, _ message: String) {
        guard isChecked else { return }
        out.line("require(\(condition), \(quoted(message)));")
    }

    /// A check that an index is one; without other checks it fails because undoing has lost a decision.
    func requireInside(_ condition: String, _ message: String) {
        if isChecked { return require(condition, message) }
        out.line("require_kept(\(condition), \(quoted(message)));")
    }

    /// A check that arrays go together: one comparison for a statement, made wherever anything is checked. If it fails
    /// for arrays whose sizes may be lost, undoing has lost a decision.
    func requireSizes(_ condition: String, of arrays: [Variable]) {
        guard unit.checks != .none else { return }
        let check =
            arrays.contains(where: program.lost.sizes.contains) ? "require_kept" : "require_sizes"
        out.line("\(check)(\(condition), \(quoted("arrays that go together differ in size")));")
    }

    /// A check that views are where they say they are. If it fails for what may be lost, undoing has lost a decision.
    func requireViews(_ holds: String, if condition: Node) {
        guard unit.checks != .none else { return }
        let check = program.lost.mayBeWrong(condition) ? "require_kept" : "require_sizes"
        out.line("\(check)(\(holds), \(quoted("a view does not fit its array, or another view")));")
    }

    /// A message as C text, with the statement's place before it.
    private func quoted(_ message: String) -> String {
        let place = location.map { "\($0): " } ?? ""
        return CLiteral.text(place + "in `\(definition.name)`: " + message)
    }

    private func comment(_ text: String) -> String {
        // Nearly every statement has one, and nearly none of them has anything to be replaced.
        if !text.utf8.contains(where: {
            [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "\n")].contains($0)
        }) {
            return text
        }
        return text.replacing("*/", with: "* /").replacing("/*", with: "/ *").replacing("\n", with: " ")
            .replacing(
                "??", with: "? ?")
    }
}
