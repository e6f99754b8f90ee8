import Synchronization

/// The functions that can be derived from a function.
package enum Derivation: Hashable, Sendable {
    /// The adjoint; `undone` if it keeps what its inverse needs.
    case adjoint(levels: StackLevels, undone: Bool)
    /// The function, or its inverse, followed by its adjoint.
    case pullback(inverted: Bool)
    /// A pullback that also keeps what the function returns, for these arguments; only these have gradients outside.
    case valuedPullback(inverted: Bool, values: [Int], gradients: [Int], loss: Int?)
    /// A pullback that begins with a gradient of 1 in the loss.
    case seeded(loss: Int)
    /// The function over values with tangents, for the arguments that move.
    case tangent(moving: [Int], levels: StackLevels)
    /// The transpose in some parameters, under argument types of its own.
    case transposed(linear: [Int], levels: StackLevels, argumentTypes: [String])
    /// The function, or its inverse, with an account of what its adjoint reads again; for a function that is called,
    /// the parameters that the caller's adjoint restores inexactly.
    case verified(inverted: Bool, called: [Int]?)
    /// A function with an account as it runs in a primal; `straight` if the adjoint follows at once.
    case primalForm(straight: Bool)
    /// The function with a sum of its decisions.
    case notingWays
    /// The function, or its inverse, with a record of what its adjoint reads again; for a function that is called, the
    /// parameters that the caller's adjoint restores inexactly, and those that it reads. With `.inverse` only loops that
    /// say so are recorded.
    case recorded(
        inverted: Bool, way: Undoing.Way, loops: RecordedLoops, inexact: [Int]?, read: [Int])
    /// The function, or its inverse, run to get ahead: without what adds to some of its parameters.
    case advanced(inverted: Bool, dropping: [Int], records: Bool)
    /// The function itself, for calls with arguments that may hold an infinity or a NaN.
    case careful
    /// The function itself, for iterations that add to the same places: the parameters that they add to.
    case summing(into: [Int])

    /// How loops are recorded.
    package enum RecordedLoops: Hashable, Sendable {
        /// As they say, or as their function says.
        case asSaid
        /// As they say, but no turns are run again: those are recorded.
        case withoutCopies
        /// The same, in an iteration of a `ParallelFor`, which may be run again as a whole.
        case inIteration
        /// By a record, whatever they say: in a turn that is run again.
        case recorded
        /// The same, in an iteration that is part of such a turn.
        case recordedInIteration

        /// Whether a turn around this is run again.
        package var areInTurn: Bool { self == .recorded || self == .recordedInIteration }
        /// Whether this is part of an iteration of a `ParallelFor`.
        package var areInIteration: Bool { self == .inIteration || self == .recordedInIteration }
    }
}

