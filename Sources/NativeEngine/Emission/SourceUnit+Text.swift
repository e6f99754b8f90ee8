import ReversibleCore

extension SourceUnit {
    /// The whole C file: what the program uses of the runtime, its functions, and how to call it.
    ///
    /// - Parameter exported: The name of the function that others call, if the file is for a C program; its header
    ///   has the same name.
    func text(entering signature: Signature, exported: String?) -> String {
        let entry = EntrySource(signature, unit: self)
        var program = prototypes + functions
        program.append(entry.typedFunction(named: exported ?? "reversible_call", isExported: exported != nil))
        if exported == nil { program.append(entry.slotFunction(calling: "reversible_call")) }
        let vectorText =
            usesLanes
            ? VectorMath.source(
                for: vectorFunctions.sorted { $0.rawValue < $1.rawValue }, number: number
            ).replacing("static inline ", with: "MATH_INLINE ")
            : ""
        let scalarText = VectorMath.scalarSource(
            for: scalarFunctions.sorted { $0.rawValue < $1.rawValue }, number: number)
        let maths = [pureDeclarations, scalarText, callingOften(vectorText, in: program)]
        let user = program + maths
        let library = number == .double ? SourceUnit.doubleLanes : SourceUnit.floatLanes
        // The elementary functions stand between: they use the basic ones.
        let lanes =
            usesLanes
            ? library.needed(by: user).replacing(
                "static inline ", with: "LANE_INLINE ") : ""
        let laneTypes = usesLanes ? LaneSource.types(number) : ""
        let runtime = (number == .double ? SourceUnit.doubleRun : SourceUnit.floatRun).needed(
            by: user + [lanes])
        return RunSource.includes + (exported.map { SourceUnit.exportedHead($0) } ?? RunSource.options)
            + runtime + laneTypes + lanes + maths.joined(separator: "\n")
            + prototypes.joined(separator: "\n") + "\n\n"
            + program.dropFirst(prototypes.count).joined(separator: "\n")
    }

    /// Elementary functions that the program calls in many places are not expanded at each of them.
    private func callingOften(_ text: String, in program: [String]) -> String {
        var counts: [Substring: Int] = [:]
        for function in program {
            for word in SourceLibrary.words(function[...]) where word.hasPrefix("lanes_") {
                counts[word, default: 0] += 1
            }
        }
        return vectorFunctions.reduce(text) { text, function in
            let name = VectorMath.laneName(function)
            guard counts[name[...], default: 0] > 12 else { return text }
            return text.replacing("MATH_INLINE math_real \(name)(", with: "MATH_CALLED math_real \(name)(")
        }
    }

    /// Functions of the C library whose results depend on their arguments only: equal calls are one call.
    private var pureDeclarations: String {
        scalarFunctions.sorted { $0.rawValue < $1.rawValue }.compactMap { function -> String? in
            let name = VectorMath.scalarName(function, number: number)
            guard VectorMath.compilerFlags.contains("-fno-builtin-" + name) else { return nil }
            return
                "__attribute__((const)) double \(name)(\(function.arity == 1 ? "double" : "double, double"));\n"
        }.joined()
    }

    private static let doubleRun = runLibrary(.double)
    private static let floatRun = runLibrary(.float)

    private static func runLibrary(_ number: NativeNumber) -> SourceLibrary {
        SourceLibrary(
            RunSource.run + RunSource.memory + RunSource.stacks(number) + RunSource.ending + RunSource.checks
                + RunSource.restoring(number) + RunSource.loops + RowProductSource.functions(number)
                + RunSource.division + BitSource.scalars + RunSource.schedule + RunSource.watches)
    }

    /// Results are those of the interpreter if products are not fused with sums.
    private static func exportedHead(_ name: String) -> String {
        """
        #include "\(name).h"

        #ifdef __clang__
        #pragma STDC FP_CONTRACT OFF /* for gcc: -ffp-contract=off */
        #endif


        """
    }

    private static let doubleLanes = laneLibrary(.double)
    private static let floatLanes = laneLibrary(.float)

