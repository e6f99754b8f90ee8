// Elements that turns of a loop have to themselves, told from the text: rows of constant length, `v[3 * i + k]`, and of the
// length of a loop over each, `v[i * n + j]` for j in 0..<n.

extension Accesses {
    /// The arrays of which no turn of a loop over `index` uses an element that another turn uses, where `body` is what
    /// the turns do: those of ``usedApart(by:)``, and those of which each turn has a stretch of its own.
    func usedApart(by index: Variable, in body: Block) -> Set<Variable> {
        var loops: [Variable: ForLoop] = [:]
        body.forEachStatement { if case .forLoop(let loop) = $0.kind { loops[loop.index] = loop } }
        let stretches = Stretches(
            index: index, loops: loops, changing: written.union([index]), declared: declared)
        let places = Dictionary(grouping: all.map(\.place), by: \.variable)
        return usedApart(by: index).union(
            places.filter { $0.key.kind.isArray && stretches.areApart($0.value) }.keys)
    }
}

private struct Stretches {
    let index: Variable
    /// The loops inside, by their indices.
    let loops: [Variable: ForLoop]
    let changing: Set<Variable>
    let declared: Set<Variable>

    /// A position: the index times a constant, or times something that stays the same, and what is added to that.
    private struct Position {
        var factor = 0
        var length: Node?
        /// What stays the same, and how often it is added.
        var fixed: [Node: Int] = [:]
        var inner: [Variable: Int] = [:]
        var constant = 0
    }

    /// Whether there is an axis along which all of these places are in the stretch of their own turn.
    func areApart(_ places: [Place]) -> Bool {
        guard let axes = places.first?.indices.count, axes > 0,
            places.allSatisfy({ $0.indices.count == axes })
        else { return false }
        return (0..<axes).contains { axis in
            var positions: [Position] = []
            for place in places {
                guard let position = position(place.indices[axis]) else { return false }
                positions.append(position)
            }
            return areApart(positions)
        }
    }

    private func areApart(_ positions: [Position]) -> Bool {
        guard let first = positions.first,
            positions.allSatisfy({
                $0.factor == first.factor && $0.length == first.length && $0.fixed == first.fixed
            })
        else { return false }
        if let length = first.length { return positions.allSatisfy { isInRow($0, of: length) } }
        var (least, most) = (Int.max, Int.min)
        for position in positions {
            guard let range = range(of: position) else { return false }
            (least, most) = (min(least, range.lowerBound), max(most, range.upperBound))
        }
        return first.factor != 0 && most - least < abs(first.factor)
    }

    /// Whether what is added to index × length is an index from 0 up to the length: where there is one, the length is not 0.
    private func isInRow(_ position: Position, of length: Node) -> Bool {
        guard position.factor == 0, position.constant == 0, position.inner.count == 1,
            let (variable, times) = position.inner.first, times == 1, let loop = loops[variable]
        else { return false }
        return loop.start.constant == 0 && loop.end == length && loop.step.constant == 1 && !loop.closed
    }

    /// The constants that are added to factor × index.
    private func range(of position: Position) -> ClosedRange<Int>? {
        var (least, most) = (position.constant, position.constant)
        for (variable, times) in position.inner {
            guard let loop = loops[variable], case .integer(let start) = loop.start.kind,
                case .integer(let end) = loop.end.kind, loop.step.constant == 1,
                [start, end].allSatisfy({ abs($0) <= Stretches.limit })
            else { return nil }
            let last = loop.closed ? end : end - 1
            // A loop without turns uses nothing.
            guard last >= start else { continue }
            least += min(times * start, times * last)
            most += max(times * start, times * last)
        }
        return least...most
    }

    private func position(_ node: Node) -> Position? {
        var result = Position()
        guard node.size <= 64, add(node, times: 1, to: &result) else { return nil }
        return result
    }

    /// Constants up to here: sums of products of a few of them are far from the limits of integers.
    private static let limit = 1 << 20

    private func add(_ node: Node, times: Int, to result: inout Position) -> Bool {
        guard abs(times) <= Stretches.limit else { return false }
        switch node.kind {
        case .integer(let value):
            guard abs(value) <= Stretches.limit else { return false }
            result.constant += times * value
            return true
        case .read(let place) where place.indices.isEmpty && place.variable == index:
            result.factor += times
            return true
        case .read(let place) where place.indices.isEmpty && loops[place.variable] != nil:
            result.inner[place.variable, default: 0] += times
            return true
        case .integerBinary(.add, let a, let b):
            return add(a, times: times, to: &result) && add(b, times: times, to: &result)
        case .integerBinary(.subtract, let a, let b):
            return add(a, times: times, to: &result) && add(b, times: -times, to: &result)
        case .integerBinary(.below, let a, _): return add(a, times: times, to: &result)
        case .integerBinary(.multiply, let a, let b):
            if case .integer(let factor) = a.kind, abs(factor) <= Stretches.limit {
                return add(b, times: times * factor, to: &result)
            }
            if case .integer(let factor) = b.kind, abs(factor) <= Stretches.limit {
                return add(a, times: times * factor, to: &result)
            }
            if times == 1, result.length == nil {
                for (one, other) in [(a, b), (b, a)] where isIndex(one) && isFixed(other) {
                    result.length = other
                    return true
                }
            }
        default: break
        }
        guard isFixed(node) else { return false }
        result.fixed[node, default: 0] += times
        return true
    }

    private func isIndex(_ node: Node) -> Bool {
        guard case .read(let place) = node.kind else { return false }
        return place.variable == index && place.indices.isEmpty
    }

    private func isFixed(_ node: Node) -> Bool {
        node.isFixed(whereChanging: changing, declaring: declared)
    }
}
