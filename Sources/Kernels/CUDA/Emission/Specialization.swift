import ReversibleCore

/// A program for arrays whose sizes are known when its kernels are made.
///
/// Sizes become constants, and short loops inside of a `ParallelFor` are written out, so that an iteration's own small
/// arrays are registers, and the positions in shared ones constants.
final class Specialization {
    /// What is known of the sizes of arrays.
    private var sizes: [Variable: [Int?]]
    /// Integers whose values are known where the walk is.
    private var integers: [Variable: Int] = [:] { didSet { renaming = nil } }
    private var renaming: Renaming?
    /// How much more may be written out before the loop in question stays one.
    private var budget: Int?

    /// Loops of more operations than this, written out, stay loops.
    private static let limit = 2500

    init(_ sizes: [Variable: [Int?]]) { self.sizes = sizes }

    // MARK: Expressions

    private var rewrite: Renaming {
        if let renaming { return renaming }
        let (sizes, integers) = (sizes, integers)
        let made = Renaming([:]) { Specialization.refined($0, sizes, integers) }
        renaming = made
        return made
    }

    private static func refined(
        _ node: Node, _ sizes: [Variable: [Int?]], _ integers: [Variable: Int]
    ) -> Node {
        switch node.kind {
        case .read(let place):
            return place.indices.isEmpty ? integers[place.variable].map { .integer($0) } ?? node : node
        case .size(let variable, let axis):
            return sizes[variable].flatMap { axis.size(of: $0) }.map { .integer($0) } ?? node
        case .integerUnary(let function, let a):
            guard case .integer(let known) = a.kind, let value = function.value(known) else { return node }
            return .integer(value)
        case .integerBinary(let function, let a, let b):
            let value = HostInteger.fold(function, a.asHostConstant, b.asHostConstant)
            if case .constant(let value) = value { return .integer(value) }
            return node
        case .compare(let relation, let a, let b):
            guard case .integer(let x) = a.kind, case .integer(let y) = b.kind else { return node }
            return Node(.boolean(relation.holds(x, y)), .boolean)
        case .not(let a): return a.knownTruth.map { Node(.boolean(!$0), .boolean) } ?? node
        case .and(let a, let b): return a.knownTruth.map { $0 ? b : a } ?? node
        case .or(let a, let b): return a.knownTruth.map { $0 ? a : b } ?? node
        case .select(let condition, let a, let b):
            guard let truth = condition.knownTruth else { return node }
            let chosen = truth ? a : b
            return chosen.type == node.type ? chosen : node
        default: return node
        }
    }

    // MARK: Statements

    func callAsFunction(_ block: Block) -> Block { self.block(block, isInside: false) }

    private func block(_ block: Block, isInside: Bool) -> Block {
        var result = Block()
        for ancilla in block.ancillas {
            var ancilla = ancilla
            ancilla.sizes = ancilla.sizes.map { rewrite($0) }
            result.ancillas.append(ancilla)
            if ancilla.variable.kind == .integer { integers[ancilla.variable] = 0 }
            if ancilla.variable.kind.isArray {
                sizes[ancilla.variable] = ancilla.sizes.map { size in
                    if case .integer(let value) = size.kind { value } else { nil }
                }
                renaming = nil
            }
        }
        for statement in block.statements {
            result.statements += statements(for: statement, isInside: isInside)
            if budget ?? 0 < 0 { break }
        }
        for ancilla in block.ancillas { integers[ancilla.variable] = nil }
        return result
    }

