import ReversibleCore

/// What a run has noted, with every number that is used once put into the one that uses it.
///
/// That never makes more terms, and most numbers of a run are such: what is left for the graph of numbers, whose lists cost
/// more, are results and what is used more than once.
struct NotedRows {
    /// The numbers that are left and have terms, last first.
    private(set) var targets: [Int32] = []
    /// Where the terms of each begin.
    private(set) var starts = [0]
    private(set) var sources: [Int32] = []
    private(set) var coefficients: [Double] = []

    init(_ notes: [LinearRun.Note], arguments: Int, results: [Int32]) {
        // How many needed numbers use each; results count as used again, so that they stay.
        var uses = [UInt8](repeating: 0, count: notes.count)
        func use(_ number: Int32) { if uses[Int(number)] < 2 { uses[Int(number)] += 1 } }
        for result in results where result > 0 { uses[Int(result)] = 2 }
        for target in stride(from: notes.count - 1, to: arguments, by: -1) where uses[target] > 0 {
            let note = notes[target]
            if note.first > 0 { use(note.first) }
            if note.second > 0 { use(note.second) }
        }
        // Where in the row that is being made a number's term is, if it is in it.
        var places = [Int32](repeating: -1, count: notes.count)
        var open: [(number: Int32, factor: Double)] = []
        for target in stride(from: notes.count - 1, to: arguments, by: -1) where uses[target] > 1 {
            let first = sources.count
            open.append((Int32(target), 1))
            while let (number, factor) = open.popLast() {
                let note = notes[Int(number)]
                if note.second > 0 { add(note.second, note.b) }
                if note.first > 0 { add(note.first, note.a) }
                func add(_ source: Int32, _ coefficient: Double) {
                    let coefficient = LinearRun.product(factor, coefficient)
                    if Int(source) > arguments, uses[Int(source)] == 1 {
                        open.append((source, coefficient))
                    } else if places[Int(source)] >= first {
                        coefficients[Int(places[Int(source)])] += coefficient
                    } else {
                        places[Int(source)] = Int32(sources.count)
                        sources.append(source)
                        coefficients.append(coefficient)
                    }
                }
            }
            targets.append(Int32(target))
            starts.append(sources.count)
        }
    }
}
