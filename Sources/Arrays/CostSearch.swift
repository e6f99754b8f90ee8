import Strategies

extension ArrayFunction {
    /// The cheapest form that a best-first search finds, and the order of the moves that lead to it.
    ///
    /// A state is a form of the function, a move a strategy that is applied to the whole of it. The cheapest state that has not
    /// been tried is tried next: all moves are made from it. Forms that are equal are one state.
    ///
    /// ```swift
    /// let (fast, order) = try slow.searched(sizes: [1000])
    /// ```
    ///
    /// - Parameters:
    ///   - moves: The strategies; the families of rules, each until it applies nowhere any more, in no particular order,
    ///     unless something else is given.
    ///   - sizes: For which sizes a form is cheap: see ``cost(sizes:)``. An operation and a turn count as one, a number that an
    ///     array holds as three.
    ///   - budget: How many states are tried.
    /// - Throws: `RewriteError`, if a move does not end.
    public func searched(
        over moves: [Strategy<Term>] = ArraySchedule.families, sizes: [Int], budget: Int = 60
    ) throws(RewriteError) -> (result: ArrayFunction, order: [String]) {
        struct State {
            let f: ArrayFunction
            let order: [String]
            let weight: Double
        }
        guard body.problem == nil else { return (self, []) }
        var open = [State(f: self, order: [], weight: cost(sizes: sizes).weight)]
        var (best, seen) = (open[0], Set([body]))
        for _ in 0..<max(budget, 0) {
            // The first of equally cheap ones: what was found by fewer moves.
            guard let next = open.indices.min(by: { open[$0].weight < open[$1].weight }) else { break }
            let state = open.remove(at: next)
            for move in moves {
                guard let body = try move(state.f.body), seen.insert(body).inserted else { continue }
                let f = with(body)
                let found = State(f: f, order: state.order + [move.name], weight: f.cost(sizes: sizes).weight)
                if found.weight < best.weight { best = found }
                open.append(found)
            }
        }
        return (best.f, best.order)
    }
}

extension ArraySchedule {
    /// The families of rules as moves of a search: each is applied until it applies nowhere any more.
    ///
    /// Those that clean up after others, projections, names and the ring's zeros and ones, are part of every move.
    public static let families: [Strategy<Term>] = {
        let cleaning = Strategy<Term>.first(of: [.projections, .lets, .ring], named: "cleaning")
        let families: [Strategy<Term>] = [.hoist, .oneHot, .fission, .conditions, .peeling, .fusion]
        return families.map { .innermost($0.or(cleaning)).named($0.name) }
    }()
}
