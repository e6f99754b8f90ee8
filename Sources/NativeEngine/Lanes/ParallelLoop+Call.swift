import ReversibleCore

extension ParallelLoop {
    /// The loop's place in the program.
    func emitCall(from: String, to: String) {
        emitter.out.open("if (\(from) < \(to))")
        let length = emitter.names.declare("length")
        let bytes = sums.filter(\.isArray).map { sum in
            "(\(sum.storage.count)) * (int64_t)sizeof(\(sum.kind == .lanes ? sum.wide : sum.type))"
        }.joined(separator: " + ")
        let turns = from == "0" ? to : "\(to) - \(from)"
        // Without arrays of sums the number of steps makes no difference.
        let steps = bytes.isEmpty ? "1" : emitter.steps(of: loop)
        emitter.out.line(
            "const int64_t \(length) = piece_length(\(turns), \(bytes.isEmpty ? "0" : bytes), \(steps));")
        emitter.out.open("if (\(length) >= \(turns))")
        emitSinglePiece(from, to)
        emitter.out.otherwise()
        emitPieces(from, to, turns, length)
        emitter.out.close()
        emitter.out.close()
    }

    /// One piece adds to the arrays themselves, as no other does at the same time.
    private func emitSinglePiece(_ from: String, _ to: String) {
        for sum in sums where !sum.isArray { emitter.out.line("\(sum.type) \(sum.name) = 0;") }
        let arguments =
            captures(isParameter: true).map(\.value)
            + sums.map { $0.isArray ? $0.storage.name : "&\($0.name)" }
        emitter.out.line("\(name)(run, \(from), \(to)\(arguments.map { ", \($0)" }.joined()));")
        for sum in sums where !sum.isArray { emitter.out.line("\(sum.storage.name) += \(sum.name);") }
    }

    /// Every piece has sums of its own, which are added in order.
    private func emitPieces(_ from: String, _ to: String, _ turns: String, _ length: String) {
        emitter.names.enter()
        let out = emitter
        let mark = out.names.declare("mark")
        let pieces = out.names.declare("count")
        let loop = out.names.declare("loop")
        let arrays = sums.filter(\.isArray)
        if !arrays.isEmpty { out.out.line("const memory_mark \(mark) = mark_memory(run);") }
        out.out.line("const int64_t \(pieces) = (\(turns) + \(length) - 1) / \(length);")
        for sum in sums {
            out.out.line(
                sum.isArray
                    ? "\(sum.type) *const \(sum.name) = take(run, \(pieces) * (\(sum.storage.count)), sizeof(\(sum.type)));"
                    : "\(sum.type) \(sum.name)[64] = {0};")
        }
        out.out.open("\(name)_environment \(loop) =")
        out.out.line(
            ".run = run, .loop_start = \(from), .loop_end = \(to), .loop_length = \(length), .failed = 0,")
        for capture in captures(isParameter: false) { out.out.line(".\(capture.name) = \(capture.value),") }
        for sum in sums { out.out.line(".\(sum.name) = \(sum.name),") }
        out.out.close(";")
        out.out.line("run_pieces(run, \(pieces), \(name)_piece, &\(loop));")
        out.out.line("if (\(loop).failed) fail(run, \(loop).failed, \"a parallel loop failed\");")
        for sum in sums {
            let target = sum.storage.name
            if sum.isArray {
                out.out.line("for (int64_t part = 0; part < \(pieces); ++part)")
                out.out.line(
                    "    for (int64_t at = 0; at < \(sum.storage.count); ++at) \(target)[at] += \(sum.name)[part * (\(sum.storage.count)) + at];"
                )
            } else {
                out.out.line(
                    "for (int64_t part = 0; part < \(pieces); ++part) \(target) += \(sum.name)[part];")
            }
        }
        if !arrays.isEmpty { out.out.line("release_memory(run, \(mark));") }
        emitter.names.leave()
    }
}
