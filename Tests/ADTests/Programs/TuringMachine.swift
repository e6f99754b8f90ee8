import AD
import Testing

/// A reversible Turing machine (Bennett 1973; the table machine of Axelsen and Glück 2011, and JuliaReverse's
/// ReversibleTuringMachine.jl): rule k goes from state `from[k]` to state `to[k]`. A symbol rule replaces
/// `reads[k]` by `writes[k]`; a rule that reads `anything` moves the head by `writes[k]`.
///
/// A turn looks its rule up, obeys it, and unlearns it by looking up which rule leads to where it is now.
/// That finds one rule because the table is deterministic backward too.
private let machine = ReversibleFunction(
    "machine", parameters: ["tape", "head", "state", "start", "halt", "from", "reads", "writes", "to"]
) {
    (
        tape: IntegerVector, head: Integer, state: Integer, start: Integer, halt: Integer,
        from: IntegerVector, reads: IntegerVector, writes: IntegerVector, to: IntegerVector
    ) in
    let rule = Integer.ancilla("rule")
    While(state != halt, post: state != start) {
        For(from.indices) { k in
            rule += select(state == from[k] && (reads[k] == anything || reads[k] == tape[head]), k + 1, 0)
        }
        Compute {
            rule -= 1
        } apply: {
            state += to[rule] - from[rule]
            If(reads[rule] == anything) {
                head += writes[rule]
            } else: {
                tape[head] += writes[rule] - reads[rule]
            }
        }
        For(from.indices) { k in
            rule -= select(state == to[k] && (reads[k] == anything || writes[k] == tape[head]), k + 1, 0)
        }
    }
}

private let anything = -2
private let blank = -1

/// Adds 1 to the binary number to the right of the head, lowest digit first.
private enum Counter {
    static let rules = [
        [1, blank, blank, 2], [2, anything, 1, 3], [3, 0, 1, 4], [3, 1, 0, 2], [3, blank, blank, 4],
        [4, anything, -1, 5], [5, 0, 0, 4], [5, blank, blank, 6],
    ]

    static func run(_ tape: [Int], backward: Bool = false) throws -> [Int] {
        let columns = (0..<4).map { column in rules.map { $0[column] } }
        let program = backward ? ~machine : machine
        let result = try program(
            tape, 0, backward ? 6 : 1, 1, 6, columns[0], columns[1], columns[2], columns[3])
        #expect(result.1 == 0 && result.2 == (backward ? 1 : 6))
        return result.0
    }
}

@Suite struct TuringMachineTests {
    @Test func publishedTape() throws {
        let tape = [blank, 1, 1, 0, 0, 1, blank]
        let next = [blank, 0, 0, 1, 0, 1, blank]
        #expect(try Counter.run(tape) == next)
        #expect(try Counter.run(next, backward: true) == tape)
    }

    @Test func countsToThirty() throws {
        var tape = [blank, 0, 0, 0, 0, 0, blank]
        for number in 1...30 {
            tape = try Counter.run(tape)
            #expect(tape[1...5].reversed().reduce(0) { 2 * $0 + $1 } == number)
        }
        for _ in 0..<30 { tape = try Counter.run(tape, backward: true) }
        #expect(tape == [blank, 0, 0, 0, 0, 0, blank])
    }

    /// No rule for the symbol 7: the rule's number stays 0, and row -1 of the table does not exist.
    @Test func unknownSymbol() {
        #expect(throws: ReversibilityError.self) { try Counter.run([blank, 7, blank]) }
    }
}
