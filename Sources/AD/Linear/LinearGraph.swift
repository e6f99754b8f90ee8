// Preaccumulation: numbers in between are taken out of a linearized run wherever that adds no terms, by putting what they
// are made of into what is made of them (vertex elimination; Griewank and Walther, Evaluating Derivatives, chapter 9).

/// The terms of a linearized run as a graph from which numbers can be taken out.
struct LinearGraph {
    /// A term of a number: in the list of the number's terms, and in that of the uses of what it is a multiple of.
    private struct Edge {
        var source: Int32
        var target: Int32
        var coefficient: Double
        var nextIn: Int32 = -1
        var previousIn: Int32 = -1
        var nextOut: Int32 = -1
        var previousOut: Int32 = -1
    }

    /// Heads of both lists of a number, and how long they are.
    private struct Node {
        var firstIn: Int32 = -1
        var firstOut: Int32 = -1
        var ins: Int32 = 0
        var outs: Int32 = 0
        var isKept = false
    }

    private var edges: [Edge] = []
    private var free: [Int32] = []
    private var nodes: [Node]
    private let argumentCount: Int

    /// The terms that results depend on, of a run whose first numbers are its arguments.
    init(_ run: LinearRun, arguments: Int, results: [Int32]) {
        argumentCount = arguments
        let rows = NotedRows(run.notes, arguments: arguments, results: results)
        nodes = Array(repeating: Node(), count: run.notes.count)
        for result in results where result > 0 { nodes[Int(result)].isKept = true }
        edges.reserveCapacity(rows.sources.count)
        for (row, target) in rows.targets.enumerated() {
            for position in rows.starts[row]..<rows.starts[row + 1] {
                add(rows.coefficients[position], from: rows.sources[position], to: target)
            }
        }
    }

    // MARK: Lists

    private mutating func add(_ coefficient: Double, from source: Int32, to target: Int32) {
        let (s, t) = (Int(source), Int(target))
        let edge = Edge(
            source: source, target: target, coefficient: coefficient, nextIn: nodes[t].firstIn,
            nextOut: nodes[s].firstOut)
        let number: Int32
        if let old = free.popLast() {
            number = old
            edges[Int(old)] = edge
        } else {
            number = Int32(edges.count)
            edges.append(edge)
        }
        if edge.nextIn >= 0 { edges[Int(edge.nextIn)].previousIn = number }
        if edge.nextOut >= 0 { edges[Int(edge.nextOut)].previousOut = number }
        nodes[t].firstIn = number
        nodes[t].ins += 1
        nodes[s].firstOut = number
        nodes[s].outs += 1
    }

    private mutating func remove(_ number: Int32) {
        let edge = edges[Int(number)]
        let (s, t) = (Int(edge.source), Int(edge.target))
        if edge.previousIn >= 0 {
            edges[Int(edge.previousIn)].nextIn = edge.nextIn
        } else {
            nodes[t].firstIn = edge.nextIn
        }
        if edge.nextIn >= 0 { edges[Int(edge.nextIn)].previousIn = edge.previousIn }
        if edge.previousOut >= 0 {
            edges[Int(edge.previousOut)].nextOut = edge.nextOut
        } else {
            nodes[s].firstOut = edge.nextOut
        }
        if edge.nextOut >= 0 { edges[Int(edge.nextOut)].previousOut = edge.previousOut }
        nodes[t].ins -= 1
        nodes[s].outs -= 1
        free.append(number)
    }

    /// The term from one number to another, looked for in the shorter of the two lists.
    private func edge(from source: Int32, to target: Int32) -> Int32? {
        let (s, t) = (nodes[Int(source)], nodes[Int(target)])
        if s.outs < t.ins {
            var number = s.firstOut
            while number >= 0 {
                if edges[Int(number)].target == target { return number }
                number = edges[Int(number)].nextOut
            }
        } else {
            var number = t.firstIn
            while number >= 0 {
                if edges[Int(number)].source == source { return number }
                number = edges[Int(number)].nextIn
            }
        }
        return nil
    }

    // MARK: Elimination