    private static func laneLibrary(_ number: NativeNumber) -> SourceLibrary {
        SourceLibrary(
            LaneSource.basics(number) + LaneSource.sums + LaneSource.accumulation + LaneSource.memory
                + LaneSource.division + BitSource.lanes + LaneSource.pieces + LaneSource.runPieces)
    }
}

/// The functions through which a program is entered.
struct EntrySource {
    let signature: Signature
    let unit: SourceUnit

    init(_ signature: Signature, unit: SourceUnit) {
        self.signature = signature
        self.unit = unit
    }

    /// Parameters of the typed function: pointers for what changes.
    var typedParameters: [String] {
        visible.enumerated().flatMap { position, parameter -> [String] in
            let type = signature.type(parameter.kind)
            let array = "\(parameter.isWritten ? "" : "const ")\(type) *\(parameter.name)"
            switch parameter.kind {
            case .scalar, .integer, .index:
                return ["\(type) \(signature.results.contains(position) ? "*" : "")\(parameter.name)"]
            case .stack: return ["reversible_stack *\(parameter.name)"]
            case .vector, .integerVector: return [array, "int64_t \(parameter.name)_count"]
            case .matrix:
                return [array, "int64_t \(parameter.name)_rows", "int64_t \(parameter.name)_columns"]
            }
        } + ["reversible_options *options"]
    }

    func typedFunction(named name: String, isExported: Bool) -> String {
        var out = CWriter()
        out.line("/* Runs the program; answers REVERSIBLE_OK, or why it could not. */")
        out.open("\(isExported ? "" : "static ")int \(name)(\(typedParameters.joined(separator: ", ")))")
        if !unit.needsRun {
            if accounts.isEmpty {
                out.line("(void)options;")
            } else {
                takeDefaults(&out)
            }
            call(&out)
            verify(&out, leaving: [])
            out.line("return REVERSIBLE_OK;")
            out.close()
            return out.lines.joined(separator: "\n") + "\n"
        }
        takeDefaults(&out)
        out.line("run_state state = {.options = options};")
        out.line("run_state *const run = &state;")
        out.line("run->floor = (char *)__builtin_frame_address(0) - options->stack_bytes;")
        out.line("const int status = setjmp(run->failed);")
        out.open("if (status)")
        out.line("end_run(run);")
        out.line("return status;")
        out.close()
        for _ in 0..<unit.runStackCount { out.line("open_stack(run);") }
        let stacks = call(&out)
        for (derivatives, values) in unit.meetings {
            out.line("require_none_left(run, \(derivatives), \(values));")
        }
        for (name, number) in stacks {
            out.line("free(\(name)->items);")
            out.line(
                "*\(name) = (reversible_stack){run->stacks[\(number)].items, run->stacks[\(number)].count};")
            out.line("run->stacks[\(number)].items = NULL;")
        }
        verify(&out, leaving: ["end_run(run);"])
        out.line("end_run(run);")
        out.line("return REVERSIBLE_OK;")
        out.close()
        return out.lines.joined(separator: "\n") + "\n"
    }

    private func takeDefaults(_ out: inout CWriter) {
        out.line("reversible_options defaults = REVERSIBLE_DEFAULTS;")
        out.line("if (!options) options = &defaults;")
        if !accounts.isEmpty { out.line("options->drift = 0;") }
    }

    // MARK: Verified undoing

    private var accounts: [UndoingAccount] { unit.root.definition.settledAccounts }

    /// The parameters that callers know of: all but the sums of accounts, which start at 0 and are looked at here.
    var visible: ArraySlice<Signature.Parameter> {
        signature.parameters.dropLast(unit.root.definition.accountParameterCount)
    }

