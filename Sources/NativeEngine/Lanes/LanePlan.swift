import ReversibleCore

/// How the iterations of a `ParallelFor` can run side by side.
///
/// A value is *uniform* if it is the same in all lanes and *varying* otherwise. Uniform values stay plain
/// numbers; control flow on uniform conditions stays plain control flow.
struct LanePlan {
    /// Variables declared in the body whose content varies between lanes; the index among them.
    private(set) var varying: Set<Variable>
    /// Variables from outside that the body uses, in the order of their numbers.
    private(set) var captured: [Variable] = []
    /// Places from outside that several iterations add to, and whether every lane can keep sums of its own.
    private(set) var sums: [Variable: SumKind] = [:]

    /// Vectors from outside of which every iteration uses its own element only, and does so in any case.
    private(set) var ownElements: Set<Variable> = []

    /// Whether the loop is nothing but arithmetic on neighbouring elements, which compilers put into lanes best, or adds
    /// so little to elements of its choice, one lane after another, that lanes do not pay.
    private(set) var isPlain = false

    /// Lanes in which nothing but the index differs, and no place is added to by several.
    init(alone index: Variable) { varying = [index] }

    enum SumKind {
        /// All lanes name the same elements: sums per lane.
        case lanes
        /// Lanes name different elements: sums per piece of the loop.
        case piece
    }

    /// - Parameter isAliased: Whether two cotangents from outside may be one array under two names.
    ///
    /// Nil if the loop has to run one iteration after the other.
    init?(_ loop: ForLoop, _ program: LoweredFunction, isAliased: Bool) {
        var accesses = Accesses(ownModes: program.parameterModes)
        loop.body.visit(&accesses)
        var inside = accesses.declared
        inside.insert(loop.index)
        varying = [loop.index]
        guard loop.step.constant == 1, loop.body.canRunInLanes,
            !program.lost.findElements(in: loop.body)
        else { return nil }
        var analysis = Uniformity(varying: varying, inside: inside)
        analysis.run(loop.body)
        varying = analysis.varying
        guard !analysis.hasVaryingSizes, !analysis.hasVaryingStrides else { return nil }
        let all = loop.body.usedVariables.subtracting(inside)
        captured = all.sorted { $0.id < $1.id }
        let indexRead = Place(loop.index).read
        let apart = accesses.usedApart(by: loop.index)
        let certain = loop.body.certainPlaces
        for variable in captured {
            let uses = accesses.all.filter { $0.place.variable == variable }
            let modes = uses.reduce(into: AccessMode()) { $0.formUnion($1.mode) }
            let mayBeAnother = isAliased && modes.contains(.accumulate)
            if !mayBeAnother, variable.kind == .vector || variable.kind == .integerVector,
                uses.allSatisfy({ $0.place.indices == [indexRead] }),
                certain.contains(Place(variable, [indexRead]))
            {
                ownElements.insert(variable)
                continue
            }
            guard modes.changes else { continue }
            if apart.contains(variable), !mayBeAnother { continue }
            if modes == .accumulate {
                let isUniform = uses.allSatisfy { $0.place.indices.allSatisfy { !analysis.isVarying($0) } }
                sums[variable] = isUniform ? .lanes : .piece
            } else if modes.contains(.accumulate) || !variable.kind.isArray
                || uses.contains(where: {
                    $0.mode.contains(.write) && !$0.place.indices.contains { analysis.isVarying($0) }
                })
            {
                return nil
            }
        }
        isPlain =
            !sums.values.contains(.lanes)
            && (loop.body.isPlainArithmetic(over: loop.index) || loop.body.isPlainScatter(into: sums))
    }
}

extension Block {
    /// Places that are used whenever the block runs, whatever the conditions in it turn out to be.
    fileprivate var certainPlaces: Set<Place> {
        var result: Set<Place> = []
        for statement in statements {
            switch statement.kind {
            case .update(let s):
                result.insert(s.place)
                if !s.change.hasConditions { result.formUnion(s.change.reads) }
            case .block(let block): result.formUnion(block.certainPlaces)
            case .branch(let s): if !s.pre.hasConditions { result.formUnion(s.pre.reads) }
            default: break
            }
        }
        return result
    }

