import ReversibleCore

/// Writes one kernel.
final class KernelEmitter {
    let planner: Planner
    let name: String
    var out = PTXWriter()
    /// What is loaded from the parameters before anything else.
    private var prologue: [KernelLine] = []
    private(set) var slots: [KernelPlan.Slot] = []
    private(set) var slotNames: [String] = []
    private var slotRegisters: [KernelPlan.Slot: String] = [:]
    var storage: [Int: KernelStorage] = [:]
    /// Which expressions have the same value, and in which registers values are at hand.
    var values = ValueNumbers<String>()
    /// The register of the flat index, where statements on whole arrays are done element by element.
    var elementIndex: String?
    /// In a kernel of many threads: how its iterations share places.
    var threads: ThreadPlan?
    /// How many conditions that differ between threads stand around the current statement.
    var divergence = 0
    /// What decides whether the current statement is reached in an iteration: conditions, and nil for the turns of a
    /// loop, of which there may be none.
    var conditions: [Node?] = []
    /// The predicates of a warp's turn, once they are needed.
    var warp: WarpTurn?
    var lanes: WarpLanes?
    /// Sums of warps that are not made yet.
    var pendingSums: [WarpSum] = []
    var sharedBytes = 0
    var localArrays: [(symbol: String, bytes: Int)] = []
    /// How many threads form a block.
    var threadsPerBlock: Int
    /// How many iterations a thread takes at a time, as long as there are enough.
    var packSize = 1
    /// The number of the thread in its block.
    lazy var blockThread = makeBlockThread()
    /// The rows of iterations that are in shared memory.
    var staged: [StagedRows] = []
    /// Whether no thread has more than one iteration, however many there are.
    var takesOneTurn = false
    /// Elements that are 0 until the next statement that names them, by the arrays' numbers.
    var zeros: [Int: RowPattern] = [:]
    /// The array that the statement on whole arrays finds zeros in.
    var wholeZero: Variable?
    var privateSums: [PrivateSum] = []
    var privateArrays: [PrivateArray] = []
    /// Where contributions to scattered arrays add up in any order.
    var scatters: [Variable: Scatter] = [:]
    var scatterRegisters: [String: [String]] = [:]
    /// Whether this kernel only looks how large the contributions to scattered arrays are.
    var isMeasuring = false
    /// What blocks leave for a second kernel to add up.
    var leftovers: [BlockLeftover] = []
    /// The number of the thread in the grid, and how many the grid has.
    lazy var threadNumber = makeThreadNumber()
    lazy var threadCount = makeThreadCount()
    /// The memory of threads' own arrays: buffer numbers, and how many elements each thread has.
    var threadBuffers: [(buffer: Int, count: HostInteger)] = []
    /// Memory of every iteration's own in the place of elements that do not exist, once it is needed.
    var spare: (buffer: Int, register: String)?
    /// What the sizes of arrays must be.
    var requirements: [KernelPlan.Requirement] = []
    /// The same for sums of threads' own, which do not grow with packs.
    var summedBuffers: [(buffer: Int, count: HostInteger)] = []
    /// Where the current statement was written.
    var location: SourceLocation?
    private var announced = ""

    var precision: PTXPrecision { planner.precision }
    /// The type of real numbers in instructions.
    var realType: String { precision.type }
    var realClass: RegisterClass { precision == .double ? .f64 : .f32 }

    /// - Parameter threadsPerBlock: As the options say, if nil.
    init(_ planner: Planner, name: String, threadsPerBlock: Int? = nil) {
        self.planner = planner
        self.name = name
        self.threadsPerBlock = threadsPerBlock ?? planner.options.threadsPerBlock
    }

    // MARK: The kernel