    /// Takes out all numbers whose removal makes no more terms than there were, until there are no more of them.
    ///
    /// Last numbers first: along a sum that grows from step to step every number then has few terms when its turn comes. A
    /// number is looked at again only when one that it is made of, or that is made of it, has gone.
    mutating func eliminate() {
        var queue = Array(((argumentCount + 1)..<max(argumentCount + 1, nodes.count)).reversed())
        var isQueued = Array(repeating: true, count: nodes.count)
        var position = 0
        while position < queue.count {
            let node = queue[position]
            position += 1
            isQueued[node] = false
            guard !nodes[node].isKept, nodes[node].outs > 0, addsNoTerms(node) else { continue }
            func look(at neighbour: Int) {
                guard neighbour > argumentCount, !isQueued[neighbour] else { return }
                isQueued[neighbour] = true
                queue.append(neighbour)
            }
            var number = nodes[node].firstIn
            while number >= 0 {
                look(at: Int(edges[Int(number)].source))
                number = edges[Int(number)].nextIn
            }
            number = nodes[node].firstOut
            while number >= 0 {
                look(at: Int(edges[Int(number)].target))
                number = edges[Int(number)].nextOut
            }
            eliminate(node)
        }
    }

    /// Whether taking out a number makes no more terms than it takes away: a term that is there already is not a new one.
    private func addsNoTerms(_ node: Int) -> Bool {
        let (ins, outs) = (Int(nodes[node].ins), Int(nodes[node].outs))
        if ins * outs <= ins + outs { return true }
        // To look which terms are there takes time; of long lists none is expected to be.
        guard ins * outs <= 32 else { return false }
        var new = 0
        var use = nodes[node].firstOut
        while use >= 0 {
            let target = edges[Int(use)].target
            var term = nodes[node].firstIn
            while term >= 0 {
                if nodes[Int(target)].ins > 32 || edge(from: edges[Int(term)].source, to: target) == nil {
                    new += 1
                }
                term = edges[Int(term)].nextIn
            }
            use = edges[Int(use)].nextOut
        }
        return new <= ins + outs
    }

    private mutating func eliminate(_ node: Int) {
        while nodes[node].firstOut >= 0 {
            let use = edges[Int(nodes[node].firstOut)]
            remove(nodes[node].firstOut)
            var number = nodes[node].firstIn
            while number >= 0 {
                let term = edges[Int(number)]
                let coefficient = LinearRun.product(use.coefficient, term.coefficient)
                if let known = edge(from: term.source, to: use.target) {
                    edges[Int(known)].coefficient += coefficient
                } else {
                    add(coefficient, from: term.source, to: use.target)
                }
                number = term.nextIn
            }
        }
        while nodes[node].firstIn >= 0 { remove(nodes[node].firstIn) }
    }

    // MARK: The outcome

    /// The numbers that are left, in order, as a record.
    func record(results: [Int32]) -> LinearRecord {
        var numbers = Array(repeating: Int32(-1), count: nodes.count)
        for argument in 0..<argumentCount { numbers[argument + 1] = Int32(argument) }
        var (starts, sources, coefficients): ([Int32], [Int32], [Double]) = ([0], [], [])
        var next = Int32(argumentCount)
        var terms: [(source: Int32, coefficient: Double)] = []
        for node in nodes.indices.dropFirst(argumentCount + 1) where nodes[node].ins > 0 {
            terms.removeAll(keepingCapacity: true)
            var number = nodes[node].firstIn
            while number >= 0 {
                terms.append((numbers[Int(edges[Int(number)].source)], edges[Int(number)].coefficient))
                number = edges[Int(number)].nextIn
            }
            // The order of a sum does not depend on the order in which numbers were taken out.
            terms.sort { $0.source < $1.source }
            for term in terms {
                sources.append(term.source)
                coefficients.append(term.coefficient)
            }
            starts.append(Int32(sources.count))
            numbers[node] = next
            next += 1
        }
        return LinearRecord(
            columns: argumentCount, starts: starts, sources: sources, coefficients: coefficients,
            results: results.map { $0 > 0 ? numbers[Int($0)] : -1 })
    }
}
