import ReversibleCore

extension ParallelLoop {
    /// The iterations first, first + 1, …, first + active − 1, side by side.
    ///
    /// - Returns: The name of the function for an incomplete group.
    func emitLaneFunction() -> String {
        enterFunction()
        var parameters = ["run_state *run", "int64_t first", "int active"]
        parameters += captures(isParameter: true).map { "\($0.type)\($0.name)" }
        for sum in sums {
            var inner = emitter.store(of: sum.variable)
            switch (sum.kind, sum.isArray) {
            case (.lanes, false):
                parameters.append("\(sum.wide) *restrict \(sum.lanes)")
            case (.lanes, true):
                parameters += ["\(sum.wide) *restrict \(sum.lanes)", "\(sum.type) *restrict \(sum.name)"]
                inner.sums = .lanes(sum.lanes, piece: sum.name)
            case (.piece, _):
                parameters.append("\(sum.type) *restrict \(sum.name)")
                inner.sums = .piece(sum.name)
            }
            emitter.storage[sum.variable.id] = inner
        }
        emitter.out.open(
            "static inline __attribute__((always_inline)) void \(name)_lanes(\(parameters.joined(separator: ", ")))"
        )
        let start = emitter.out.lines.count
        emitter.out.line("const vi running = lanes_running(active);")
        let i = emitter.declare(loop.index, isVarying: true).name
        emitter.out.line("const vi \(i) = first + lanes_numbers(active);")
        let body = emitter.out.lines.count
        let own = loadOwnElements() + loadOwnSums()
        let outer = (emitter.lanes, emitter.mask)
        emitter.values = ValueNumbers()
        emitter.lanes = LaneContext(plan: plan, index: loop.index, first: "first")
        emitter.mask = nil
        emitter.block(loop.body)
        (emitter.lanes, emitter.mask) = outer
        own.forEach { emitter.out.line($0) }
        emitter.clean(since: body)
        emitter.ignoreUnused([i, "running"], since: body)
        emitter.ignoreUnused(
            ["run"] + captures(isParameter: true).map(\.name)
                + sums.map(\.name).filter { sum in
                    parameters.contains { $0.hasSuffix(" \(sum)") }
                }, since: start)
        let length = emitter.out.lines.count - start
        emitter.out.close()
        guard length > 120 else { return name + "_lanes" }
        // The last, incomplete group of a long body: small code, since it runs once.
        let arguments = parameters.map { $0.split(whereSeparator: { $0 == " " || $0 == "*" }).last ?? "" }
        emitter.out.line("")
        emitter.out.open("REST void \(name)_rest(\(parameters.joined(separator: ", ")))")
        emitter.out.line("\(name)_lanes(\(arguments.joined(separator: ", ")));")
        emitter.out.close()
        return name + "_rest"
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

    /// Loads the sums of single numbers, so that the body adds to registers; returns the lines that put them back.
    ///
    /// Through memory, sums in the loops of a body would wait for their own stores, longer than the additions take.
    private func loadOwnSums() -> [String] {
        var stores: [String] = []
        for sum in sums where sum.kind == .lanes && !sum.isArray {
            let name = emitter.names.declare("\(sum.storage.name)_sum")
            emitter.out.line("\(sum.wide) \(name) = *\(sum.lanes);")
            stores.append("*\(sum.lanes) = \(name);")
            emitter.storage[sum.variable.id]?.sums = .lane(name)
        }
        return stores
    }
}
