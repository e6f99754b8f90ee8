// Contributions of a warp's threads to places that are the same for all of them: one addition to memory for each warp
// and place, after the lanes have added theirs up.

/// A number of every thread's own, in a register, and the place in memory that the warp's sum is added to.
struct WarpSum {
    var amount: String
    /// The operand of an instruction: `[%rd1+8]`.
    var place: String
}

/// What the lanes of a warp know of the turn they are in: how many of them take part, which are the first ones.
struct WarpTurn {
    /// For every distance whether the lane that far above takes part, and its number (else the lane's own).
    var reach: [(distance: Int, predicate: String, source: String)]
    var isFirst: String
    var members: String
}

/// What a lane knows of itself, for sums in which all of its warp take part.
struct WarpLanes {
    var lane: String
    /// For every distance, a power of two, whether the lane is in the upper half, and the lane opposite.
    var opposite: [Int: (isUpper: String, lane: String)]
}

extension KernelEmitter {
    /// How many sums are made together, at most: a power of two.
    private static let most = 8

    /// Adds up the amounts of a warp's lanes, and adds the sum to memory: soon.
    func addOverWarp(_ amount: String, _ place: String) {
        _ = warpTurn()
        pendingSums.append(WarpSum(amount: packSum(of: amount), place: place))
        if pendingSums.count == KernelEmitter.most { flushSums() }
    }

    /// A new register with the sum of an amount over the iterations of a pack.
    func packSum(of amount: String) -> String {
        let total = out.temporary(realClass)
        out.add(
            KernelInstruction(opcode: "add.rn.\(realType)", operands: [total, amount], role: .packSum))
        return total
    }

    /// Makes the sums that are waiting: where threads go on elsewhere, or come by again.
    func flushSums() {
        guard !pendingSums.isEmpty else { return }
        out.add(sums: pendingSums)
        pendingSums = []
    }

    /// The lines with sums written out.
    ///
    /// - Parameter inWholeWarps: Whether all lanes take part.
    func writingSums(in lines: [KernelLine], inWholeWarps: Bool) -> [KernelLine] {
        lines.flatMap { line in
            guard case .sums(let sums, let stayTogether) = line else { return [line] }
            let start = out.lines.count
            if inWholeWarps && stayTogether {
                var rest = sums[...]
                var count = KernelEmitter.most
                while !rest.isEmpty {
                    while count > rest.count { count /= 2 }
                    addTogether(Array(rest.prefix(count)))
                    rest = rest.dropFirst(count)
                }
            } else {
                for sum in sums { addInPart(sum) }
            }
            return out.cut(from: start)
        }
    }

    // MARK: Some of the lanes

    /// The first lane adds the sum of those lanes to memory that take part in a turn.
    private func addInPart(_ sum: WarpSum) {
        let turn = warpTurn()
        let total = out.value(realClass, "mov.\(realType)", sum.amount)
        for (_, isThere, source) in turn.reach {
            let other = shuffled(total, source, turn.members)
            out.conditional(isThere, "add.rn.\(realType)", total, total, other)
        }
        out.conditional(turn.isFirst, "red.global.add.\(realType)", sum.place, total)
    }

    /// The registers that tell which lanes take part in a turn; they are set where the turn begins.
    private func warpTurn() -> WarpTurn {
        if let warp { return warp }
        let made = WarpTurn(
            reach: [16, 8, 4, 2, 1].map {
                ($0, out.register(.predicate, "reaches_\($0)"), out.register(.word, "above_\($0)"))
            },
            isFirst: out.register(.predicate, "is_first_lane"), members: out.register(.word, "members"))
        warp = made
        return made
    }

    /// Sets the registers of `warpTurn()`: the lanes that take part are the first ones, up to the last iteration.
    func beginWarpTurn(turn: String, iterations: String) {
        guard let warp else { return }
        out.comment("the lanes that take part in this turn")
        let own = out.value(.word, "mov.u32", "%tid.x")
        let lane = out.value(.word, "and.b32", own, "31")
        let wideLane = out.value(.integer, "cvt.u64.u32", lane)
        let left = out.value(.integer, "sub.s64", iterations, turn)
        let fromFirst = out.value(.integer, "add.s64", left, wideLane)
        let count = out.value(.integer, "min.s64", fromFirst, "32")
        for (distance, predicate, source) in warp.reach {
            let reached = out.value(.integer, "add.s64", wideLane, "\(distance)")
            out.instruction("setp.lt.s64", predicate, reached, count)
            // Lanes that do not take part must not be read.
            let above = out.value(.word, "cvt.u32.u64", reached)
            out.instruction("selp.b32", source, above, lane, predicate)
        }
        out.instruction("setp.eq.s64", warp.isFirst, wideLane, "0")
        let missing = out.value(.integer, "sub.s64", "32", count)
        let shift = out.value(.word, "cvt.u32.u64", missing)
        let all = out.value(.word, "mov.u32", "-1")
        out.instruction("shr.u32", warp.members, all, shift)
    }