    /// The kernel's text; `purpose` opens it.
    func text(purpose: String) -> String {
        var lines = ["// \(purpose.onOneLine)"]
        lines += planner.slotComments(slots, slotNames)
        let parameters = zip(slotNames, slots).map { name, slot in
            "    .param .\(slot.isReal ? realType : "u64") \(name)"
        }
        lines.append(".visible .entry \(name)(")
        if !parameters.isEmpty { lines.append(parameters.joined(separator: ",\n")) }
        lines.append(")")
        lines.append(".reqntid \(threadsPerBlock), 1, 1")
        // Threads with memory of their own are few enough to have all registers: without this the assembler spills
        // some to fit one more block.
        if !threadBuffers.isEmpty, threadsPerBlock > 1 { lines.append(".minnctapersm 1") }
        lines.append("{")
        lines += out.declarations
        if sharedBytes > 0 { lines.append("    .shared .align 8 .b8 block_sums[\(sharedBytes)];") }
        lines += stagedMemory(threads: threadsPerBlock)
        lines += localArrays.map { "    .local .align 8 .b8 \($0.symbol)[\($0.bytes * packSize)];" }
        lines.append("")
        lines += (prologue + out.lines).compactMap { $0.text(ofPack: packSize) }
        lines.append("exit:")
        lines.append("    ret;")
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The register of a slot, which becomes a parameter of the kernel.
    func slot(_ slot: KernelPlan.Slot, _ wish: String) -> String {
        if case .integer(.constant(let value)) = slot { return "\(value)" }
        if let known = slotRegisters[slot] { return known }
        let kind: RegisterClass = slot.isReal ? realClass : .integer
        let register = out.register(kind, wish)
        if case .address(let buffer) = slot, case .table(let name) = planner.buffers[buffer].role {
            // It is part of the module, at an address in global memory.
            atEntry { out in out.instruction("mov.u64", register, name) }
            slotRegisters[slot] = register
            return register
        }
        let name = "p_" + register.dropFirst()
        atEntry { out in
            out.instruction("ld.param.\(slot.isReal ? realType : "u64")", register, "[\(name)]")
            if case .address = slot { out.instruction("cvta.to.global.u64", register, register) }
        }
        slots.append(slot)
        slotNames.append(name)
        slotRegisters[slot] = register
        return register
    }

    /// Instructions that stand before the kernel's first statement.
    func atEntry(_ body: (inout PTXWriter) -> Void) {
        let start = out.lines.count
        body(&out)
        prologue += out.cut(from: start)
    }

    // MARK: Variables

    func store(of variable: Variable) throws(PTXError) -> KernelStorage {
        if let known = storage[variable.id] { return known }
        let wish = planner.name(variable)
        guard let device = planner.devices[variable.id] else {
            throw error(.unsupportedStatement, "`\(wish)` is not known on the GPU")
        }
        let made: KernelStorage
        switch device {
        case .value(let value): made = .register(slot(.integer(value), wish))
        case .real(let position): made = .register(slot(.real(position), wish))
        case .number(let buffer): made = .memory(slot(.address(buffer), wish))
        case .sum: throw error(.unsupportedStatement, "`\(wish)` is a sum that is only added to")
        case .array(let buffer, let sizes):
            let suffixes = sizes.count == 2 ? ["_rows", "_columns"] : ["_count"]
            let base = slot(.address(buffer), wish)
            made = .array(
                KernelArray(
                    space: .global, base: base, isReal: variable.kind.isReal,
                    sizes: zip(sizes, suffixes).map { .slot($0, wish + $1) }))
        }
        storage[variable.id] = made
        return made
    }

    func array(_ variable: Variable) throws(PTXError) -> KernelArray {
        guard case .array(let array) = try store(of: variable) else {
            throw error(.unsupportedStatement, "`\(planner.name(variable))` is no array on the GPU")
        }
        return array
    }

    /// The number of an array's elements.
    func count(_ array: KernelArray) -> String {
        let sizes = array.sizes.map(operand)
        if sizes.count == 1 { return sizes[0] }
        if let rows = Int(sizes[0]), let columns = Int(sizes[1]) { return "\(rows * columns)" }
        return Int(sizes[0]) == nil
            ? out.value(.integer, "mul.lo.s64", sizes[0], sizes[1])
            : out.value(.integer, "mul.lo.s64", sizes[1], sizes[0])
    }

    /// A size as an operand.
    func operand(_ size: KernelArray.Size) -> String {
        switch size {
        case .operand(let text): text
        case .slot(let value, let wish): slot(.integer(value), wish)
        }
    }

    // MARK: Statements

    func block(_ block: Block) throws(PTXError) {
        let outer = block.ancillas.map { storage[$0.variable.id] }
        let available = values.available
        for ancilla in block.ancillas {
            try begin(ancilla, in: block)
            values.begin(ancilla.variable)
        }
        for statement in block.statements { try emit(statement) }
        if !block.ancillas.isEmpty { values.available = available }
        for (ancilla, outer) in zip(block.ancillas, outer) { storage[ancilla.variable.id] = outer }
    }

    func emit(_ statement: Statement) throws(PTXError) {
        location = statement.location ?? location
        announce(statement)
        try emitKind(of: statement)
        if case .update(let s) = statement.kind, s.place.variable.kind == .scalar {
            values.update(s.place.variable, s.operation, by: values.number(of: s.change))
        } else if case .block = statement.kind {
            // Its statements have told what changes.
        } else {
            values.change(Accesses(of: statement).written)
        }
    }

    /// The statement's source as a comment.
    private func announce(_ statement: Statement) {
        if case .block = statement.kind { return }
        let place = location.map { "\($0.fileID):\($0.line)" } ?? ""
        let source = planner.headline(statement)
        let text = place == announced || place.isEmpty ? source : "\(place): \(source)"
        announced = place
        out.comment(text.count > 160 ? text.prefix(140) + " … " + text.suffix(15) : text)
    }

    private func emitKind(of statement: Statement) throws(PTXError) {
        if statement.asksStacks { throw planner.unsupported(statement, at: location) }
        switch statement.kind {
        case .update(let s): try emit(s)
        case .swap(let s): try emit(s)
        case .negate(let s): try emit(s)
        case .rotate(let s): try emit(s)
        case .hadamard(let s): try emit(s)
        case .branch(let s): try emit(s, statement)
        case .whileLoop(let s): try emit(s, statement)
        case .forLoop(let s): try emit(s)
        case .block(let s): try block(s)
        case .compute(let s): try block(s.expanded)
        default: throw planner.unsupported(statement, at: location)
        }
    }

    /// Emits lines after which the values they computed are not at hand.
    func keepingValues(_ body: () throws(PTXError) -> Void) throws(PTXError) {
        let available = values.available
        try body()
        values.available = available
    }

    func error(_ kind: PTXError.Kind, _ message: String) -> PTXError {
        PTXError(kind, message, at: location)
    }
}

extension KernelPlan.Slot {
    fileprivate var isReal: Bool {
        if case .real = self { true } else { false }
    }
}
