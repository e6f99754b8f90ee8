import ReversibleCore

extension ParallelLoop {
    /// The iterations from loop_start up to loop_end, one group of lanes after the other.
    func emitRangeFunction(rest: String) {
        enterFunction()
        let parameters =
            ["run_state *run", "int64_t loop_start", "int64_t loop_end"]
            + captures(isParameter: true).map { "\($0.type)\($0.name)" }
            + sums.map { "\($0.type) *\(emitter.variant.isAliased ? "" : "restrict ")\($0.name)" }
        emitter.out.open("static void \(name)(\(parameters.joined(separator: ", ")))")
        let start = emitter.out.lines.count
        if plan.isPlain { emitPlainLoop() } else { emitGroups(rest: rest) }
        emitter.ignoreUnused(
            ["run"] + captures(isParameter: true).map(\.name) + sums.map(\.name), since: start)
        emitter.out.close()
    }

    /// A loop so simple that the compiler finds the lanes by itself.
    private func emitPlainLoop() {
        for sum in sums {
            // All the loop does to these arrays is to add.
            emitter.storage[sum.variable.id]?.name = sum.name
        }
        let i = emitter.declare(loop.index).name
        emitter.out.open("for (int64_t \(i) = loop_start; \(i) < loop_end; ++\(i))")
        emitter.scoped { emitter.block(loop.body) }
        emitter.out.close()
    }

    private func emitGroups(rest: String) {
        let perLane = sums.filter { $0.kind == .lanes }
        if !perLane.isEmpty { emitter.out.line("const memory_mark mark = mark_memory(run);") }
        var arguments = captures(isParameter: true).map(\.name)
        for sum in sums {
            let size = count(sum.storage)
            switch (sum.kind, sum.isArray) {
            case (.piece, _): arguments.append(sum.name)
            case (.lanes, true):
                arguments += [sum.lanes, sum.name]
                emitter.out.line(
                    "\(sum.wide) *const \(sum.lanes) = \(size) <= SUMS_PER_LANE ? take(run, \(size), sizeof(\(sum.wide))) : NULL;"
                )
            case (.lanes, false):
                arguments.append(sum.lanes)
                emitter.out.line("\(sum.wide) *const \(sum.lanes) = take(run, 1, sizeof(\(sum.wide)));")
            }
        }
        let list = arguments.map { ", \($0)" }.joined()
        emitter.out.line("int64_t first = loop_start;")
        emitter.out.line(
            "for (; loop_end - first >= LANES; first += LANES) \(name)_lanes(run, first, LANES\(list));")
        emitter.out.line(
            "if (first < loop_end) \(rest)(run, first, (int)(loop_end - first)\(list));")
        for sum in perLane {
            emitter.out.line(
                "for (int64_t at = 0; \(sum.lanes) && at < \(count(sum.storage)); ++at) \(sum.name)[at] += lanes_sum\(sum.suffix)(\(sum.lanes)[at]);"
            )
        }
        if !perLane.isEmpty { emitter.out.line("release_memory(run, mark);") }
    }

    func emitEnvironment() {
        emitter.out.open("typedef struct")
        emitter.out.line("run_state *run;")
        emitter.out.line("int64_t loop_start, loop_end, loop_length;")
        emitter.out.line("int failed;")
        for capture in captures(isParameter: false) { emitter.out.line("\(capture.type)\(capture.name);") }
        for sum in sums { emitter.out.line("\(sum.type) *\(sum.name);") }
        emitter.out.close(" \(name)_environment;")
    }

    /// One piece, with memory of its own: pieces run on any thread.
    func emitPieceFunction() {
        emitter.out.open("static void \(name)_piece(void *environment, int64_t piece)")
        emitter.out.line("\(name)_environment *e = environment;")
        emitter.out.line("reversible_options options = *e->run->options;")
        emitter.out.line("run_state own = {.options = &options, .floor = e->run->floor};")
        emitter.out.line("const int status = setjmp(own.failed);")
        emitter.out.open("if (status)")
        emitter.out.line("__atomic_store_n(&e->failed, status, __ATOMIC_RELAXED);")
        emitter.out.line("end_run(&own);")
        emitter.out.line("return;")
        emitter.out.close()
        emitter.out.line("const int64_t loop_start = e->loop_start + piece * e->loop_length;")
        emitter.out.line("const int64_t left = e->loop_end - loop_start;")
        emitter.out.line(
            "const int64_t loop_end = loop_start + (left < e->loop_length ? left : e->loop_length);")
        let arguments =
            captures(isParameter: true).map { "e->\($0.name)" }
            + sums.map { sum in
                sum.isArray
                    ? "e->\(sum.name) + piece * (\(count(sum.storage, prefix: "e->")))"
                    : "e->\(sum.name) + piece"
            }
        emitter.out.line(
            "\(name)(&own, loop_start, loop_end\(arguments.map { ", \($0)" }.joined()));")
        emitter.out.line("end_run(&own);")
        emitter.out.close()
    }
}