    /// Whether the block holds nothing that lanes cannot do side by side: calls, stacks, recorded turns.
    fileprivate var canRunInLanes: Bool {
        ancillas.allSatisfy { $0.variable.kind != .stack }
            && statements.allSatisfy { statement in
                switch statement.kind {
                case .call, .move, .misuse: return false
                // What must hold for views is asked for each iteration by itself.
                case .assertion(let s): return s.condition.reads.isEmpty
                case _ where statement.record != nil: return false
                default: return statement.ownBlocks.allSatisfy(\.canRunInLanes)
                }
            }
    }
}

extension Block {
    /// Whether all statements add arithmetic of neighbouring elements, or of numbers, to neighbouring elements.
    fileprivate func isPlainArithmetic(over index: Variable) -> Bool {
        ancillas.isEmpty
            && statements.allSatisfy { statement in
                switch statement.kind {
                case .update(let s):
                    s.place.type == .real && s.place.isNeighbour(of: index)
                        && s.change.isPlainArithmetic(over: index)
                        && (s.operation == .add || s.operation == .subtract)
                case .block(let block): block.isPlainArithmetic(over: index)
                default: false
                }
            }
    }
}

extension Block {
    /// Whether all statements add arithmetic to elements of sums.
    fileprivate func isPlainScatter(into sums: [Variable: LanePlan.SumKind]) -> Bool {
        ancillas.isEmpty
            && statements.allSatisfy { statement in
                switch statement.kind {
                case .update(let s):
                    !s.place.indices.isEmpty && sums[s.place.variable] != nil
                        && (s.place.indices + [s.change]).allSatisfy(\.isPlainArithmetic)
                case .block(let block): block.isPlainScatter(into: sums)
                default: false
                }
            }
    }
}

extension Place {
    /// Whether this is an element a fixed distance from the index, in a vector or in a row of a matrix.
    fileprivate func isNeighbour(of index: Variable) -> Bool {
        guard indices.last?.affine.distance(from: index) != nil else { return false }
        return indices.dropLast().allSatisfy { $0.isWithout(index) }
    }
}

extension Node {
    /// Whether the value does not depend on the index.
    fileprivate func isWithout(_ index: Variable) -> Bool { !reads.contains { $0.variable == index } }

    /// Whether this is made of + − × ÷ of neighbouring elements and of numbers.
    fileprivate func isPlainArithmetic(over index: Variable) -> Bool {
        guard size < 200, type == .real || type == .integer else { return false }
        switch kind {
        case .real, .integer, .size: return true
        case .read(let place):
            return place.indices.isEmpty ? place.variable != index : place.isNeighbour(of: index)
        case .unary(.negate, let a): return a.isPlainArithmetic(over: index)
        case .binary(let f, let a, let b) where f.isInfix:
            return a.isPlainArithmetic(over: index) && b.isPlainArithmetic(over: index)
        default: return false
        }
    }

    /// Whether this is made of + − × ÷ of elements, wherever they are, and of numbers.
    fileprivate var isPlainArithmetic: Bool {
        guard size < 200, type == .real || type == .integer else { return false }
        switch kind {
        case .real, .integer, .size: return true
        case .read(let place): return place.indices.allSatisfy(\.isPlainArithmetic)
        case .unary(.negate, let a): return a.isPlainArithmetic
        case .binary(let f, let a, let b) where f.isInfix:
            return a.isPlainArithmetic && b.isPlainArithmetic
        case .integerBinary(_, let a, let b): return a.isPlainArithmetic && b.isPlainArithmetic
        default: return false
        }
    }

    /// Whether parts of the expression may go unevaluated.
    fileprivate var hasConditions: Bool {
        if size > 10_000 { return true }
        switch kind {
        case .select, .and, .or: return true
        default: return kind.operands.contains(where: \.hasConditions)
        }
    }
}
