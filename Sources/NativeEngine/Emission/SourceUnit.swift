import ReversibleCore

/// What is asked of an emitted program.
package struct EmissionRequest {
    var checks: Checks
    var number: NativeNumber
    /// For every parameter, whether its final value is wanted.
    var wanted: [Bool]
    /// The name of the function that others call, which none of the program's own may have.
    var entryName = "reversible_call"
    /// Whether iterations of a `ParallelFor` become threads of their own, which can call nothing.
    var isForThreads = false

    /// A request for a program whose iterations become threads: without checks, and without calls.
    package static func threads(_ number: NativeNumber, wanted: [Bool]) -> EmissionRequest {
        EmissionRequest(checks: .none, number: number, wanted: wanted, isForThreads: true)
    }
}

/// The C source of a function and everything it calls.
package final class SourceUnit {
    /// One emitted form of a function.
    package struct Variant: Hashable {
        var definition: Definition
        var inverted: Bool
        /// Whether two of its array parameters may be one array, as cotangents that are only added to may.
        var isAliased: Bool
        /// For every parameter, whether its final value is wanted.
        var wanted: [Bool]

        package static func == (a: Variant, b: Variant) -> Bool {
            a.definition === b.definition && a.inverted == b.inverted && a.isAliased == b.isAliased
                && a.wanted == b.wanted
        }
        package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(definition)) }
    }

    let checks: Checks
    let number: NativeNumber
    /// Whether all calls are replaced by what they call, and loops stay as they were written.
    let isForThreads: Bool
    /// The C type of real numbers.
    var real: String { number == .double ? "double" : "float" }

    private(set) var prototypes: [String] = []
    private(set) var functions: [String] = []
    var vectorFunctions: Set<ElementaryFunction> = []
    var scalarFunctions: Set<ElementaryFunction> = []
    var usesLanes = false
    /// Whether lanes leave some loop one by one. Such loops wait for results, and go better with two vectors.
    var hasDivergentLoops = false
    private var names = CNames()
    private var programs: [ProgramKey: NativeProgram] = [:]
    private var signatures: [Variant: Signature] = [:]
    private var pending: [Variant] = []
    private var runStacks = RunStacks()
    /// The functions that can reach themselves through calls.
    let recursive: Set<ObjectIdentifier>
    /// Whether functions are given a run: memory for arrays, stacks, a place to fail to.
    let needsRun: Bool
    /// What may be lost among the parameters of the program's functions, if a decision may be lost in undoing before the
    /// verdict at the end; nil if none may.
    private let lost: [ObjectIdentifier: LostValues]?
    package let root: Variant

    package init(_ definition: Definition, inverted: Bool, _ request: EmissionRequest) {
        checks = request.checks
        number = request.number
        isForThreads = request.isForThreads
        names.reserve(request.entryName)
        let reachable = definition.calleesFirst
        recursive = Set(reachable.filter(\.calls.callsItself).map { ObjectIdentifier($0) })
        let lost =
            request.checks != .all && definition.settledAccounts.contains { $0.decisions != nil }
            ? definition.lostOnEntry() : nil
        self.lost = lost
        needsRun =
            request.checks == .all || !recursive.isEmpty
            || reachable.contains { definition in
                definition.parameters.contains { $0.variable.kind == .stack } || definition.body.needsRun
                    || request.checks == .undoing && definition.body.pairsArrays
                    || lost.map { definition.findsLostElements(entering: $0[ObjectIdentifier(definition)]) }
                        ?? false
            }
        root = Variant(
            definition: definition, inverted: inverted, isAliased: false, wanted: request.wanted)
    }

    /// Emits everything; the root's signature describes how to call it.
    func emit() -> Signature {
        DeepStack.following(chainOf: root.definition.calls.depth) { emitAll() }
    }

    private func emitAll() -> Signature {
        let signature = signature(of: root)
        while let variant = pending.popLast() {
            let emitter = FunctionEmitter(
                self, variant, signatures[variant] ?? signature, program(of: variant))
            functions.append(emitter.function())
        }
        return signature
    }

    /// The signature of a variant, which will be emitted if it has not been.
    func signature(of variant: Variant) -> Signature {
        if let known = signatures[variant] { return known }
        var wish = variant.definition.name
        if variant.inverted { wish = "inverse_of_" + wish }
        if variant.isAliased { wish += "_aliased" }
        let made = Signature(
            variant, name: names.declareFunction(wish), unit: self,
            mentioned: variant == root ? nil : program(of: variant).mentioned)
        signatures[variant] = made
        pending.append(variant)
        return made
    }

    // MARK: Programs

    /// What may be lost among a function's parameters when it is called; nil if undoing loses no decision.
    func lostOnEntry(to definition: Definition) -> LostValues? {
        lost.map { $0[ObjectIdentifier(definition)] ?? .nothing }
    }

    private struct ProgramKey: Hashable {
        var definition: ObjectIdentifier
        var inverted: Bool
        var wanted: [Bool]
    }

    /// The program of a variant, made ready to be emitted.
    package func program(of variant: Variant) -> NativeProgram {
        let key = ProgramKey(
            definition: ObjectIdentifier(variant.definition), inverted: variant.inverted,
            wanted: variant.wanted)
        if let known = programs[key] { return known }
        var program = NativeProgram(variant, unit: self)
        // Lowering asks for the programs of callees.
        DeepStack.following(chainOf: variant.definition.calls.depth) {
            program.lower(wanted: variant.wanted)
        }
        programs[key] = program
        return program
    }

    /// Which form of its callee a call needs.
    func variant(of call: Call, from caller: Definition, isAliased: Bool, wanted: [Bool]?) -> Variant {
        let callee: Definition =
            switch call.callee {
            case .function(let definition): definition
            case .itself, .unavailable: caller  // a check has refused the latter
            }
        let all = Array(repeating: true, count: callee.parameters.count)
        // What a recursive function needs depends on itself; all of it, then.
        return Variant(
            definition: callee, inverted: call.inverted, isAliased: isAliased,
            wanted: isRecursive(callee) || checks == .all ? all : wanted ?? all)
    }

    /// Which arguments' initial values a call needs.
    func needed(by call: Call, from caller: Definition, _ wanted: [Bool]) -> [Bool] {
        let variant = variant(of: call, from: caller, isAliased: false, wanted: wanted)
        if isRecursive(variant.definition) { return variant.wanted }
        return program(of: variant).needed
    }

    func declare(_ wish: String) -> String { names.declareFunction(wish) }
    func declarePrototype(_ text: String) { prototypes.append(text) }

    func runStack(_ token: TraceToken) -> Int { runStacks.number(of: token) }
    var runStackCount: Int { runStacks.count }
    func note(_ derivatives: TraceToken, of values: TraceToken) { runStacks.note(derivatives, of: values) }
    var meetings: [(derivatives: Int, values: Int)] { runStacks.meetings }

    func isRecursive(_ definition: Definition) -> Bool { recursive.contains(ObjectIdentifier(definition)) }
}

extension Block {
    /// Whether the block needs memory for arrays, stacks, or pieces of parallel loops.
    fileprivate var needsRun: Bool {
        ancillas.contains { ($0.variable.kind.isArray && !$0.isSmallArray) || $0.variable.kind == .stack }
            || statements.contains { statement in
                switch statement.kind {
                case .move: return true
                case .whileLoop(let s) where s.turns != .asserted: return true
                case .forLoop(let s) where s.parallel: return true
                default: return statement.ownBlocks.contains(where: \.needsRun)
                }
            }
    }

    /// Whether a statement goes over several arrays at once, whose sizes must be compared.
    fileprivate var pairsArrays: Bool {
        func paired(_ nodes: [Node]) -> Bool { nodes.contains { Set($0.wholeArrays).count > 1 } }
        return ancillas.contains { paired($0.sizes) }
            || statements.contains { statement in
                if statement.isElementary {
                    let arrays = Accesses(of: statement).all.map(\.place).filter(\.isWholeArray)
                    return Set(arrays.map(\.variable)).count > 1
                }
                return paired(statement.evaluated) || statement.ownBlocks.contains(where: \.pairsArrays)
            }
    }
}