    /// The checks that sums have come back to 0; the statement that is named is the first that reads what a sum is of.
    private func verify(_ out: inout CWriter, leaving lines: [String]) {
        let names = Dictionary(
            uniqueKeysWithValues: zip(
                unit.root.definition.parameters.map(\.variable), signature.parameters.map(\.name)))
        // After `setjmp` a parameter that was set before it may not hold what it held.
        let options = unit.needsRun ? "run->options" : "options"
        func name(_ variable: Variable) -> String { names[variable] ?? "0" }
        func fail(unless condition: String, _ message: String) {
            out.open("if (!(\(condition)))")
            out.line("\(options)->message = \(CLiteral.text(message));")
            lines.forEach { out.line($0) }
            out.line("return REVERSIBLE_DRIFTED;")
            out.close()
        }
        for account in accounts {
            // What went another way reads other numbers: that is named first.
            if let decisions = account.decisions {
                fail(
                    unless: "\(name(decisions)) == 0",
                    Drift.explanation(account.firstDecision, decision: true))
            }
            let total = account.sums.map { name($0.magnitude) }.joined(separator: " + ")
            let held = account.held.map(name) ?? "0"
            for (index, sum) in account.sums.enumerated() {
                fail(
                    unless:
                        "is_restored(\(name(sum.value)), \(name(sum.magnitude)), \(held), \(total), \(options))",
                    Drift.explanation(account.firstReads[index], decision: false))
            }
        }
    }

    /// The call of the program; returns the numbers of the stacks among the arguments.
    @discardableResult
    private func call(_ out: inout CWriter) -> [(name: String, number: String)] {
        var list = unit.needsRun ? ["run"] : []
        var stacks: [(name: String, number: String)] = []
        for (position, parameter) in signature.parameters.enumerated() {
            let name = parameter.name
            if position >= visible.count {
                out.line("\(signature.type(parameter.kind)) \(name) = 0;")
                list.append(name)
                continue
            }
            switch parameter.kind {
            case .scalar, .integer, .index:
                list.append((signature.results.contains(position) ? "*" : "") + name)
            case .stack:
                let number = "\(name)_number"
                out.line("const int64_t \(number) = open_stack(run);")
                out.line(
                    "for (int64_t at = 0; at < \(name)->count; ++at) push(run, \(number), \(name)->items[at]);"
                )
                stacks.append((name, number))
                list.append(number)
            case .vector, .integerVector: list += [name, "\(name)_count"]
            case .matrix: list += [name, "\(name)_rows", "\(name)_columns"]
            }
        }
        let call = "\(signature.name)(\(list.joined(separator: ", ")))"
        switch signature.results.count {
        case 0: out.line("\(call);")
        case 1: out.line("\(target(signature.results[0])) = \(call);")
        default:
            out.line("const \(signature.resultType) back = \(call);")
            for position in signature.results {
                out.line("\(target(position)) = back.\(signature.parameters[position].name);")
            }
        }
        return stacks
    }

    /// Where a number that changes goes: the caller's memory, or a sum of an account.
    private func target(_ position: Int) -> String {
        (position < visible.count ? "*" : "") + signature.parameters[position].name
    }

    /// The same over slots: a pointer for every parameter, and two sizes.
    func slotFunction(calling name: String) -> String {
        var list: [String] = []
        for (position, parameter) in visible.enumerated() {
            let type = signature.type(parameter.kind)
            let value = "values[\(position)]"
            switch parameter.kind {
            case .scalar, .integer, .index:
                list.append(
                    signature.results.contains(position)
                        ? "(\(type) *)\(value)" : "*(const \(type) *)\(value)")
            case .stack: list.append("(reversible_stack *)\(value)")
            case .vector, .integerVector: list += ["(\(type) *)\(value)", "sizes[\(2 * position)]"]
            case .matrix:
                list += ["(\(type) *)\(value)", "sizes[\(2 * position)]", "sizes[\(2 * position + 1)]"]
            }
        }
        list.append("options")
        return """
            int reversible_entry(void *const *values, const int64_t *sizes, reversible_options *options);
            int reversible_entry(void *const *values, const int64_t *sizes, reversible_options *options) {
                (void)values, (void)sizes;
                return \(name)(\(list.joined(separator: ", ")));
            }

            """
    }
}