/// A traced and checked function: its parameters and its body, as data.
package final class Definition: Sendable {
    package let name: String
    /// The leaves of each argument.
    package let arguments: [[Parameter]]
    /// The leaves of all arguments.
    package let parameters: [Parameter]
    /// Where runs keep the leaves.
    package let slots: [ParameterRegister]
    package let argumentTypes: [String]
    // Changed by nobody but `deinit`, when nobody else can see it.
    nonisolated(unsafe) package private(set) var body: Block
    package let names: [Int: String]
    package let owner: TraceToken
    /// Whether the program was derived by a transformation, and is simplified before it runs.
    package let isDerived: Bool
    /// Where the function keeps account of what its adjoint reads again, if it does.
    package let account: UndoingAccount?
    /// The accounts that are settled when the function ends: those of the functions it is derived from.
    package let settledAccounts: [UndoingAccount]
    /// How calls use each leaf.
    package let parameterModes: [AccessMode]
    /// What is known of the body and of all that it calls.
    nonisolated(unsafe) package private(set) var calls: CallSummary
    /// A hash of the arguments and the body, and through the callees' digests of all that the body calls.
    let digest: Int
    /// Variables that undoing restores bit for bit, from a record.
    package let restored: Set<Variable>
    /// What must hold for the arguments; nil if anything may.
    package let requirements: Requirements?
    /// How calls of the function are printed, if not with the arguments that they have.
    package let written: [WrittenArgument]?
    /// Whether what the function is given may be infinite or NaN; otherwise it is taken to be numbers.
    package let isCareful: Bool
    /// The variables that may come to hold an infinity or a NaN.
    package let steepVariables: Set<Variable>
    /// The variables whose values come into derivatives or other variables: all but those that are only added to.
    private let usedVariables: Set<Variable>
    /// The simplified program and its inverse, made when first asked for.
    private let programs = Mutex(Programs())
    /// What engines have made of the function, by its type.
    private let made = Mutex<[ObjectIdentifier: any Sendable]>([:])
    /// Derived functions, made when first asked for; nil for what is the function itself.
    private let cache = Mutex<[Derivation: Definition?]>([:])
    /// The functions made of this one for constants and views, as long as somebody calls them: data may be another every
    /// time.
    private let boundForms = Mutex<[BoundArguments: BoundForm]>([:])

    /// Checks the program and keeps it.
    package init(
        name: String, arguments: [[Parameter]], argumentTypes: [String], body: Block, names: [Int: String],
        owner: TraceToken, isDerived: Bool = false, isCareful: Bool = false, account: UndoingAccount? = nil,
        settledAccounts: [UndoingAccount] = [], restored: Set<Variable> = [],
        requirements: [ArgumentRequirement] = [], written: [WrittenArgument]? = nil
    ) throws(ReversibilityError) {
        self.written = written
        self.isDerived = isDerived
        self.isCareful = isCareful
        self.restored = restored
        self.account = account
        self.settledAccounts = settledAccounts
        self.name = name
        self.arguments = arguments
        self.argumentTypes = argumentTypes
        self.body = body
        self.names = names
        self.owner = owner
        parameters = arguments.flatMap { $0 }
        let variables = parameters.map(\.variable)
        parameterModes = Definition.modes(of: body, variables)
        (steepVariables, usedVariables) = body.steepAndUsedVariables(
            ownModes: parameterModes, parameters: variables, isCareful: isCareful)
        slots = ParameterRegister.assign(parameters, parameterModes)
        calls = CallSummary(body, parameters: variables)
        var hasher = Hasher()
        hasher.combine(arguments)
        hasher.combine(body)
        digest = hasher.finalize()
        self.requirements =
            requirements.isEmpty
            ? nil
            : Requirements(
                function: name, parameters: parameters, slots: slots,
                isWritten: parameterModes.map { $0.changes },
                list: requirements)
        var checker = Checker(
            functionName: name, names: names, owner: owner, ownModes: parameterModes, isDerived: isDerived,
            parameters: variables)
        try body.check(&checker)
        try checker.checkRecords(of: body, left: calls.leftRecords)
    }

    deinit {
        // A chain of calls is taken apart link by link: releasing its first function would release the next from
        // within, and so on, until the thread's stack is full.
        guard calls.depth > 64 else { return }
        var open = takeApart()
        while var definition = open.popLast() {
            if isKnownUniquelyReferenced(&definition) { open += definition.takeApart() }
        }
    }

    /// Lets go of all other functions, and returns those whose life may end with it.
    private func takeApart() -> [Definition] {
        let derived = cache.withLock { cache in
            defer { cache = [:] }
            return cache.values.compactMap { $0 }
        }
        let released = calls.callees + derived
        programs.withLock { $0 = Programs() }
        body = Block()
        calls = CallSummary(body)
        return released
    }

    /// The least fixed point: a function that calls itself uses its parameters at least as its body does.
    static func modes(of body: Block, _ parameters: [Variable]) -> [AccessMode] {
        var modes = [AccessMode](repeating: [], count: parameters.count)
        while true {
            var accesses = Accesses(ownModes: modes)
            body.visit(&accesses)
            let found = accesses.modes
            let next = parameters.map { found[$0] ?? [] }
            if next == modes { return modes }
            modes = next
        }
    }

    /// Whether the function keeps a record of its own and runs turns again: as it is made for its own derivatives, and no
    /// other program knows of it.
    package var runsTurnsAgain: Bool { !restored.isEmpty && calls.runsTurnsAgain }

    /// How many of the last parameters belong to settled accounts: zeros go in, and sums come back.
    package var accountParameterCount: Int { settledAccounts.reduce(0) { $0 + $1.parameters.count } }

    /// The statements that run in one direction.
    ///
    /// A derived program keeps its whole text, for the inverse and the adjoint to be made from. What the
    /// simplified text leaves out does nothing in this direction, but may do something in the other.
    package func program(inverted: Bool) -> Block {
        if let known = programs.withLock({ inverted ? $0.inverse : $0.forward }) { return known }
        let block = (inverted ? body.inverse : body).withoutReruns
        let made = isDerived ? block.simplified() : block
        programs.withLock { if inverted { $0.inverse = made } else { $0.forward = made } }
        return made
    }

    private struct BoundForm: Sendable {
        weak let definition: Definition?
    }

    /// What a function is made anew for.
    enum BoundArguments: Hashable {
        /// By the positions of the parameters.
        case constants([Int: Variable])
        case views(ViewForm)
    }

    /// The function made for something else in the places of parameters.
    func boundForm(
        _ arguments: BoundArguments, _ make: () throws(ReversibilityError) -> Definition
    ) throws(ReversibilityError) -> Definition {
        if let known = boundForms.withLock({ $0[arguments]?.definition }) { return known }
        let result = withoutActuallyEscaping(make) { make in
            DeepStack.following(chainOf: calls.depth) {
                Result { () throws(ReversibilityError) in try make() }
            }
        }
        let made = try result.get()
        return boundForms.withLock { forms in
            if let known = forms[arguments]?.definition { return known }
            forms = forms.filter { $0.value.definition != nil }
            forms[arguments] = BoundForm(definition: made)
            return made
        }
    }

    private struct Programs {
        var forward: Block?
        var inverse: Block?
    }

    /// What an engine or an analysis has made of the function, to be kept as long as the function is.
    package func made<Made: Sendable>(_ type: Made.Type) -> Made? {
        made.withLock { $0[ObjectIdentifier(type)] as? Made }
    }

    /// Changes what an engine has made of the function; nil is given to it first.
    package func keep<Made: Sendable>(_ change: (inout Made?) -> Void) {
        made.withLock { made in
            var own = made[ObjectIdentifier(Made.self)] as? Made
            change(&own)
            made[ObjectIdentifier(Made.self)] = own
        }
    }

    /// A function derived from this one, made at the first request.
    package func derived(
        _ derivation: Derivation, _ make: () throws(ReversibilityError) -> Definition
    ) throws(ReversibilityError) -> Definition {
        if let known = cache.withLock({ $0[derivation] }) { return known ?? self }
        // Made outside the lock: making may ask this or another definition. Two threads may both make it; the
        // first to finish is kept, so that everybody shares its lowered code.
        // Making it asks for what the callees are derived to, and those for theirs.
        let result = withoutActuallyEscaping(make) { make in
            DeepStack.following(chainOf: calls.depth) {
                Result { () throws(ReversibilityError) in try make() }
            }
        }
        let made = try result.get()
        return cache.withLock { cache in
            if let known = cache[derivation] { return known ?? self }
            cache[derivation] = .some(made === self ? nil : made)
            return made
        }
    }

    /// The same function, whose derivatives take care of what it is given.
    package var careful: Definition {
        get throws(ReversibilityError) {
            if isCareful { return self }
            return try derived(.careful) { () throws(ReversibilityError) in
                try with(body, requirements?.sizes(renamed: Renaming([:])), isCareful: true)
            }
        }
    }

    /// Whether the value of a variable comes into derivatives or other variables.
    package func isUsed(_ variable: Variable) -> Bool { usedVariables.contains(variable) }

    /// The same function with its text marked in another way.
    func with(
        _ body: Block, _ requirements: [ArgumentRequirement]?, isCareful: Bool
    ) throws(ReversibilityError) -> Definition {
        try Definition(
            name: name, arguments: arguments, argumentTypes: argumentTypes, body: body, names: names,
            owner: owner, isDerived: isDerived, isCareful: isCareful, account: account,
            settledAccounts: settledAccounts, restored: restored, requirements: requirements ?? [],
            written: written)
    }

    /// The function's source, or that of its inverse.
    package func source(inverted: Bool) -> String {
        source(of: program(inverted: inverted), names: names)
    }

    /// The source of the function with another program.
    package func source(of program: Block, names: [Int: String]) -> String {
        var printer = Printer(names: names, functionName: name)
        let list = zip(arguments, argumentTypes).map { leaves, type in
            "\(leaves.first?.name.split(separator: ".").first ?? "_"): \(type)"
        }
        let title = name == "f" ? "" : "(\"\(name)\")"
        printer.line("ReversibleFunction\(title) { (\(list.joined(separator: ", "))) in")
        printer.declareConstants(of: program)
        printer.indented(program)
        printer.line("}")
        return printer.lines.joined(separator: "\n")
    }
}
