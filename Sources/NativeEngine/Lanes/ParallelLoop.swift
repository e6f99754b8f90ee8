import ReversibleCore

// A parallel loop becomes functions: the iterations of one group of lanes; a range of iterations; a piece of the
// loop, which is what threads share out; and the place in the program that runs all pieces and adds up their
// sums in order.

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
        let name = emitter.unit.declare("\(emitter.signature.name.dropFirst("run_".count))_loop")
        let loop = ParallelLoop(loop: self, plan: plan, name: name, emitter: emitter)
        loop.emitFunctions()
        loop.emitCall(from: from, to: to)
        emitter.names.leave()
        emitter.out.close()
    }
}

/// One parallel loop being emitted.
struct ParallelLoop {
    let loop: ForLoop
    let plan: LanePlan
    let name: String
    let emitter: FunctionEmitter

    /// What the loop takes from the function around it, where that keeps it.
    let captured: [(variable: Variable, storage: Storage)]
    let written: Set<Variable>

    init(loop: ForLoop, plan: LanePlan, name: String, emitter: FunctionEmitter) {
        self.loop = loop
        self.plan = plan
        self.name = name
        self.emitter = emitter
        captured = plan.captured.filter { $0.kind != .stack }.map { ($0, emitter.store(of: $0)) }
        written = Accesses(of: loop.body).written
    }

    var real: String { emitter.real }

    /// A parameter or field of what is captured: C type, name, and the expression at the place of the loop.
    struct Capture {
        var type: String
        var name: String
        var value: String
    }

    func captures(isParameter: Bool) -> [Capture] {
        captured.flatMap { variable, s -> [Capture] in
            let type = variable.kind.isReal ? real : "int64_t"
            let restrict = isParameter && !emitter.variant.isAliased ? "restrict " : ""
            let array = Capture(
                type: "\(written.contains(variable) ? "" : "const ")\(type) *\(restrict)", name: s.name,
                value: s.name)
            // What is only added to is reached through its sums.
            let isSum = plan.sums[variable] != nil
            switch variable.kind {
            case .scalar, .integer, .index:
                return isSum ? [] : [Capture(type: "\(type) ", name: s.name, value: s.name)]
            case .vector, .integerVector:
                return (isSum ? [] : [array])
                    + [Capture(type: "int64_t ", name: "\(s.name)_count", value: s.count)]
            case .matrix:
                return (isSum ? [] : [array])
                    + [
                        Capture(type: "int64_t ", name: "\(s.name)_rows", value: s.rows),
                        Capture(type: "int64_t ", name: "\(s.name)_columns", value: s.columns),
                    ]
            case .stack: return []
            }
        }
    }

    struct Sum {
        var variable: Variable
        var storage: Storage
        var kind: LanePlan.SumKind
        var isArray: Bool { variable.kind.isArray }
        /// C types of what is added: of one number, and of one for every lane.
        let (type, wide): (String, String)
        /// The end of the names of functions for lanes of these.
        var suffix: String { variable.kind.isReal ? "" : "_i" }
        /// The C name of where a range adds to.
        var name: String { "\(storage.name)_sums" }
        var lanes: String { "\(storage.name)_lanes" }
    }

    var sums: [Sum] {
        captured.compactMap { variable, s in
            plan.sums[variable].map { kind in
                let isReal = variable.kind.isReal
                return Sum(
                    variable: variable, storage: s, kind: kind, type: isReal ? real : "int64_t",
                    wide: isReal ? "vf" : "vi")
            }
        }
    }

    /// The number of elements, in terms of the captured sizes.
    func count(_ s: Storage, prefix: String = "") -> String {
        switch s.kind {
        case .matrix: "\(prefix)\(s.name)_rows * \(prefix)\(s.name)_columns"
        case .vector, .integerVector: "\(prefix)\(s.name)_count"
        default: "1"
        }
    }

    /// Declares what is captured in a function of its own.
    func enterFunction() {
        emitter.names = CNames()
        emitter.names.enter()
        captures(isParameter: true).forEach { emitter.names.reserve($0.name) }
        for sum in sums {
            emitter.names.reserve(sum.name)
            emitter.names.reserve(sum.lanes)
        }
        for (variable, s) in captured where variable.kind.isArray {
            var inner = s
            inner.count = count(s)
            (inner.rows, inner.columns) = ("\(s.name)_rows", "\(s.name)_columns")
            emitter.storage[variable.id] = inner
        }
    }

    func emitFunctions() {
        let saved = (
            emitter.out, emitter.names, emitter.storage, emitter.known, emitter.uses, emitter.elementIndex
        )
        emitter.known = [:]
        emitter.uses = [:]
        emitter.elementIndex = nil
        emitter.out = CWriter()
        var rest = ""
        if !plan.isPlain {
            rest = emitLaneFunction()
            emitter.out.line("")
        }
        emitRangeFunction(rest: rest)
        emitter.out.line("")
        emitEnvironment()
        emitPieceFunction()
        emitter.companions.append(emitter.out.lines.joined(separator: "\n") + "\n")
        (emitter.out, emitter.names, emitter.storage, emitter.known, emitter.uses, emitter.elementIndex) =
            saved
    }
}
