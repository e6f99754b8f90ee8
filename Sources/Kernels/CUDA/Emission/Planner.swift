import ReversibleCore

/// Turns a lowered program into kernels and the order of their launches.
///
/// The walk goes over the statements outside of all parallel loops. Those that one thread can do are gathered until
/// one comes that many threads can share out.
final class Planner {
    let definition: Definition
    let program: LoweredFunction
    /// The program's statements, for the sizes that are known.
    private let block: Block
    /// What is known of the sizes of parameters' arrays, by position.
    private let sizes: [Int: [Int?]]
    let options: PTXOptions
    var precision: PTXPrecision { options.number }
    /// Where the variables live that several kernels use, by number.
    var devices: [Int: DeviceVariable] = [:]
    /// The sizes of threads' own arrays.
    var hostSizes: [Int: [HostInteger]] = [:]
    var hostIndices: [Int: HostInteger] = [:]
    private(set) var buffers: [KernelPlan.Buffer] = []
    private(set) var kernels: [KernelPlan.Kernel] = []
    var steps: [KernelPlan.Step] = []
    private var tables: [[UInt64]] = []
    private var constantTables: [(name: String, words: [UInt64])] = []
    private(set) var parameters: [KernelPlan.Parameter] = []
    /// The memory of accounts of undoing, if the program keeps any.
    var accounts: Int?
    /// How far apart sums may be that an account compares, relative to their magnitudes.
    let driftTolerance: Double
    /// The parameters that start at zero, by position.
    private let startingAtZero: Set<Int>
    /// For every parameter whether its final value is wanted.
    private let wanted: [Bool]
    /// Those of them that no statement has used so far in the walk.
    var zeros: Set<Variable> = []
    /// Statements for one thread, not yet in a kernel.
    private var pending: [Statement] = []
    /// What a lost decision may have changed: of the program, and sums that it reads.
    var lost: LostValues
    /// Numbers that these begin with setting to 0.
    private var pendingZeros: [Variable] = []
    /// Conditions under which the statements that are walked over run.
    var guards: [Node] = []
    var loopCount = 0
    var location: SourceLocation?
    var hasParallelKernel = false
    private var nextVariable: Int
    private(set) var names: [Int: String]

    init(
        _ definition: Definition, _ program: LoweredFunction, _ options: PTXOptions, wanted: [Bool],
        sizes: [Int: [Int?]], startingAtZero: Set<Int>, driftTolerance: Double
    ) {
        self.definition = definition
        self.program = program
        lost = program.lost
        self.sizes = sizes
        var known: [Variable: [Int?]] = [:]
        for (position, sizes) in sizes { known[definition.parameters[position].variable] = sizes }
        block = sizes.isEmpty ? program.block : Specialization(known)(program.block)
        self.options = options
        self.wanted = wanted
        self.startingAtZero = startingAtZero
        self.driftTolerance = driftTolerance
        names = program.names
        nextVariable = (program.names.keys.max() ?? 0) + 1
        for variable in block.namedVariables { nextVariable = max(nextVariable, variable.id + 1) }
    }

    // MARK: The plan

    func plan() throws(PTXError) -> KernelPlan {
        declareParameters()
        for variable in block.constants { declareConstant(variable) }
        clearZeros()
        try walk(block)
        try flush()
        let undoing = try addVerdict()
        guard hasParallelKernel else {
            throw PTXError(
                .nothingParallel,
                "`\(definition.name)` has no `ParallelFor`, no statement on whole arrays and no `For` of many independent "
                    + "turns at its top level, so that a GPU has nothing to share out; put the independent work into a "
                    + "`ParallelFor`, or run the function with `compile`", at: firstLocation(block))
        }
        return KernelPlan(
            name: definition.name, precision: precision, parameters: parameters, buffers: buffers,
            kernels: kernels, steps: steps, prelude: prelude, undoing: undoing)
    }

    private func declareParameters() {
        let modes = Accesses(of: block).modes
        declareAccounts(used: Set(modes.keys))
        let count = definition.parameters.count - definition.accountParameterCount
        for (position, parameter) in definition.parameters.prefix(count).enumerated() {
            let variable = parameter.variable
            let mode = modes[variable] ?? []
            let isZero = startingAtZero.contains(position) && (!mode.isEmpty || wanted[position])
            let isWritten = isZero || mode.changes
            if isZero { zeros.insert(variable) }
            parameters.append(
                KernelPlan.Parameter(
                    name: parameter.name, kind: variable.kind,
                    isRead: program.needed[position] && !isZero, isWritten: isWritten,
                    sizes: sizes[position] ?? [], startsAtZero: isZero))
            names[variable.id] = parameter.name
            let role = KernelPlan.Buffer.Role.parameter(position)
            func buffer(_ count: HostInteger) -> Int {
                buffers.append(
                    KernelPlan.Buffer(
                        name: parameter.name, role: role, isReal: variable.kind.isReal, count: count))
                return buffers.count - 1
            }
            switch variable.kind {
            case .scalar:
                devices[variable.id] = isWritten ? .number(buffer(.constant(1))) : .real(position)
            case .integer, .index:
                devices[variable.id] =
                    isWritten ? .number(buffer(.constant(1))) : .value(.argument(position))
            case .vector, .integerVector:
                let count = size(position, .count)
                devices[variable.id] = .array(buffer(count), [count])
            case .matrix:
                let (rows, columns) = (size(position, .rows), size(position, .columns))
                devices[variable.id] = .array(buffer(rows * columns), [rows, columns])
            case .stack: break  // its uses are refused
            }
        }
    }

