/// Writes random programs, as data: well formed by construction, with what is known to be hard.
///
/// No statement reads what it changes, what a `Compute` uses is not changed while it lasts, conditions read nothing
/// that their branches change, and indices are inside or guarded. So a program that is refused is news.
package struct OracleWriter {
    /// What programs are made of.
    package struct Style: Sendable {
        /// Loops that forget where they came from: their undoing loses digits.
        package var contracts = false
        /// Functions outside their domains and at their poles.
        package var isWild = false
        /// A `ParallelFor` outside, so that there are lanes, threads and kernels.
        package var isParallel = false
        /// Nothing but parallel loops, whose number of iterations is not known.
        package var isForAnyNumber = false
        /// What is each iteration's.
        package var layout = Layout()
        /// A long program.
        package var isLong = false
        /// What is left out.
        package var omitted: Set<Feature> = []
    }

    /// What can be left out, to look for the rest.
    package enum Feature: String, CaseIterable, Sendable {
        /// What stands in the way of laws that hold to rounding: leaves programs that can be undone, with slopes that
        /// differences show.
        package static let untamed: Set<Feature> = [.drift, .wild, .guards, .growth, .jumps, .leftovers]

        /// Choices that keep indices, divisions and functions inside their domains.
        case guards
        /// Loops that forget where they came from, and decisions on what is turned afterwards.
        case drift
        /// Stacks.
        case stacks
        /// Functions outside their domains and at their poles.
        case wild
        /// Sizes of scratch arrays in formulas.
        case sizes
        /// Choices of any kind in formulas.
        case selects
        /// Whole constants under `abs` and `-`.
        case folds
        /// Products, sums and powers, by which numbers become large on the way.
        case growth
        /// Functions that jump, and decisions on numbers that may stand on a threshold, where undoing may go astray.
        case jumps
        /// What is left on a stack of the run when it ends.
        case leftovers
        /// What is not rounded correctly everywhere: elementary functions but roots, and turns.
        case functions
    }

    /// A variable that is in scope.
    struct Entry {
        var name: String
        var kind: PlaceKind
        /// How many elements, or rows, there are at least.
        var count = 1
        var columns = 1
        /// Whether it has an element, or a row, for every iteration of a parallel loop.
        var isLong = false
        /// Whether it may have more elements than `count`.
        var varies = false
        /// What may be used of it, inside a parallel loop; everything if nil.
        var own: Own?
    }

    /// What is one iteration's of an array: the only indices of elements, of rows or of columns that may be used.
    struct Own {
        var indices: [Term]
        var isColumn = false
    }

    /// A loop index.
    struct Index {
        var name: String
        /// What it is less than.
        var bound: Int
        /// Arrays that have such an element or row, however many there are.
        var fits: Set<String> = []
    }

    /// What a statement can name.
    struct Scope {
        var entries: [Entry]
        var indices: [Index] = []
        var formulas: [(name: String, count: Int?, reads: Set<String>)] = []
        /// What may not be changed here.
        var locked: Set<String> = []
        var depth: Int
        /// Whether this is an iteration of a parallel loop: nothing of the run is shared.
        var isParallel = false
        /// Numbers that all iterations add to, and none reads.
        var sums: [String] = []

        func entries(_ kinds: PlaceKind...) -> [Entry] { entries.filter { kinds.contains($0.kind) } }

        /// Vectors that may be read as a whole here: not in every iteration those that have elements for all of them.
        func vectors(without names: Set<String> = []) -> [Entry] {
            entries(.vector).filter {
                $0.own == nil && $0.count > 0 && !(isParallel && $0.varies && $0.isLong)
                    && !names.contains($0.name)
            }
        }
    }

    package let seed: UInt64
    package let style: Style
    /// How many iterations a parallel loop has at least: the length of `p`, and as a rule of `v` and `w`, the rows of `m`.
    let count: Int
    /// The columns of `m`, where they are not one for every iteration.
    let columns: Int
    var random: SplitMix
    /// Numbers on which a decision about a place turns, where undoing may move the place.
    var ties: [String: Double] = [:]
    var routines: [Routine] = []
    private var names = 0

    /// A writer of the program with a number.
    ///
    /// - Parameters:
    ///   - omitted: What the program is not to have.
    ///   - iterations: Whether it has parallel loops.
    package init(seed: UInt64, omitting omitted: Set<Feature> = [], iterations: Iterations = .sometimes) {
        self.seed = seed
        random = SplitMix(seed: seed &* 0x2545_f491_4f6c_dd1d)
        var style = Style(
            contracts: random.chance(0.12) && !omitted.contains(.drift),
            isWild: random.chance(0.2) && !omitted.contains(.wild),
            isParallel: random.chance(0.2), isLong: random.chance(0.06) && !omitted.contains(.growth),
            omitted: omitted)
        switch iterations {
        case .never: style.isParallel = false
        case .sometimes: break
        case .always, .anyNumber: style.isParallel = true
        }
        style.isForAnyNumber = iterations == .anyNumber
        if style.isParallel {
            style.layout = .random(&random)
        } else if random.chance(0.25) {
            style.layout.p = .own
        }
        self.style = style
        count =
            switch iterations {
            case .anyNumber: 0
            // Kernels have more iterations than a warp has threads, and some that it has not.
            case .always: random.one(of: [1, 3, 33, 40])
            default: random.one(of: [1, 2, 3, 3, 3, 4, 5])
            }
        columns = random.one(of: style.isParallel ? [1, 2, 3, 4] : [1, 2, 3])
    }

    /// A name that no other variable of the program has.
    mutating func name(_ prefix: String) -> String {
        names += 1
        return "\(prefix)\(names)"
    }

    /// The program.
    package mutating func program() -> RandomProgram {
        for _ in 0..<random.below(3) { routines.append(routine()) }
        let scope = Scope(entries: parameters(), depth: style.isLong ? 4 : 3)
        var body = Body()
        if style.isParallel { body.steps += parallels(scope) }
        if style.isForAnyNumber {
            body.steps += loss(scope)
            return RandomProgram(routines: routines, body: body)
        }
        let length = style.isLong ? 12 + random.below(30) : 1 + random.below(5)
        var inner = scope
        if random.chance(0.25) { body.declarations.append(formula(&inner)) }
        body.steps += block(inner, length)
        body.steps += loss(scope)
        return RandomProgram(routines: routines, body: body)
    }

    /// Adds to the loss what the program has made of the other places.
    private mutating func loss(_ s: Scope) -> [Step] {
        let y = PlaceTerm("y")
        let all: [Term] = [
            .binary("*", .place(PlaceTerm("a")), .place(PlaceTerm("a"))),
            has(.functions) ? .unary("sin", .place(PlaceTerm("b"))) : .place(PlaceTerm("b")),
            .reduce("sum", .binary("*", .place(PlaceTerm("v")), .place(PlaceTerm("v")))),
            .reduce("sum", .place(PlaceTerm("w"))), .reduce("sum", .place(PlaceTerm("m"))),
        ]
        var terms = all.filter { _ in random.chance(0.5) }
        if terms.isEmpty { terms = [all[0]] }
        return terms.map { .update("+=", y, $0) }
    }

    mutating func block(_ s: Scope, _ length: Int) -> [Step] { (0..<length).flatMap { _ in steps(s) } }

    /// A block of its own, sometimes with a named formula.
    mutating func body(_ s: Scope, _ length: Int) -> Body {
        var inner = s
        inner.depth -= 1
        var declarations: [Declaration] = []
        if random.chance(0.15) { declarations.append(formula(&inner)) }
        return Body(declarations, block(inner, length))
    }

    /// A formula with a name, which statements may then share.
    mutating func formula(_ s: inout Scope) -> Declaration {
        let name = name("e")
        let term: Term
        var count: Int?
        if let vector = s.vectors().randomElement(using: &random), random.chance(0.5) {
            count = vector.count
            term = elementwise(s, vector, without: [], depth: 2)
        } else {
            term = real(s, without: [], depth: 2)
        }
        s.formulas.append((name, count, reads(of: term, s)))
        return .formula(name, term)
    }

    /// The names a term reads, through formulas too.
    func reads(of term: Term, _ s: Scope) -> Set<String> {
        let names = term.names
        return s.formulas.reduce(into: names) { if names.contains($1.name) { $0.formUnion($1.reads) } }
    }

    func reads(of test: Test, _ s: Scope) -> Set<String> {
        test.parts.reduce(into: []) { $0.formUnion(reads(of: $1, s)) }
    }

    // MARK: Functions

    private mutating func routine() -> Routine {
        let name = name("g")
        var scope = Scope(
            entries: [
                Entry(name: "out", kind: .scalar), Entry(name: "s", kind: .scalar),
                Entry(name: "u", kind: .vector, count: 1, varies: true), Entry(name: "c", kind: .integer),
            ], locked: ["u", "c"], depth: 2)
        // An iteration of the program's parallel loop may call it.
        scope.isParallel = style.isParallel
        if random.chance(0.6) { scope.locked.insert("s") }
        guard random.chance(0.4) else {
            return Routine(name: name, isRecursive: false, body: body(scope, 1 + random.below(3)))
        }
        // The last call ends the recursion; what is passed on may be scratch that nobody has touched, or has filled.
        let (out, c) = (PlaceTerm("out"), PlaceTerm("c"))
        scope.depth = 1
        scope.locked.insert("s")
        var steps: [Step] = [.update("+=", out, real(scope, without: ["out"], depth: 2))]
        var declarations: [Declaration] = []
        func call(_ s: String) -> [Step] {
            [
                .update("-=", c, .integer(1)),
                .call(name, inverted: false, [out, PlaceTerm(s), PlaceTerm("u"), c]),
                .update("+=", c, .integer(1)),
            ]
        }
        switch random.below(4) {
        case 0: steps += call("s")
        case 1:
            declarations = [.ancilla("t", .scalar, sizes: [])]
            steps += call("t")
        case 2:
            declarations = [.ancilla("t", .scalar, sizes: [])]
            let term = real(scope, without: ["out", "c"], depth: 2)
            // The count changes on the way, so what is computed must not depend on it.
            steps.append(
                .compute(
                    Body([], [.update("+=", PlaceTerm("t"), withoutCount(term))]), apply: Body([], call("t")))
            )
        default: steps = call("s") + steps
        }
        let then = Body(declarations, steps)
        let otherwise = random.chance(0.5) ? Body() : body(scope, 1)
        return Routine(
            name: name, isRecursive: true,
            body: Body(
                [],
                [
                    .branch(
                        .compare(">", .place(c), .integer(0)), post: nil, then: then, otherwise: otherwise)
                ]))
    }

    private func withoutCount(_ term: Term) -> Term {
        term.names.contains("c") ? .place(PlaceTerm("s")) : term
    }
}
