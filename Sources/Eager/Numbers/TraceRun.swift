import ReversibleCore
import Synchronization

/// What one derivative notes while its closure runs: of every number the two that it was made of, and the slopes in them.
///
/// Numbers may be used on other threads while the closure runs, as long as it waits for them: notes are made one at a time, and
/// an operand's always before the result's.
final class TraceRun: Sendable {
    /// How many derivatives are being taken here, this one included.
    let level: Int
    /// Where the derivative is taken.
    let location: SourceLocation

    private struct Notes: ~Copyable {
        /// The numbers count from 1, inputs first.
        var notes = [LinearRun.Note(first: 0, second: 0, a: 0, b: 0)]
        /// The slopes that depend on outer derivatives; the others are those of the note.
        var outer: [Int32: (a: Traced, b: Traced)] = [:]
        var isOver = false
        var problem: ReversibilityError?
    }
    private let notes = Mutex(Notes())

    /// The derivative whose closure is running.
    @TaskLocal static var current: TraceRun?

    init(at location: SourceLocation) {
        level = (TraceRun.current?.level ?? 0) + 1
        self.location = location
    }

    /// Whether the closure has returned.
    var isOver: Bool { notes.withLock { $0.isOver } }

    /// Why the derivative would be wrong; nil if nothing is known.
    var problem: ReversibilityError? { notes.withLock { $0.problem } }

    /// A number that the derivative is taken in.
    func input(_ number: Traced) -> Traced {
        Traced(number.primal, note(0, 0, 0, 0), of: self, outer: OuterNumber(number))
    }

    /// A number made of two others of the run, all whose slopes are plain.
    func noting(_ value: Double, _ first: Int32, _ a: Double, _ second: Int32, _ b: Double) -> Traced {
        Traced(value, note(first, a, second, b), of: self, outer: nil)
    }

    /// The same, where value or slopes depend on outer derivatives.
    func noting(_ value: Traced, _ first: Int32, _ a: Traced, _ second: Int32, _ b: Traced) -> Traced {
        let node = note(first, a.primal, second, b.primal)
        if node != 0, !a.isConstant || !b.isConstant { notes.withLock { $0.outer[node] = (a, b) } }
        return Traced(value.primal, node, of: self, outer: OuterNumber(value))
    }

    private func note(_ first: Int32, _ a: Double, _ second: Int32, _ b: Double) -> Int32 {
        notes.withLock { state in
            // A number of a closure that has returned stays what it is: not one to be used.
            guard !state.isOver else { return 0 }
            guard state.notes.count < Int(Int32.max) else {
                state.problem = ReversibilityError(
                    .invalidSize,
                    "the closure makes more than \(Int32.max) operations, and a record holds no more; take the derivative of "
                        + "parts, or write the long part as a program, whose derivative keeps no record",
                    function: "valueAndGrad", location: location)
                return 0
            }
            state.notes.append(LinearRun.Note(first: first, second: second, a: a, b: b))
            return Int32(state.notes.count - 1)
        }
    }

    /// Keeps that a number of another derivative was used where it means nothing.
    func refuse(_ other: TraceRun) {
        keep(
            .outOfScope,
            "a number of the derivative at \(other.location) is used here, where that derivative is not being taken; "
                + "take its `primal` for a constant, or compute with it inside of its own closure")
    }

    /// Keeps that a property was read that is no field.
    func refuseComputedField() {
        keep(
            .invalidArgument,
            "the closure reads a property of a struct that is computed, whose dependence on the fields is not known; compute "
                + "it from the fields in the closure")
    }

    private func keep(_ kind: ReversibilityError.Kind, _ message: String) {
        notes.withLock { state in
            guard state.problem == nil else { return }
            state.problem = ReversibilityError(
                kind, message, function: "valueAndGrad", location: location)
        }
    }

    /// Ends the run; its notes are forgotten.
    func finish() {
        notes.withLock { state in
            state.isOver = true
            state.notes = []
            state.outer = [:]
        }
    }

    /// The derivatives of a number of the run in the first `count` numbers, the inputs.
    func gradient(of node: Int32, inputs count: Int) -> [Traced] {
        notes.withLock { state in
            guard state.outer.isEmpty else { return nestedGradient(of: node, inputs: count, state) }
            var cotangents = Array(repeating: 0.0, count: max(Int(node), count) + 1)
            cotangents[Int(node)] = 1
            var last = Int(node)
            while last > count {
                let (weight, note) = (cotangents[last], state.notes[last])
                if weight != 0 {
                    if note.first != 0 { cotangents[Int(note.first)] += LinearRun.product(note.a, weight) }
                    if note.second != 0 { cotangents[Int(note.second)] += LinearRun.product(note.b, weight) }
                }
                last -= 1
            }
            return cotangents[1..<(count + 1)].map { Traced($0) }
        }
    }

    /// The same in the numbers of the derivatives around.
    private func nestedGradient(of node: Int32, inputs count: Int, _ state: borrowing Notes) -> [Traced] {
        var cotangents: [Traced?] = Array(repeating: nil, count: max(Int(node), count) + 1)
        cotangents[Int(node)] = 1
        var last = Int(node)
        while last > count {
            if let weight = cotangents[last] {
                let note = state.notes[last]
                let (a, b) = state.outer[Int32(last)] ?? (Traced(note.a), Traced(note.b))
                for (source, slope) in [(note.first, a), (note.second, b)] where source != 0 {
                    let change = Traced.evaluate(.chain, slope, weight)
                    cotangents[Int(source)] = cotangents[Int(source)].map { $0 + change } ?? change
                }
            }
            last -= 1
        }
        return cotangents[1..<(count + 1)].map { $0 ?? 0 }
    }
}
