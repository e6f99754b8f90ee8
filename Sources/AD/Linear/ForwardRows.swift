import ReversibleCore

/// The rows of a linearized run of few arguments, found forward: every number noted becomes a combination of the arguments.
///
/// With few arguments that is quicker than to take out numbers in between, and no number is left between arguments and results.
/// Where results are made of few numbers, and these of many arguments, it may be longer than what the other way leaves.
struct ForwardRows {
    let record: LinearRecord

    /// Whether the rows are short enough not to look for anything shorter, of a run that is long enough for that to take time.
    let suffices: Bool

    /// Numbers of rows that are kept at once, 128 MiB.
    private static let limit = 1 << 24

    /// The rows; nil if there are too many arguments for it.
    ///
    /// - Parameter results: The notes of results; 0 for one that depends on nothing.
    init?(_ notes: [LinearRun.Note], arguments: Int, results: [Int32]) {
        guard arguments > 0, arguments <= 16, notes.count <= ForwardRows.limit / arguments else {
            return nil
        }
        // Which arguments a number depends on: what is there counts, not whether it is 0.
        var masks = [UInt16](repeating: 0, count: notes.count)
        let rows = [Double](unsafeUninitializedCapacity: notes.count * arguments) { rows, count in
            count = notes.count * arguments
            rows[..<((arguments + 1) * arguments)].update(repeating: 0)
            for argument in 0..<arguments {
                masks[argument + 1] = 1 << argument
                rows[(argument + 1) * arguments + argument] = 1
            }
            for number in (arguments + 1)..<max(notes.count, arguments + 1) {
                let note = notes[number]
                let (first, second) = (Int(note.first), Int(note.second))
                masks[number] = masks[first] | masks[second]
                for argument in 0..<arguments {
                    rows[number * arguments + argument] =
                        LinearRun.product(note.a, rows[first * arguments + argument])
                        + LinearRun.product(note.b, rows[second * arguments + argument])
                }
            }
        }
        let made = Set(results.filter { Int($0) > arguments }).sorted()
        let terms = made.reduce(0) { $0 + masks[Int($1)].nonzeroBitCount }
        suffices = notes.count > 1024 && 2 * terms <= 3 * notes.count
        var (starts, sources, coefficients): ([Int32], [Int32], [Double]) = ([0], [], [])
        sources.reserveCapacity(terms)
        coefficients.reserveCapacity(terms)
        var positions = [Int32](repeating: -1, count: notes.count)
        for argument in 0..<arguments { positions[argument + 1] = Int32(argument) }
        for number in made.lazy.map({ Int($0) }) where masks[number] != 0 {
            positions[number] = Int32(arguments + starts.count - 1)
            for argument in 0..<arguments where masks[number] & 1 << argument != 0 {
                sources.append(Int32(argument))
                coefficients.append(rows[number * arguments + argument])
            }
            starts.append(Int32(sources.count))
        }
        record = LinearRecord(
            columns: arguments, starts: starts, sources: sources, coefficients: coefficients,
            results: results.map { $0 > 0 ? positions[Int($0)] : -1 })
    }
}
