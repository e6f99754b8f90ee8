import ReversibleCore

// A parallel loop becomes three functions: the iterations of one group of lanes; a piece of the loop, which is
// what threads share out; and the place in the program that runs all pieces and adds up their sums in order.

extension ForLoop {
    func emitLanes(_ plan: LanePlan, to emitter: FunctionEmitter) {
        emitter.unit.usesLanes = true
        emitter.share([start, end])
        let (a, b) = (emitter.integer(start), emitter.integer(end))
        emitter.out.open("")
        emitter.names.enter()
        let from = emitter.named("start", a, .integer)
        let to = emitter.named("end", CValue("\(b.within(.sum))\(closed ? " + 1" : "")", .sum), .integer)
        emitter.known = [:]
        let name = emitter.unit.declare("\(emitter.signature.name)_loop")
        let pieces = LoopPieces(loop: self, plan: plan, name: name, emitter: emitter)
        pieces.emitFunctions()
        pieces.emitCall(from: from, to: to)
        emitter.names.leave()
        emitter.out.close()
    }
}

/// One parallel loop being emitted.
private struct LoopPieces {
    let loop: ForLoop
    let plan: LanePlan
    let name: String
    let emitter: FunctionEmitter

    /// What the loop takes from the function around it, where that keeps it.
    private let captured: [(variable: Variable, storage: Storage)]
    private let written: Set<Variable>

    init(loop: ForLoop, plan: LanePlan, name: String, emitter: FunctionEmitter) {
        self.loop = loop
        self.plan = plan
        self.name = name
        self.emitter = emitter
        captured = plan.captured.filter { $0.kind != .stack }.map { ($0, emitter.store(of: $0)) }
        written = Accesses(of: loop.body).written
    }

    private var real: String { emitter.real }

    /// Parameters or fields of what is captured: C type, name, and the expression at the place of the loop.
    private func captures(isParameter: Bool) -> [(type: String, name: String, value: String)] {
        captured.flatMap { variable, s -> [(String, String, String)] in
            let type = variable.kind.isReal ? real : "int64_t"
            let restrict = isParameter && !emitter.variant.isAliased ? "restrict " : ""
            switch variable.kind {
            case .scalar, .integer, .index:
                return plan.sums[variable] == nil ? [("\(type) ", s.name, s.name)] : []
            case .vector, .integerVector:
                let pointer = "\(written.contains(variable) ? "" : "const ")\(type) *\(restrict)"
                return [(pointer, s.name, s.name), ("int64_t ", "\(s.name)_count", s.count)]
            case .matrix:
                let pointer = "\(written.contains(variable) ? "" : "const ")\(type) *\(restrict)"
                return [
                    (pointer, s.name, s.name), ("int64_t ", "\(s.name)_rows", s.rows),
                    ("int64_t ", "\(s.name)_columns", s.columns),
                ]
            case .stack: return []
            }
        }
    }

    private var sums: [(variable: Variable, storage: Storage, kind: LanePlan.SumKind)] {
        captured.compactMap { variable, s in plan.sums[variable].map { (variable, s, $0) } }
    }

    private func count(_ s: Storage) -> String {
        switch s.kind {
        case .matrix: "\(s.name)_rows * \(s.name)_columns"
        case .vector: "\(s.name)_count"
        default: "1"
        }
    }

    // MARK: Functions

    func emitFunctions() {
        let saved = (
            emitter.out, emitter.names, emitter.storage, emitter.known, emitter.uses, emitter.elementIndex
        )
        emitter.known = [:]
        emitter.uses = [:]
        emitter.elementIndex = nil
        emitter.out = CWriter()
        emitLaneFunction()
        emitter.out.line("")
        emitEnvironment()
        emitPieceFunction()
        emitter.companions.append(emitter.out.lines.joined(separator: "\n") + "\n")
        (emitter.out, emitter.names, emitter.storage, emitter.known, emitter.uses, emitter.elementIndex) =
            saved
    }

