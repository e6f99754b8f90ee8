import ReversibleCore

// Iterations of a `ParallelFor` often have rows of their own in an array: `rows[2 * i + 1, 3] += …`. Where constants
// say which elements an iteration uses, these can be moved for many iterations at once.

/// An element of the rows that belong to an iteration.
struct RowElement: Hashable, Comparable {
    /// The distance from row factor × index of a matrix; in a vector, from that element.
    var row: Int
    /// The column; 0 in a vector.
    var column: Int

    static func < (a: RowElement, b: RowElement) -> Bool { (a.row, a.column) < (b.row, b.column) }
}

/// The elements of an array that an iteration uses, if these are at rows factor × index + constant and at constant
/// columns, and no other iteration uses any of them.
struct RowPattern {
    let variable: Variable
    let index: Variable
    let factor: Int
    /// The elements, in the order in which memory has them.
    let elements: [RowElement]
    let isWritten: Bool
    /// The elements that every iteration adds to before it does anything else with them.
    fileprivate(set) var begun: Set<RowElement> = []

    /// The elements that every iteration uses, whatever it branches to.
    fileprivate var certain: Set<RowElement> = []

    /// Whether every iteration could touch all of the elements: none is used only where the program has made sure that
    /// the array has it.
    var canBeMoved: Bool {
        guard let first = certain.min(), let last = certain.max(),
            let column = certain.map(\.column).max()
        else { return false }
        return elements.allSatisfy { (first.row...last.row).contains($0.row) && $0.column <= column }
    }

    /// Constants up to here: products of a few of them are far from the limits of integers.
    private static let limit = 1 << 20

    /// The patterns of arrays from outside of a loop, by the arrays' numbers.
    static func patterns(in loop: ForLoop, _ accesses: Accesses) -> [Int: RowPattern] {
        let written = accesses.written
        var patterns: [Int: RowPattern] = [:]
        for (variable, uses) in Dictionary(grouping: accesses.all, by: \.place.variable)
        where variable.kind.isArray && !accesses.declared.contains(variable) {
            patterns[variable.id] = RowPattern(
                variable, uses.map(\.place), loop.index, isWritten: written.contains(variable))
        }
        if !patterns.isEmpty {
            var uses = FirstUses(patterns: patterns)
            uses.walk(loop.body)
            patterns = uses.patterns
        }
        return patterns
    }

    private init?(_ variable: Variable, _ places: [Place], _ index: Variable, isWritten: Bool) {
        var elements: Set<RowElement> = []
        var common: Int?
        for place in places {
            guard let (factor, element) = RowPattern.element(place, index), common ?? factor == factor else {
                return nil
            }
            common = factor
            elements.insert(element)
        }
        let sorted = elements.sorted()
        guard let factor = common, factor > 0, let first = sorted.first, let last = sorted.last,
            last.row - first.row < factor
        else { return nil }
        (self.variable, self.index, self.factor) = (variable, index, factor)
        (self.elements, self.isWritten) = (sorted, isWritten)
    }

    /// Whether a sum into this place is the first use of its element; every element is asked for once.
    mutating func begins(with place: Place) -> Bool {
        element(place).flatMap { begun.remove($0) } != nil
    }

    /// The element that a place names.
    func element(_ place: Place) -> RowElement? { RowPattern.element(place, index)?.element }

    private static func element(_ place: Place, _ index: Variable) -> (factor: Int, element: RowElement)? {
        guard let row = place.indices.first?.affine(in: index, limit) else { return nil }
        if place.indices.count == 1 { return (row.factor, RowElement(row: row.constant, column: 0)) }
        guard let column = place.indices[1].affine(in: index, limit), column.factor == 0, column.constant >= 0
        else { return nil }
        return (row.factor, RowElement(row: row.constant, column: column.constant))
    }
}

/// Finds out how iterations begin to use the elements of patterns.
private struct FirstUses {
    var patterns: [Int: RowPattern]
    private var used: [Int: Set<RowElement>] = [:]

    init(patterns: [Int: RowPattern]) { self.patterns = patterns }

    /// Walks over statements that every iteration comes to.
    mutating func walk(_ block: Block) {
        for statement in block.statements {
            switch statement.kind {
            case .block(let inner): walk(inner)
            case .compute(let s): walk(s.expanded)
            case .update(let s):
                for place in s.change.reads + s.place.indices.flatMap(\.reads) {
                    use(place, isCertain: !s.change.hasChoice)
                }
                let number = s.place.variable.id
                let isSum = [.add, .subtract, .bits(.xor)].contains(s.operation)
                if use(s.place, isCertain: true), isSum, let element = patterns[number]?.element(s.place) {
                    patterns[number]?.begun.insert(element)
                }
            default:
                for access in Accesses(of: statement).all {
                    use(access.place, isCertain: statement.isElementary && access.mode.contains(.write))
                }
            }
        }
    }

    /// Notes a use; whether this is the first one of the element.
    @discardableResult
    private mutating func use(_ place: Place, isCertain: Bool) -> Bool {
        let number = place.variable.id
        guard let element = patterns[number]?.element(place) else { return false }
        if isCertain { patterns[number]?.certain.insert(element) }
        return used[number, default: []].insert(element).inserted
    }
}

extension Node {
    /// Whether something in this is evaluated only if it is asked for.
    fileprivate var hasChoice: Bool {
        if size > 10_000 { return true }
        switch kind {
        case .select, .and, .or: return true
        default: return kind.operands.contains(where: \.hasChoice)
        }
    }

    /// This integer as factor × index + constant, both at most `limit` in size; nil if it is nothing like that.
    fileprivate func affine(in index: Variable, _ limit: Int) -> (factor: Int, constant: Int)? {
        let result: (factor: Int, constant: Int)
        switch kind {
        case .integer(let value): result = (0, value)
        case .read(let place):
            guard place.variable == index, place.indices.isEmpty else { return nil }
            result = (1, 0)
        case .integerBinary(let function, let a, let b):
            guard let x = a.affine(in: index, limit), let y = b.affine(in: index, limit) else { return nil }
            switch function {
            case .add: result = (x.factor + y.factor, x.constant + y.constant)
            case .subtract: result = (x.factor - y.factor, x.constant - y.constant)
            case .multiply where x.factor == 0: result = (x.constant * y.factor, x.constant * y.constant)
            case .multiply where y.factor == 0: result = (x.factor * y.constant, x.constant * y.constant)
            default: return nil
            }
        default: return nil
        }
        guard (-limit...limit).contains(result.factor), (-limit...limit).contains(result.constant) else {
            return nil
        }
        return result
    }
}