    // MARK: All lanes

    /// Sums of all lanes, as many as a power of two: halves of the warp exchange halves of the sums until each lane
    /// has a part of one, so that n sums take little more than n exchanges.
    private func addTogether(_ sums: [WarpSum]) {
        let lanes = warpLanes()
        var parts = sums.map(\.amount)
        var places = sums.map(\.place)
        var distance = 16
        while parts.count > 1 {
            let half = parts.count / 2
            let (isUpper, opposite) = exchange(distance, lanes)
            parts = (0..<half).map { position in
                let (low, high) = (parts[position], parts[position + half])
                let kept = out.value(realClass, "selp.\(realType)", high, low, isUpper)
                let given = out.value(realClass, "selp.\(realType)", low, high, isUpper)
                return out.value(realClass, "add.rn.\(realType)", kept, shuffled(given, opposite, "-1"))
            }
            distance /= 2
        }
        let last = distance
        var total = parts[0]
        while distance > 0 {
            let other = shuffled(total, exchange(distance, lanes).lane, "-1")
            total = out.value(realClass, "add.rn.\(realType)", total, other)
            distance /= 2
        }
        // The lane's sum is the one whose number its upper bits are.
        let place = place(of: &places, last: last, lanes)
        let rest = out.value(.word, "and.b32", lanes.lane, "\(2 * last - 1)")
        let isLeading = out.value(.predicate, "setp.eq.u32", rest, "0")
        out.conditional(isLeading, "red.global.add.\(realType)", place, total)
    }

    /// The place of the sum that the lane has a part of.
    private func place(of places: inout [String], last: Int, _ lanes: WarpLanes) -> String {
        if places.count == 1 { return places[0] }
        let split = places.map(KernelInstruction.split)
        let steps = Set(zip(split.dropFirst(), split).map { $0.bytes - $1.bytes })
        if Set(split.map(\.register)).count == 1, let step = steps.first, steps.count == 1 {
            let number = out.value(.word, "shr.u32", lanes.lane, "\((2 * last).trailingZeroBitCount)")
            let offset = out.value(.integer, "mul.wide.s32", number, "\(step)")
            let base = out.value(.integer, "add.s64", split[0].register, offset)
            return KernelInstruction.place(base, split[0].bytes)
        }
        var addresses = split.map { part in
            part.bytes == 0 ? part.register : out.value(.integer, "add.s64", part.register, "\(part.bytes)")
        }
        var distance = 16
        while addresses.count > 1 {
            let half = addresses.count / 2
            let isUpper = exchange(distance, lanes).isUpper
            addresses = (0..<half).map {
                out.value(.integer, "selp.b64", addresses[$0 + half], addresses[$0], isUpper)
            }
            distance /= 2
        }
        return "[\(addresses[0])]"
    }

    private func warpLanes() -> WarpLanes {
        if let lanes { return lanes }
        let lane = out.register(.word, "lane")
        atEntry { out in
            let own = out.value(.word, "mov.u32", "%tid.x")
            out.instruction("and.b32", lane, own, "31")
        }
        let made = WarpLanes(lane: lane, opposite: [:])
        lanes = made
        return made
    }

    private func exchange(_ distance: Int, _ lanes: WarpLanes) -> (isUpper: String, lane: String) {
        if let known = self.lanes?.opposite[distance] { return known }
        let isUpper = out.register(.predicate, "is_upper_\(distance)")
        let opposite = out.register(.word, "opposite_\(distance)")
        atEntry { out in
            let bit = out.value(.word, "and.b32", lanes.lane, "\(distance)")
            out.instruction("setp.ne.u32", isUpper, bit, "0")
            out.instruction("xor.b32", opposite, lanes.lane, "\(distance)")
        }
        self.lanes?.opposite[distance] = (isUpper, opposite)
        return (isUpper, opposite)
    }

    /// The value of another lane.
    private func shuffled(_ value: String, _ source: String, _ members: String) -> String {
        let shuffle = "shfl.sync.idx.b32"
        if precision == .single {
            let bits = out.value(.word, "mov.b32", value)
            return out.value(
                .f32, "mov.b32", out.value(.word, shuffle, bits, source, "31", members))
        }
        let (low, high) = (out.temporary(.word), out.temporary(.word))
        out.instruction("mov.b64", "{\(low), \(high)}", value)
        let otherLow = out.value(.word, shuffle, low, source, "31", members)
        let otherHigh = out.value(.word, shuffle, high, source, "31", members)
        return out.value(.f64, "mov.b64", "{\(otherLow), \(otherHigh)}")
    }
}
