// Elements of scratch arrays that nobody reads again need not be changed.
//
// A history, `state[t + 1] += step(state[t])`, is undone by a reversed program row by row, from the last one on.
// No turn looks at a row that has been undone, so undoing it is idle work: as much as computing it.

extension Block {
    /// The block without updates of scratch arrays whose elements nobody reads afterwards.
    func withoutUnreadElements() -> Block {
        var block = self
        while true {
            var survey = ElementUses(changing: Accesses(of: Statement(.block(block))).written)
            survey.walk(block)
            let idle = survey.unreadUpdates
            if idle.isEmpty { return block }
            var number = 0
            block = block.removing(idle, &number)
        }
    }

    /// The block without the statements of these numbers, as ``ElementUses`` counts them.
    private func removing(_ numbers: Set<Int>, _ number: inout Int) -> Block {
        var result = Block(ancillas: ancillas)
        for statement in statements {
            number += 1
            let isKept = !numbers.contains(number)
            let inner = statement.mappingOwnBlocks { $0.removing(numbers, &number) }
            if isKept { result.statements.append(inner) }
        }
        return result
    }
}

/// How the elements of scratch arrays are used, and within which loops.
private struct ElementUses {
    private struct Loop: Equatable {
        let number: Int
        /// The index, if it goes up or down by 1.
        let index: Node?
        let backward: Bool
        let parallel: Bool
    }

    private struct Use {
        let number: Int
        let loops: [Loop]
        let indices: [Node]
        let reads: Bool
        /// Whether this is what an update changes.
        let isTarget: Bool
    }

    private let changing: Set<Variable>
    /// Indices of loops, and what lives in their turns.
    private var declared: Set<Variable> = []
    private var number = 0
    private var uses: [Variable: [Use]] = [:]
    /// For every scratch array, in how many loops its declaration stands.
    private var depths: [Variable: Int] = [:]

    init(changing: Set<Variable>) { self.changing = changing }

    // MARK: Finding the uses

    mutating func walk(_ block: Block) { walk(block, []) }

    private mutating func walk(_ block: Block, _ loops: [Loop]) {
        for ancilla in block.ancillas where ancilla.variable.kind.isArray {
            depths[ancilla.variable] = loops.count
            if !loops.isEmpty { declared.insert(ancilla.variable) }
        }
        for statement in block.statements {
            number += 1
            walk(statement, loops)
        }
    }

    private mutating func walk(_ statement: Statement, _ loops: [Loop]) {
        var inside = loops
        switch statement.kind {
        case .update(let s):
            read([s.change] + s.place.indices, loops)
            note(s.place, loops, reads: false, isTarget: true)
        case .branch(let s): if s.decision != .replayed { read([s.pre], loops) }
        case .forLoop(let s):
            read([s.start, s.end, s.step], loops)
            declared.insert(s.index)
            inside.append(
                Loop(
                    number: number, index: s.step.constant == 1 ? Place(s.index).read : nil,
                    backward: s.backward, parallel: s.parallel))
        case .whileLoop(let s):
            inside.append(Loop(number: number, index: nil, backward: false, parallel: false))
            read([s.pre, s.post], inside)
            declared.formUnion([s.turn].compactMap { $0 })
        case .block: break
        default:
            for access in Accesses(of: statement).all {
                note(access.place, loops, reads: true, isTarget: false)
            }
        }
        for block in statement.ownBlocks { walk(block, inside) }
    }

    private mutating func read(_ nodes: [Node], _ loops: [Loop]) {
        for place in nodes.flatMap(\.reads) { note(place, loops, reads: true, isTarget: false) }
    }

    private mutating func note(_ place: Place, _ loops: [Loop], reads: Bool, isTarget: Bool) {
        guard let depth = depths[place.variable] else { return }
        // A new array is made in every turn of the loops around its declaration.
        uses[place.variable, default: []].append(
            Use(
                number: number, loops: Array(loops.dropFirst(depth)), indices: place.indices, reads: reads,
                isTarget: isTarget))
    }

    // MARK: What is never seen again

    /// The numbers of the updates whose effect no other statement sees.
    var unreadUpdates: Set<Int> {
        var result: Set<Int> = []
        for (_, uses) in uses {
            let readers = uses.filter { $0.reads }
            // What an update adds to is its own affair, unless another update stays that adds to the same element.
            let targets = uses.filter(\.isTarget)
            for target in targets {
                let seen =
                    readers.contains { sees($0, target) }
                    || targets.contains { $0.number != target.number && sees($0, target) }
                if !seen { result.insert(target.number) }
            }
        }
        return result
    }

    /// Whether `reader` may come upon an element after `writer` has changed it.
    private func sees(_ reader: Use, _ writer: Use) -> Bool {
        if surelyApart(reader, writer) { return false }
        for (own, other) in zip(writer.loops, reader.loops) {
            guard own == other else { break }
            // Iterations of a parallel loop do not use what others change.
            if own.parallel { continue }
            guard let index = own.index, let turns = turns(from: writer, to: reader, of: index) else {
                return true
            }
            let later = own.backward ? -turns : turns
            if later != 0 { return later > 0 }
        }
        return reader.number > writer.number
    }

    /// How much larger the index is in the turn in which `reader` names an element that `writer` named.
    private func turns(from writer: Use, to reader: Use, of index: Node) -> Int? {
        guard writer.indices.count == reader.indices.count else { return nil }
        for (a, b) in zip(writer.indices, reader.indices) {
            let (own, other) = (a.affine, b.affine)
            if own.base == index, other.base == index { return own.constant &- other.constant }
        }
        return nil
    }

    /// Whether the two never name one element: some index differs by a constant from something that stays as it is.
    private func surelyApart(_ a: Use, _ b: Use) -> Bool {
        guard a.indices.count == b.indices.count else { return false }
        return zip(a.indices, b.indices).contains { x, y in
            let own = x.affine
            guard own.isApart(from: y.affine) else { return false }
            return own.base?.isFixed(whereChanging: changing, declaring: declared) ?? true
        }
    }
}
