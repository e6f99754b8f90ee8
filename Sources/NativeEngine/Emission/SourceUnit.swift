import ReversibleCore

/// What is asked of an emitted program, besides what is asked of its lowered form.
package struct EmissionRequest {
    var number: NativeNumber
    /// The name of the function that others call, which none of the program's own may have.
    var entryName = "reversible_call"
    /// Whether others compile the text, with a compiler of their own: then it is plain C11.
    var isForOthers = false
}

/// The C source of a function and everything it calls.
package final class SourceUnit {
    /// One emitted form of a function.
    struct Variant: Hashable {
        var form: Lowering.Form
        /// Whether two of its array parameters may be one array, as cotangents that are only added to may.
        var isAliased: Bool

        var definition: Definition { form.definition }
    }

    let checks: Checks
    let number: NativeNumber
    let isForOthers: Bool
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
    let lowering: Lowering
    private var signatures: [Variant: Signature] = [:]
    private var pending: [Variant] = []
    private var runStacks = RunStacks()
    private var tables: [Constant: String] = [:]
    /// Whether functions are given a run: memory for arrays, stacks, a place to fail to.
    let needsRun: Bool
    let root: Variant

    init(_ definition: Definition, inverted: Bool, _ lowering: LoweringRequest, _ request: EmissionRequest) {
        checks = lowering.checks
        (number, isForOthers) = (request.number, request.isForOthers)
        names.reserve(request.entryName)
        self.lowering = Lowering(definition, inverted: inverted, lowering)
        needsRun = self.lowering.needsRun
        root = Variant(form: self.lowering.root, isAliased: false)
    }

    /// Emits everything; the root's signature describes how to call it.
    func emit() -> Signature {
        DeepStack.following(chainOf: root.definition.calls.depth) { emitAll() }
    }

    private func emitAll() -> Signature {
        let signature = signature(of: root)
        while let variant = pending.popLast() {
            let emitter = FunctionEmitter(
                self, variant, signatures[variant] ?? signature, lowering.function(of: variant.form))
            functions.append(emitter.function())
        }
        return signature
    }

    /// The signature of a variant, which will be emitted if it has not been.
    func signature(of variant: Variant) -> Signature {
        if let known = signatures[variant] { return known }
        var wish = variant.definition.name
        if variant.form.inverted { wish = "inverse_of_" + wish }
        if variant.isAliased { wish += "_aliased" }
        let made = Signature(
            variant, name: names.declareFunction(wish), unit: self,
            mentioned: variant == root ? nil : lowering.function(of: variant.form).mentioned)
        signatures[variant] = made
        pending.append(variant)
        return made
    }

    /// Where a constant array is: a table of the file.
    func storage(of constant: Constant) -> Storage {
        let name: String
        if let known = tables[constant] {
            name = known
        } else {
            name = names.declareFunction(constant.name.map { "constant_\($0)" } ?? "constant")
            tables[constant] = name
            declarePrototype(CLiteral.table(constant, name: name, number: number))
        }
        return Storage(
            name: name, kind: constant.kind, count: "\(constant.count)", rows: "\(constant.rows)",
            columns: "\(constant.columns)")
    }

    func declare(_ wish: String) -> String { names.declareFunction(wish) }
    func declarePrototype(_ text: String) { prototypes.append(text) }

    func runStack(_ token: TraceToken) -> Int { runStacks.number(of: token) }
    var runStackCount: Int { runStacks.count }
    func note(_ derivatives: TraceToken, of values: TraceToken) { runStacks.note(derivatives, of: values) }
    var meetings: [(derivatives: Int, values: Int)] { runStacks.meetings }
}