    private func statements(for statement: Statement, isInside: Bool) -> [Statement] {
        switch statement.kind {
        case .forLoop(let loop):
            let header = loop.header(rewrite)
            if isInside, let written = writtenOut(header, at: statement.location) { return written }
            forget(statement)
            var result = statement
            var body = header
            body.body = block(header.body, isInside: isInside || header.parallel)
            result.kind = .forLoop(body)
            return [result]
        case .block(let inner):
            var result = statement
            result.kind = .block(block(inner, isInside: isInside))
            return [result]
        case .compute(let s):
            var result = statement
            result.kind = .block(block(s.expanded, isInside: isInside))
            return [result]
        case .branch(let s):
            // What is not done need not be possible: elements that an array has not got.
            if let truth = rewrite(s.pre).knownTruth {
                var result = statement
                result.kind = .block(block(truth ? s.then : s.otherwise, isInside: isInside))
                return [result]
            }
            fallthrough
        case .whileLoop:
            // The conditions are those of other turns, or of other ways, too.
            forget(statement)
            return [
                statement.renamed(by: rewrite).mappingBlocks { block($0, isInside: isInside) }
            ]
        default:
            let result = statement.renamed(by: rewrite)
            if budget != nil { budget? -= result.weight }
            learn(result)
            return [result]
        }
    }

    private func forget(_ statement: Statement) {
        for variable in Accesses(of: statement).written { integers[variable] = nil }
    }

    /// Follows an integer whose value is known; all that the statement changes otherwise is not known any more.
    private func learn(_ statement: Statement) {
        if case .update(let s) = statement.kind, let old = integers[s.place.variable],
            s.place.indices.isEmpty,
            s.operation == .add || s.operation == .subtract, case .integer(let change) = s.change.kind,
            case .constant(let new) = HostInteger.fold(
                s.operation == .add ? .add : .subtract, .constant(old), .constant(change))
        {
            integers[s.place.variable] = new
        } else {
            forget(statement)
        }
    }

    /// The turns of a loop, one after the other; nil if it has too many, or nobody knows how many.
    private func writtenOut(_ loop: ForLoop, at location: SourceLocation?) -> [Statement]? {
        guard case .integer(let start) = loop.start.kind, case .integer(let end) = loop.end.kind,
            case .integer(let step) = loop.step.kind, step != 0,
            let count = HostInteger.turns(start, end, step, loop.closed), count <= 16
        else { return nil }
        let (known, outer) = (integers, budget)
        if outer == nil { budget = Specialization.limit }
        var result: [Statement] = []
        for turn in 0..<count {
            integers[loop.index] = start + step * (loop.backward ? count - 1 - turn : turn)
            result.append(Statement(.block(block(loop.body, isInside: true)), at: location))
            if budget ?? 0 < 0 { break }
        }
        integers[loop.index] = nil
        let fits = budget ?? 0 >= 0
        if outer == nil { budget = nil }
        guard fits else {
            integers = known
            return nil
        }
        return result
    }
}

extension ForLoop {
    /// The loop with rewritten bounds.
    fileprivate func header(_ rewrite: Renaming) -> ForLoop {
        var loop = self
        (loop.start, loop.end, loop.step) = (rewrite(start), rewrite(end), rewrite(step))
        return loop
    }
}

extension Statement {
    /// About how many instructions the statement takes.
    fileprivate var weight: Int {
        switch kind {
        case .update(let s): 1 + s.change.weight + s.place.indices.reduce(0) { $0 + $1.weight }
        case .rotate: 60
        default: 4
        }
    }
}

extension Node {
    fileprivate var weight: Int {
        if size > 10_000 { return size }
        return kind.operands.reduce(kind.weight) { $0 + $1.weight }
    }

    /// What a condition is known to be.
    fileprivate var knownTruth: Bool? {
        if case .boolean(let value) = kind { value } else { nil }
    }

    fileprivate var asHostConstant: HostInteger {
        if case .integer(let value) = kind { .constant(value) } else { .argument(-1) }
    }
}

extension Node.Kind {
    /// About how many instructions this takes, without its operands.
    fileprivate var weight: Int {
        switch self {
        case .unary(let function, _), .binary(let function, _, _):
            function.fragment.map { max(1, $0.instructions.count - 2) } ?? 1
        default: 1
        }
    }
}

extension Axis {
    /// This one of an array's sizes, if it is known.
    func size(of sizes: [Int?]) -> Int? {
        switch self {
        case .count:
            sizes.reduce(1) { product, size in
                guard let product, let size else { return nil }
                let (value, overflow) = product.multipliedReportingOverflow(by: size)
                return overflow ? nil : value
            }
        case .rows: sizes.first ?? nil
        case .columns: sizes.last ?? nil
        }
    }
}