    /// The iterations first, first + 1, …, first + active − 1.
    private func emitLaneFunction() {
        emitter.names = CNames(besides: emitter.unit.functionNames)
        emitter.names.enter()
        var parameters = ["run_state *run", "int64_t first", "int active"]
        for capture in captures(isParameter: true) {
            emitter.names.reserve(capture.name)
            parameters.append("\(capture.type)\(capture.name)")
        }
        for (variable, s) in captured {
            var inner = s
            if variable.kind.isArray {
                inner.count = count(s)
                (inner.rows, inner.columns) = ("\(s.name)_rows", "\(s.name)_columns")
            }
            if let kind = plan.sums[variable] {
                let sum = emitter.names.declare("\(s.name)_sums")
                if kind == .lanes, !variable.kind.isArray {
                    parameters.append("vf *restrict \(sum)")
                    inner.sums = .lane("*\(sum)")
                } else if kind == .lanes {
                    let lanes = emitter.names.declare("\(s.name)_lanes")
                    parameters.append("vf *restrict \(lanes)")
                    parameters.append("\(real) *restrict \(sum)")
                    inner.sums = .lanes(lanes, piece: sum)
                } else {
                    parameters.append("\(real) *restrict \(sum)")
                    inner.sums = .piece(sum)
                }
            }
            emitter.storage[variable.id] = inner
        }
        emitter.out.open(
            "static inline __attribute__((always_inline)) void \(name)_lanes(\(parameters.joined(separator: ", ")))"
        )
        let start = emitter.out.lines.count
        emitter.out.line("const vi running = lanes_running(active);")
        let i = emitter.declare(loop.index, isVarying: true).name
        emitter.out.line("const vi \(i) = first + lanes_numbers(active);")
        let body = emitter.out.lines.count
        let own = loadOwnElements()
        let outer = (emitter.lanes, emitter.mask)
        emitter.values = ValueNumbers()
        emitter.lanes = LaneContext(plan: plan, index: loop.index, first: "first")
        emitter.mask = nil
        emitter.block(loop.body)
        (emitter.lanes, emitter.mask) = outer
        own.forEach { emitter.out.line($0) }
        emitter.ignoreUnused([i, "running"], since: body)
        emitter.ignoreUnused(["run"] + captures(isParameter: true).map(\.name), since: start)
        emitter.out.close()
    }

    /// Loads what every iteration has to itself; returns the lines that put it back.
    private func loadOwnElements() -> [String] {
        var stores: [String] = []
        for (variable, s) in captured where plan.ownElements.contains(variable) {
            let name = emitter.names.declare("\(s.name)_\(emitter.name(loop.index))")
            let (type, suffix) = variable.kind.isReal ? ("vf", "") : ("vi", "_i")
            let isWritten = written.contains(variable)
            emitter.out.line(
                "\(isWritten ? "" : "const ")\(type) \(name) = lanes_load\(suffix)(\(s.name) + first, active);"
            )
            if isWritten { stores.append("lanes_store\(suffix)(\(s.name) + first, \(name), active);") }
            emitter.storage[variable.id]?.ownElement = name
        }
        return stores
    }

    private func emitEnvironment() {
        emitter.out.open("typedef struct")
        emitter.out.line("run_state *run;")
        emitter.out.line("int64_t loop_start, loop_end, loop_length;")
        emitter.out.line("int failed;")
        for capture in captures(isParameter: false) { emitter.out.line("\(capture.type)\(capture.name);") }
        for sum in sums { emitter.out.line("\(real) *\(sum.storage.name)_sums;") }
        emitter.out.close(" \(name)_environment;")
    }

