import ReversibleCore

// How long an iteration takes, so that a loop is not cut into pieces whose sums cost more than its iterations.

extension FunctionEmitter {
    /// About how many steps an iteration of a loop takes, as a C expression of what is known before the loop.
    func steps(of loop: ForLoop) -> String {
        let accesses = Accesses(of: loop.body)
        return LoopSteps(
            emitter: self, changing: accesses.written.union([loop.index]), declared: accesses.declared
        ).text(of: loop.body)
    }
}

private struct LoopSteps {
    let emitter: FunctionEmitter
    let changing: Set<Variable>
    let declared: Set<Variable>

    /// The turns of a loop of which nothing is known before it runs.
    private static let unknownTurns = "16"

    func text(of block: Block) -> String {
        var constant = 0
        var terms: [String] = []
        func add(_ block: Block, times: String = "1") {
            let inner = text(of: block)
            if times == "1", let number = Int(inner) { return constant += number }
            terms.append(times == "1" ? inner : "\(times) * (\(inner))")
        }
        for statement in block.statements {
            let own = 1 + statement.evaluated.reduce(0) { $0 + min($1.size, 1000) }
            switch statement.kind {
            case .forLoop(let loop): add(loop.body, times: turns(loop))
            case .whileLoop(let loop): add(loop.body, times: LoopSteps.unknownTurns)
            default:
                let arrays =
                    statement.ownPlaces.filter(\.isWholeArray).map(\.variable)
                    + statement.ownNodes.flatMap(\.wholeArrays)
                if let array = arrays.first {
                    terms.append("\(count(array)) * \(own).0")
                } else {
                    constant += own
                }
                statement.ownBlocks.forEach { add($0) }
            }
        }
        return ([terms.isEmpty ? "\(constant)" : "\(constant).0"] + terms).joined(separator: " + ")
    }

    private func count(_ array: Variable) -> String {
        declared.contains(array) ? LoopSteps.unknownTurns : "(\(emitter.store(of: array).count))"
    }

    private func turns(_ loop: ForLoop) -> String {
        guard isKnown(loop.start), isKnown(loop.end) else { return LoopSteps.unknownTurns }
        let (start, end) = (emitter.integer(loop.start), emitter.integer(loop.end))
        return "(double)(\(end.within(.sum)) - \(start.within(.product)))"
    }

    private func isKnown(_ node: Node) -> Bool {
        switch node.kind {
        case .integer: true
        case .size(let array, _): !declared.contains(array)
        case .read(let place):
            place.indices.isEmpty && !changing.contains(place.variable) && !declared.contains(place.variable)
        case .integerBinary(.add, let a, let b), .integerBinary(.subtract, let a, let b),
            .integerBinary(.multiply, let a, let b):
            isKnown(a) && isKnown(b)
        default: false
        }
    }
}