    /// One of the sizes of a parameter's array.
    private func size(_ position: Int, _ axis: Axis) -> HostInteger {
        sizes[position].flatMap { axis.size(of: $0) }.map { .constant($0) } ?? .size(position, axis)
    }

    /// The table of a constant array.
    private func declareConstant(_ variable: Variable) {
        guard let constant = variable.constant, constant.kind.isArray else { return }
        let name = "constant_table_\(constantTables.count)"
        constantTables.append((name, constant.words(of: precision)))
        names[variable.id] = constant.name ?? "constant"
        let sizes: [HostInteger] = constant.kind.axes.map { .constant(constant.size($0)) }
        buffers.append(
            KernelPlan.Buffer(
                name: name, role: .table(name), isReal: constant.kind.isReal,
                count: .constant(constant.count)))
        devices[variable.id] = .array(buffers.count - 1, sizes)
    }

    func addTemporary(_ name: String, isReal: Bool, count: HostInteger) -> Int {
        buffers.append(KernelPlan.Buffer(name: name, role: .temporary, isReal: isReal, count: count))
        return buffers.count - 1
    }

    /// Memory that every thread, or every block, of a grid needs: for the largest grid, if it varies.
    func resize(_ buffer: Int, to count: HostInteger, for grid: HostInteger, limit: Int) {
        buffers[buffer].count = count * (grid.dependsOnTurns ? .constant(limit) : grid)
    }

    /// The name of a table in the module.
    func table(_ words: [UInt64]) -> String {
        let number = tables.firstIndex(of: words) ?? tables.count
        if number == tables.count { tables.append(words) }
        return "math_table_\(number)"
    }

