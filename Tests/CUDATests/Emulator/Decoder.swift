/// Resolves the names of a kernel, checks its types and makes it ready to run.
struct KernelDecoder {
    /// A variable's place: an offset in shared or local memory, an address in global or constant memory.
    struct Place {
        var space: EmulatorSpace
        var address: UInt64
        var byteCount: Int
    }

    let module: PTXSyntax.Module
    let syntax: PTXSyntax.Kernel
    let options: Emulator.Options
    /// Variables of the module, and then of the kernel as `name` with its position.
    var modulePlaces: [String: Place]
    var kernelPlaces: [Place] = []

    var kernel = DecodedKernel()
    private var constantSlots: [UInt64: Int] = [:]
    private var specialSlots: [String: Int] = [:]
    private var branches: [(instruction: Int, label: String)] = []

    // The instruction being decoded.
    var instruction = PTXSyntax.Instruction(opcode: "", modifiers: [], operands: [], line: 0, scope: 0)
    var modifiers: [String] = []
    var sources: [Int] = []
    var destinations: [Int] = []
    private var statement = 0

    init(
        _ syntax: PTXSyntax.Kernel, in module: PTXSyntax.Module, places: [String: Place],
        memory: EmulatorMemory, options: Emulator.Options
    ) throws(EmulatorError) {
        self.module = module
        self.syntax = syntax
        self.options = options
        modulePlaces = places
        kernel.name = syntax.name
        kernel.requiredThreads = syntax.requiredThreads
        kernel.maximumThreads = syntax.maximumThreads
        layOutParameters()
        layOutVariables(memory)
        for register in syntax.registers {
            kernel.slotNames.append(register.name)
        }
        kernel.slotCount = kernel.slotNames.count
    }

    // MARK: Memory layout

    private mutating func layOutParameters() {
        for parameter in syntax.parameters {
            let offset = Self.aligned(kernel.parameterBytes, to: parameter.alignment)
            kernel.parameters.append(
                DecodedKernel.Parameter(name: parameter.name, offset: offset, byteCount: parameter.byteCount))
            kernel.parameterBytes = offset + parameter.byteCount
        }
    }

    private mutating func layOutVariables(_ memory: EmulatorMemory) {
        var dynamic: [String] = []
        for variable in module.variables where variable.space == .shared {
            if variable.byteCount == 0 {
                dynamic.append(variable.name)
            } else {
                modulePlaces[variable.name] = place(variable, memory)
            }
        }
        for variable in syntax.variables {
            kernelPlaces.append(place(variable, memory))
        }
        for name in dynamic {
            kernel.sharedBytes = Self.aligned(kernel.sharedBytes, to: 16)
            modulePlaces[name] = Place(space: .shared, address: UInt64(kernel.sharedBytes), byteCount: 0)
        }
    }

    private mutating func place(_ variable: PTXSyntax.Variable, _ memory: EmulatorMemory) -> Place {
        switch variable.space {
        case .shared:
            let offset = Self.aligned(kernel.sharedBytes, to: variable.alignment)
            kernel.sharedBytes = offset + variable.byteCount
            return Place(space: .shared, address: UInt64(offset), byteCount: variable.byteCount)
        case .local:
            let offset = Self.aligned(kernel.localBytes, to: variable.alignment)
            kernel.localBytes = offset + variable.byteCount
            return Place(space: .local, address: UInt64(offset), byteCount: variable.byteCount)
        default:
            return Emulator.allocate(variable, in: memory)
        }
    }

    static func aligned(_ offset: Int, to alignment: Int) -> Int {
        (offset + alignment - 1) & ~(alignment - 1)
    }

    // MARK: The kernel

