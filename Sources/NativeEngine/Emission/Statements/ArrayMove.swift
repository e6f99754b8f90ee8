import ReversibleCore

/// Loops that copy an array to a stack, or put it back, number by number: the record of what steps forget.
///
/// The program says each number's own copy; in memory an array and its copies lie alike, so that they move at once.
struct ArrayMove {
    private let move: StackMove
    /// The array; nil where what comes back is not looked at.
    private let array: Variable?
    private let sizes: [Node]

    /// Nil if a loop is none of this kind.
    init?(_ loop: ForLoop) {
        var loops = [loop]
        while let inner = loops.last?.body.onlyLoop { loops.append(inner) }
        guard
            loops.allSatisfy({ $0.isOverArray && $0.backward == loop.backward }),
            let body = loops.last?.body.onlyBlock, body.ancillas.count == 1,
            let copy = body.ancillas.first?.variable, copy.kind == .scalar,
            let last = body.statements.last
        else { return nil }
        let indices = loops.map { Place($0.index).read }
        sizes = loops.map(\.end)
        let place: Place?
        if !loop.backward {
            // copy = -0; copy += element; PUSH(copy)
            guard body.statements.count == 3, case .negate(let sign) = body.statements[0].kind,
                sign.place == Place(copy), case .update(let update) = body.statements[1].kind,
                update.place == Place(copy), update.operation == .add,
                case .read(let source) = update.change.kind,
                case .move(let move) = last.kind, move.pushes
            else { return nil }
            (self.move, place) = (move, source)
        } else {
            // POP(old); SWAP(element, old)
            guard case .move(let move)? = body.statements.first?.kind, !move.pushes,
                body.ancillas[0].rule == .cotangent
            else { return nil }
            self.move = move
            if body.statements.count == 1 {
                place = nil
            } else if body.statements.count == 2, case .swap(let swap) = last.kind, swap.b == Place(copy) {
                place = swap.a
            } else {
                return nil
            }
        }
        array = place?.variable
        guard move.place == Place(copy), move.companion == nil, !move.isSpare else { return nil }
        guard let place else { return }
        guard place.indices == indices, place.variable.kind == (sizes.count == 1 ? .vector : .matrix),
            zip(sizes, place.variable.kind.axes).allSatisfy({ size, axis in
                size.kind == .size(place.variable, axis)
            })
        else { return nil }
    }

    func emit(to emitter: FunctionEmitter) {
        let stack = emitter.name(move.stack)
        let elements = array.map { emitter.store(of: $0).name } ?? "NULL"
        let count = sizes.map { emitter.integer($0).within(.product) }.joined(separator: " * ")
        emitter.out.line(
            "\(move.pushes ? "push" : "pop")_copies(run, \(stack), \(elements), \(count));")
    }
}

extension FunctionEmitter {
    /// Whether arrays may move as they lie in memory: of numbers that stacks hold, where nothing is looked at on the way.
    var movesArrays: Bool { lanes == nil && !isChecked && unit.number == .double }
}

extension ForLoop {
    /// Whether the index runs over an array.
    fileprivate var isOverArray: Bool {
        guard case .size = end.kind else { return false }
        return !parallel && !closed && start.constant == 0 && step.constant == 1
    }
}

extension Block {
    /// The loop that is all the block has.
    var onlyLoop: ForLoop? {
        guard ancillas.isEmpty, statements.count == 1, case .forLoop(let loop) = statements[0].kind else {
            return nil
        }
        return loop
    }

    fileprivate var onlyBlock: Block? {
        guard ancillas.isEmpty, statements.count == 1, case .block(let block) = statements[0].kind else {
            return self
        }
        return block
    }
}
