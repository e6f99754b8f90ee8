/// What is asked of lowered programs.
package struct LoweringRequest: Hashable {
    package var checks: Checks
    package var schedule: Schedule
    /// For every parameter of the program itself, whether its final value is wanted.
    package var wanted: [Bool]
    /// Whether iterations of a `ParallelFor` become threads of their own, which can call nothing: then all calls are
    /// replaced by what they call.
    package private(set) var isForThreads = false

    package init(checks: Checks, schedule: Schedule, wanted: [Bool]) {
        self.checks = checks
        self.schedule = schedule
        self.wanted = wanted
    }

    /// Programs whose iterations become threads: without checks, and with loops as they were written, since what a
    /// thread does stays together.
    package static func threads(wanted: [Bool]) -> LoweringRequest {
        var request = LoweringRequest(
            checks: .none, schedule: .standard.without(.vectorizeLoops), wanted: wanted)
        request.isForThreads = true
        return request
    }
}

/// The lowered forms of a function and everything it calls, each made once.
package final class Lowering {
    /// A function, or its inverse, of which some results are wanted.
    package struct Form: Hashable {
        package let definition: Definition
        package let inverted: Bool
        /// For every parameter, whether its final value is wanted.
        package let wanted: [Bool]

        package static func == (a: Form, b: Form) -> Bool {
            a.definition === b.definition && a.inverted == b.inverted && a.wanted == b.wanted
        }
        package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(definition)) }
    }

    package let root: Form
    package let request: LoweringRequest
    /// The functions that can reach themselves through calls.
    private let recursive: Set<ObjectIdentifier>
    /// What may be lost among the parameters of the program's functions, if a decision may be lost in undoing before the
    /// verdict at the end; nil if none may.
    private let lost: [ObjectIdentifier: LostValues]?
    private var functions: [Form: LoweredFunction] = [:]

    package init(_ definition: Definition, inverted: Bool, _ request: LoweringRequest) {
        self.request = request
        root = Form(definition: definition, inverted: inverted, wanted: request.wanted)
        recursive = Set(definition.calleesFirst.filter(\.calls.callsItself).map { ObjectIdentifier($0) })
        lost =
            request.checks != .all && definition.settledAccounts.contains { $0.decisions != nil }
            ? definition.lostOnEntry() : nil
    }

    /// The program, made ready for code to be written.
    package var program: LoweredFunction { function(of: root) }

    /// The lowered form of a function.
    package func function(of form: Form) -> LoweredFunction {
        if let known = functions[form] { return known }
        var made = LoweredFunction(form, in: self)
        // Lowering asks for the forms of callees.
        DeepStack.following(chainOf: form.definition.calls.depth) {
            for pass in passes { made.apply(pass) }
            made.finish()
        }
        functions[form] = made
        return made
    }

    /// The passes that are run: code with all checks keeps every statement.
    var passes: [Pass] {
        request.checks == .all ? request.schedule.passes.filter(\.keepsStatements) : request.schedule.passes
    }

    // MARK: Calls

    /// Which form of its callee a call needs.
    package func form(of call: Call, from caller: Definition, wanted: [Bool]?) -> Form {
        let callee: Definition =
            switch call.callee {
            case .function(let definition): definition
            case .itself, .unavailable: caller  // a check has refused the latter
            }
        let all = Array(repeating: true, count: callee.parameters.count)
        // What a recursive function needs depends on itself; all of it, then.
        return Form(
            definition: callee, inverted: call.inverted,
            wanted: isRecursive(callee) || request.checks == .all ? all : wanted ?? all)
    }

    /// Which arguments' initial values a call needs.
    func needed(by call: Call, from caller: Definition, _ wanted: [Bool]) -> [Bool] {
        let form = form(of: call, from: caller, wanted: wanted)
        return isRecursive(form.definition) ? form.wanted : function(of: form).needed
    }

    package func isRecursive(_ definition: Definition) -> Bool {
        recursive.contains(ObjectIdentifier(definition))
    }

    /// Whether any function can reach itself.
    package var hasRecursion: Bool { !recursive.isEmpty }

    /// What may be lost among a function's parameters when it is called; nil if undoing loses no decision.
    package func lostOnEntry(to definition: Definition) -> LostValues? {
        lost.map { $0[ObjectIdentifier(definition)] ?? .nothing }
    }
}