    mutating func decode() throws(EmulatorError) -> DecodedKernel {
        var labels: [String: Int] = [:]
        var lastLine = syntax.line
        for (index, item) in syntax.statements.enumerated() {
            statement = index
            switch item {
            case .label(let name, _):
                labels[name] = kernel.instructions.count
            case .instruction(let instruction):
                self.instruction = instruction
                modifiers = instruction.modifiers
                sources.removeAll(keepingCapacity: true)
                destinations.removeAll(keepingCapacity: true)
                lastLine = instruction.line
                try decodeInstruction()
            }
        }
        kernel.instructions.append(DecodedInstruction(kind: .exit, line: lastLine))
        for branch in branches {
            guard let target = labels[branch.label] else {
                throw EmulatorError(
                    .undeclaredName, line: kernel.instructions[branch.instruction].line,
                    "there is no label \"\(branch.label)\"")
            }
            kernel.instructions[branch.instruction].target = target
        }
        return kernel
    }

    // MARK: Emission

    mutating func emit(_ compute: @escaping Computation) throws(EmulatorError) {
        var decoded = try shell(.compute)
        decoded.compute = compute
        kernel.instructions.append(decoded)
    }

    mutating func emit(effect: @escaping Effect) throws(EmulatorError) {
        var decoded = try shell(.effect)
        decoded.effect = effect
        kernel.instructions.append(decoded)
    }

    mutating func emit(_ kind: DecodedInstruction.Kind, target: Int = 0) throws(EmulatorError) {
        var decoded = try shell(kind)
        decoded.target = target
        kernel.instructions.append(decoded)
    }

    mutating func emitBranch(to label: String) throws(EmulatorError) {
        branches.append((kernel.instructions.count, label))
        try emit(.branch)
    }

    private mutating func shell(_ kind: DecodedInstruction.Kind) throws(EmulatorError) -> DecodedInstruction {
        guard modifiers.isEmpty else {
            throw fault(
                .unsupported,
                "\(instruction.opcode) does not take \(modifiers.map { "." + $0 }.joined(separator: " "))")
        }
        var decoded = DecodedInstruction(kind: kind, line: instruction.line)
        if let predicate = instruction.predicate {
            guard let (slot, type) = try register(predicate.name) else {
                throw fault(.undeclaredName, "\"\(predicate.name)\" is not declared")
            }
            guard type == .pred else {
                throw fault(.typeMismatch, "the guard \(predicate.name) is no predicate")
            }
            decoded.guardSlot = slot
            decoded.guardNegated = predicate.negated
        }
        decoded.firstSource = kernel.slots.count
        kernel.slots += sources
        decoded.endSource = kernel.slots.count
        kernel.slots += destinations
        decoded.endDestination = kernel.slots.count
        return decoded
    }

    // MARK: Names

    func fault(_ kind: EmulatorError.Kind, _ message: String) -> EmulatorError {
        EmulatorError(kind, line: instruction.line, "\(instruction.mnemonic): \(message)")
    }

    /// Slot and type of a declared register; nil if the name is not a register's.
    func register(_ name: String) throws(EmulatorError) -> (slot: Int, type: EmulatorType)? {
        var scope: Int? = instruction.scope
        while let current = scope {
            if let index = syntax.scopes[current].registers[name] {
                let register = syntax.registers[index]
                if register.firstStatement <= statement { return (index + 1, register.type) }
            }
            scope = syntax.scopes[current].parent
        }
        return nil
    }

    func place(_ name: String) -> Place? {
        var scope: Int? = instruction.scope
        while let current = scope {
            if let index = syntax.scopes[current].variables[name] { return kernelPlaces[index] }
            scope = syntax.scopes[current].parent
        }
        return modulePlaces[name]
    }

    mutating func constant(_ value: UInt64) -> Int {
        if let slot = constantSlots[value] { return slot }
        let slot = kernel.slotCount
        kernel.slotCount += 1
        kernel.slotNames.append("\(value)")
        kernel.constants.append((slot, value))
        constantSlots[value] = slot
        return slot
    }

    mutating func special(_ special: SpecialRegister, _ name: String) -> Int {
        if let slot = specialSlots[name] { return slot }
        let slot = kernel.slotCount
        kernel.slotCount += 1
        kernel.slotNames.append(name)
        kernel.specials.append((slot, special))
        specialSlots[name] = slot
        return slot
    }
}
