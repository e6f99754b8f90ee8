/// In which turns of the `While`s around it a read was made.
struct Turns: Sendable {
    /// The number of the loops' list; -1 for none.
    private var list: Int32 = -1
    private var counts: [Int] = []

    init() {}

    init(list: Int32, _ turns: [[CodeUnit.Turn]], _ integers: UnsafeMutablePointer<Int>) {
        guard list >= 0 else { return }
        self.list = list
        counts = turns[Int(list)].map { integers[Int($0.register)] }
    }

    /// The turns, counted from 1, for an error.
    func values(_ unit: CodeUnit) -> [ReversibilityError.NamedValue] {
        guard list >= 0 else { return [] }
        return zip(unit.turns[Int(list)], counts).map {
            .init(name: "turn of \($0.loop)", value: "\($1 + 1)")
        }
    }
}

/// What a run has read, kept until it reads it again; of every read the last first.
///
/// For the one run that looks for the place where undoing lost its digits. It takes memory for every read.
struct Notes<Number: ReversibleNumber> {
    private struct Read {
        var value: Number
        var isDecision: Bool
        var turns: Turns
        /// The instruction that kept it.
        var instruction: Int
    }

    /// Of every read, its values in order.
    private var reads: [Int32: [Read]] = [:]
    /// The largest value of each read so far, relative to which it may be off.
    private var scales: [Int32: [Double]] = [:]
    /// The largest values of all reads, tangents apart. Some of their roundings, if they are not large, are what a number
    /// may be that was made of others, and was 0.
    private var largest: [Double] = []

    mutating func keep(
        _ value: Number, site: Int32, isDecision: Bool, _ turns: Turns, _ instruction: Int
    ) {
        reads[site, default: []].append(
            Read(value: value, isDecision: isDecision, turns: turns, instruction: instruction))
        let components = value.components
        if !isDecision {
            largest += [Double](repeating: 0, count: max(0, components.count - largest.count))
            for (index, component) in components.enumerated() where component.isFinite {
                largest[index] = max(largest[index], component.magnitude)
            }
        }
        guard let known = scales[site] else {
            scales[site] = components.map(\.magnitude)
            return
        }
        scales[site] = zip(known, components).map { max($0, $1.magnitude) }
    }

    /// Takes back what was read last; returns what differs.
    ///
    /// - Parameter peak: The largest that the place held. A number that was 0 may come back as the rounding of that.
    mutating func compare(
        _ value: Number, site: Int32, tolerance: Double, peak: Double, of subject: Drift.Subject,
        _ instruction: Int
    ) -> Fault? {
        guard let last = reads[site]?.popLast() else {
            // Another way was taken than before.
            return Fault(
                cause: .drift(before: .nan, now: value.primal, .decision, Turns()), instruction: instruction)
        }
        let scale = scales[site] ?? []
        for (index, (before, now)) in zip(last.value.components, value.components).enumerated() {
            // What was not finite before speaks for itself.
            if before == now || !before.isFinite { continue }
            let scale = max(before.magnitude, index < scale.count ? scale[index] : 0)
            // No more than of 1: a number that grows after it was read must not be excused by what it has grown to.
            let ofZero = before == 0 ? tolerance * 1e-4 * max(min(peak, 1), scale) : 0
            let others = index < largest.count ? largest[index] : 0
            let rounding = RunOptions.roundings(of: Number.self) * min(others, Update.Witness.heldWeight)
            let limit =
                subject == .decision
                ? 0 : max(tolerance * scale, ofZero, before == 0 || scale <= rounding ? rounding : 0)
            // Written so that a NaN fails.
            if !((before - now).magnitude <= limit) {
                return Fault(
                    cause: .drift(
                        before: before, now: now, subject == .value && index > 0 ? .tangent : subject,
                        last.turns),
                    instruction: instruction)
            }
        }
        return nil
    }

    /// What was read and is not read again: somewhere another way was taken.
    var leftOver: Fault? {
        reads.values.lazy.compactMap(\.last).max { $0.instruction < $1.instruction }.map {
            Fault(
                cause: .drift(before: $0.value.primal, now: .nan, .decision, $0.turns),
                instruction: $0.instruction)
        }
    }
}