    private var prelude: String {
        // Atomic additions of doubles need sm_60, shuffles of a warp's members version 6.0: nothing emitted needs more.
        var lines = [".version 6.0", ".target sm_60", ".address_size 64"]
        let named = tables.enumerated().map { (name: "math_table_\($0)", words: $1) } + constantTables
        for (name, words) in named {
            let list = words.map { "\(Int64(bitPattern: $0))" }.joined(separator: ", ")
            lines.append("")
            lines.append(".global .align 8 .b64 \(name)[\(words.count)] = {\(list)};")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: The walk

    func walk(_ block: Block) throws(PTXError) {
        for ancilla in block.ancillas { try declare(ancilla, at: location ?? firstLocation(block)) }
        for statement in block.statements { try walk(statement) }
    }

    private func declare(_ ancilla: Ancilla, at location: SourceLocation?) throws(PTXError) {
        let variable = ancilla.variable
        guard variable.kind != .stack else {
            throw PTXError(
                .unsupportedStatement,
                "the stack `\(name(variable))` has no form on a GPU: it has no bound that is known before a launch; run "
                    + "the function with `compile`", at: location)
        }
        var sizes: [HostInteger] = []
        for size in ancilla.sizes {
            sizes.append(try memorySize(size, of: variable, if: guards, at: location))
        }
        let count = sizes.reduce(.constant(1), *)
        let buffer = addTemporary(name(variable), isReal: variable.kind.isReal, count: count)
        devices[variable.id] = variable.kind.isArray ? .array(buffer, sizes) : .number(buffer)
        guard variable.kind.isArray else { return pendingZeros.append(variable) }
        // Statements that wait do not know the array: it may as well be cleared before them.
        steps.append(.clear(buffer))
        if variable.kind.isReal { zeros.insert(variable) }
    }

    /// The size of an ancilla in device memory, which is allocated before the first kernel runs: nothing, where it is
    /// known not to be used.
    func memorySize(
        _ size: Node, of variable: Variable, if conditions: [Node], at location: SourceLocation?
    ) throws(PTXError) -> HostInteger {
        if let known = host(size), !known.dependsOnTurns {
            switch known {
            case .constant, .size: return known
            default:
                let size = guarded(known, by: conditions)
                return size.dependsOnTurns ? known : size
            }
        }
        throw PTXError(
            .unknownBeforeLaunch,
            "the size \(text(size)) of the ancilla `\(name(variable))` must be known before the first kernel is launched; "
                + "make it of sizes of arguments, and of integer arguments that do not change", at: location)
    }

    private func walk(_ statement: Statement) throws(PTXError) {
        location = statement.location ?? location
        defer { zeros.subtract(used(by: statement)) }
        if statement.asksStacks { throw unsupported(statement, at: location) }
        guard statement.hasParallelWork else { return wait(statement) }
        switch statement.kind {
        case .block(let block): try walk(block)
        case .compute(let s): try walk(s.expanded)
        case .forLoop(let s):
            guard s.parallel || !s.isShort, let shared = s.sharedOut else {
                return try walkLoop(s, statement)
            }
            if !s.parallel, [s.start, s.end, s.step].contains(where: { host($0) == nil }) {
                return wait(statement)
            }
            clearNumbers(for: statement)
            let replaced = try hoistingSums(from: Statement(.forLoop(shared), at: statement.location))
            try flush()
            if case .forLoop(let loop) = replaced.kind { try addLoop(guarded(loop), replaced) }
        case .branch(let s): try walkBranch(s, statement)
        case .whileLoop(let s):
            guard statement.asksForThreads else { return wait(statement) }
            try walkWhile(s, statement)
        default:
            guard statement.isElementary else { throw unsupported(statement, at: location) }
            clearNumbers(for: statement)
            let replaced = try hoistingSums(from: statement)
            guard let array = replaced.wholeArray else { return wait(replaced) }
            try flush()
            try addElementwise(replaced, over: array)
        }
    }

    /// Puts a statement with those that one thread does.
    func wait(_ statement: Statement) {
        var statement = statement
        if statement.location == nil { statement.location = location }
        for condition in guards.reversed() {
            let body = Block(statements: [statement])
            statement = Statement(
                .branch(Branch(pre: condition, post: condition, then: body, otherwise: Block())),
                at: statement.location)
        }
        pending.append(statement)
    }

    // MARK: Kernels

    /// A name for the next kernel.
    func kernelName(_ role: String) -> String {
        "\(PTXNames.identifier(definition.name))_\(role)_\(kernels.count + 1)"
    }

    func add(_ kernel: KernelPlan.Kernel) throws(PTXError) {
        guard kernel.slots.count <= 512 else {
            throw PTXError(
                .unsupportedStatement,
                "a kernel for this part of `\(definition.name)` has \(kernel.slots.count) parameters, and kernels can have "
                    + "512; put fields of large structs into vectors, or split the work into several `ParallelFor`",
                at: location)
        }
        kernels.append(kernel)
        steps.append(.launch(kernels.count - 1))
    }

    /// Clears numbers that no kernel of one thread has set to 0 so far.
    ///
    /// - Parameter statement: Whose kernels of many threads use them; nil for all.
    func clearNumbers(for statement: Statement? = nil) {
        guard !pendingZeros.isEmpty else { return }
        let used = statement.map { statement in
            var accesses = Accesses(of: statement).all
            // A number gets its sums from one thread.
            if case .update(let s) = statement.kind, !s.place.isWholeArray {
                accesses.removeAll { $0.place == s.place && $0.mode != .read }
            }
            return Set((accesses.map(\.place) + guards.flatMap(\.reads)).map(\.variable))
        }
        for number in pendingZeros where used?.contains(number) ?? true {
            if let buffer = buffer(of: number) { steps.append(.clear(buffer)) }
        }
        pendingZeros.removeAll { used?.contains($0) ?? true }
    }

    /// Puts the statements that are waiting into a kernel of one thread.
    func flush() throws(PTXError) {
        guard !pending.isEmpty else { return }
        let (statements, numbers) = (pending, pendingZeros)
        (pending, pendingZeros) = ([], [])
        let emitter = KernelEmitter(self, name: kernelName("serial"), threadsPerBlock: 1)
        emitter.location = location
        try emitter.clear(numbers)
        try emitter.block(Block(statements: statements))
        for (buffer, count) in emitter.threadBuffers {
            resize(buffer, to: count, for: .constant(1), limit: 1)
        }
        try add(
            emitter.kernel(purpose: "One thread.", iterations: .constant(1), blocks: .constant(1))
        )
    }

    /// A variable for a number in between, in memory of the device.
    func temporaryNumber(_ wish: String, isReal: Bool) -> Variable {
        let variable = Variable(
            id: nextVariable, kind: isReal ? .scalar : .integer, owner: definition.owner)
        names[nextVariable] = wish
        nextVariable += 1
        devices[variable.id] = .number(addTemporary(wish, isReal: isReal, count: .constant(1)))
        return variable
    }

    func buffer(of variable: Variable) -> Int? {
        switch devices[variable.id] {
        case .number(let buffer), .array(let buffer, _): buffer
        default: nil
        }
    }
}