    private func emitPieceFunction() {
        let out = "e"
        emitter.out.open("static void \(name)_piece(void *environment, int64_t piece)")
        emitter.out.line("\(name)_environment *\(out) = environment;")
        emitter.out.line("reversible_options options = *e->run->options;")
        emitter.out.line("run_state own = {.options = &options, .floor = e->run->floor};")
        emitter.out.line("const int status = setjmp(own.failed);")
        emitter.out.open("if (status)")
        emitter.out.line("__atomic_store_n(&e->failed, status, __ATOMIC_RELAXED);")
        emitter.out.line("end_run(&own);")
        emitter.out.line("return;")
        emitter.out.close()
        var arguments = captures(isParameter: true).map { "e->\($0.name)" }
        var endings: [String] = []
        for (variable, s, kind) in sums {
            let sum = "\(s.name)_sums"
            let size = variable.kind.isArray ? count(s).replacing(s.name + "_", with: "e->\(s.name)_") : "1"
            let place = variable.kind.isArray ? "e->\(sum) + piece * (\(size))" : "e->\(sum) + piece"
            emitter.out.line("\(real) *const \(sum) = \(place);")
            if kind == .piece {
                arguments.append(sum)
            } else {
                let lanes = "\(s.name)_lanes"
                arguments.append(lanes)
                if variable.kind.isArray {
                    arguments.append(sum)
                    emitter.out.line(
                        "vf *const \(lanes) = \(size) <= SUMS_PER_LANE ? take(&own, \(size), sizeof(vf)) : NULL;"
                    )
                } else {
                    emitter.out.line("vf *const \(lanes) = take(&own, 1, sizeof(vf));")
                }
                endings.append(
                    "for (int64_t k = 0; \(lanes) && k < \(size); ++k) \(sum)[k] += lanes_sum(\(lanes)[k]);")
            }
        }
        emitter.out.line("const int64_t loop_start = e->loop_start + piece * e->loop_length;")
        emitter.out.line("const int64_t left = e->loop_end - loop_start;")
        emitter.out.line(
            "const int64_t loop_end = loop_start + (left < e->loop_length ? left : e->loop_length);")
        emitter.out.line("int64_t i = loop_start;")
        let list = arguments.map { ", \($0)" }.joined()
        emitter.out.line("for (; loop_end - i >= LANES; i += LANES) \(name)_lanes(&own, i, LANES\(list));")
        emitter.out.line("if (i < loop_end) \(name)_lanes(&own, i, (int)(loop_end - i)\(list));")
        endings.forEach { emitter.out.line($0) }
        emitter.out.line("end_run(&own);")
        emitter.out.close()
    }

    // MARK: The loop's place in the program

    func emitCall(from: String, to: String) {
        let out = emitter
        out.out.open("if (\(from) < \(to))")
        let arrays = sums.filter { $0.variable.kind.isArray }
        let bytes = arrays.map { sum in
            "(\(sum.storage.count)) * (int64_t)sizeof(\(sum.kind == .lanes ? "vf" : real))"
        }.joined(separator: " + ")
        let mark = out.names.declare("mark")
        let length = out.names.declare("length")
        let pieces = out.names.declare("count")
        let loop = out.names.declare("loop")
        let needsMemory = !arrays.isEmpty
        if needsMemory { out.out.line("const memory_mark \(mark) = mark_memory(run);") }
        out.out.line(
            "const int64_t \(length) = piece_length(\(to) - \(from), \(bytes.isEmpty ? "0" : bytes));")
        out.out.line("const int64_t \(pieces) = (\(to) - \(from) + \(length) - 1) / \(length);")
        for (variable, s, _) in sums {
            if variable.kind.isArray {
                // One piece adds to the array itself.
                out.out.line(
                    "\(real) *const \(s.name)_sums = \(pieces) > 1 ? take(run, \(pieces) * (\(s.count)), sizeof(\(real))) : \(s.name);"
                )
            } else {
                out.out.line("\(real) \(s.name)_sums[64] = {0};")
            }
        }
        out.out.open("\(name)_environment \(loop) =")
        out.out.line(
            ".run = run, .loop_start = \(from), .loop_end = \(to), .loop_length = \(length), .failed = 0,")
        for capture in captures(isParameter: false) { out.out.line(".\(capture.name) = \(capture.value),") }
        for sum in sums { out.out.line(".\(sum.storage.name)_sums = \(sum.storage.name)_sums,") }
        out.out.close(";")
        out.out.line("run_pieces(run, \(pieces), \(name)_piece, &\(loop));")
        out.out.line("if (\(loop).failed) fail(run, \(loop).failed, \"a parallel loop failed\");")
        for (variable, s, _) in sums {
            if variable.kind.isArray {
                out.out.open("for (int64_t part = 0; \(pieces) > 1 && part < \(pieces); ++part)")
                out.out.line(
                    "for (int64_t at = 0; at < \(s.count); ++at) \(s.name)[at] += \(s.name)_sums[part * (\(s.count)) + at];"
                )
                out.out.close()
            } else {
                out.out.line(
                    "for (int64_t part = 0; part < \(pieces); ++part) \(s.name) += \(s.name)_sums[part];")
            }
        }
        if needsMemory { out.out.line("release_memory(run, \(mark));") }
        out.out.close()
    }
}
