import Strategies
import Testing

/// Sums and products, as terms to be rewritten.
private indirect enum Sum: Traversable, CustomStringConvertible {
    case number(Int)
    case name(String)
    case plus(Sum, Sum)
    case times(Sum, Sum)

    var children: [Sum] {
        switch self {
        case .number, .name: []
        case .plus(let a, let b), .times(let a, let b): [a, b]
        }
    }

    func withChildren(_ children: [Sum]) -> Sum {
        switch self {
        case .number, .name: self
        case .plus: .plus(children[0], children[1])
        case .times: .times(children[0], children[1])
        }
    }

    func objection(to other: Sum) -> String? { other == .name("text") ? "it is a text" : nil }

    var description: String {
        switch self {
        case .number(let value): "\(value)"
        case .name(let name): name
        case .plus(let a, let b): "(\(a) + \(b))"
        case .times(let a, let b): "\(a) · \(b)"
        }
    }
}

private let (x, y) = (Sum.name("x"), Sum.name("y"))
/// (0 + x) · (1 · (0 + y)), the term on which ELEVATE's traversals differ.
private let term = Sum.times(.plus(.number(0), x), .times(.number(1), .plus(.number(0), y)))
private let once = Sum.times(x, .times(.number(1), .plus(.number(0), y)))
private let everywhere = Sum.times(x, .times(.number(1), y))

private let zero = Strategy<Sum>("0 + a → a") { term in
    if case .plus(.number(0), let a) = term { a } else { nil }
}
private let unit = Strategy<Sum>("1 · a → a") { term in
    if case .times(.number(1), let a) = term { a } else { nil }
}

@Suite struct StrategyLawTests {
    @Test func traversals() throws {
        #expect(try zero(term) == nil)
        #expect(try zero.topDown(term) == once)
        #expect(try zero.bottomUp(term) == once)
        #expect(try zero.one(term) == once)
        #expect(try zero.some(term) == once)
        #expect(try zero.all(term) == nil)
        #expect(try zero.all.attempted(term) == term)
        #expect(try zero.allTopDown(term) == everywhere)
        #expect(try zero.tryAll(term) == everywhere)
        #expect(try zero.allBottomUp(term) == nil)
        #expect(try zero.normalized(term) == everywhere)
        #expect(try zero.innermost(term) == everywhere)
        #expect(try Strategy<Sum>.fail.topDown(term) == nil)
        #expect(try zero.or(unit).innermost(term) == .times(x, y))
        #expect(try Strategy<Sum>.innermost(zero.or(unit))(term) == .times(x, y))
    }

    @Test func topDownAndBottomUpDiffer() throws {
        let nested = Sum.plus(.number(0), .plus(.number(0), x))
        let (down, fromAbove) = try zero.topDown.traced(nested)
        let (up, fromBelow) = try zero.bottomUp.traced(nested)
        #expect(down == up)
        #expect(fromAbove.map(\.place) == [[]])
        #expect(fromBelow.map(\.place) == [[1]])
        #expect("\(fromBelow[0])" == "0 + a → a at 1: (0 + x) → x")
    }

    @Test func positions() throws {
        #expect(try zero.at(1)(term) == once)
        #expect(try zero.at(0)(term) == nil)
        #expect(try zero.at(6)(term) == .times(.plus(.number(0), x), .times(.number(1), y)))
        #expect(try Strategy<Sum>.id.at(8)(term) == term)
        #expect(try Strategy<Sum>.id.at(9)(term) == nil)
        #expect(try Strategy<Sum>.id.at(-1)(term) == nil)
    }

    @Test func combinators() throws {
        let (id, fail) = (Strategy<Sum>.id, Strategy<Sum>.fail)
        #expect(try fail.repeated()(term) == term)
        #expect(try id.then(fail)(term) == nil)
        #expect(try zero.not(term) == term)
        #expect(try zero.topDown.not(term) == nil)
        #expect(try zero.topDown.times(2)(term) == everywhere)
        #expect(try zero.topDown.times(3)(term) == nil)
        #expect(try zero.topDown.times(0)(term) == term)
        #expect(try zero.topDown.repeated()(term) == everywhere)
        #expect(try zero.when { $0 == term }.topDown(term) == nil)
        #expect(try Strategy.first(of: [fail, unit, zero], named: "both").innermost(term) == .times(x, y))
    }

    /// Laws that hold for all strategies, on random terms.
    @Test func laws() throws {
        var generator = SystemRandomNumberGenerator()
        let (id, fail) = (Strategy<Sum>.id, Strategy<Sum>.fail)
        let strategies = [zero, unit, id, fail, zero.topDown, unit.some, zero.or(unit).attempted]
        for _ in 0..<60 {
            let term = randomTerm(6, &generator)
            for s in strategies {
                let alone = try s(term)
                #expect(try id.then(s)(term) == alone)
                #expect(try s.then(id)(term) == alone)
                #expect(try fail.or(s)(term) == alone)
                #expect(try s.or(fail)(term) == alone)
                #expect(try fail.then(s)(term) == nil)
                #expect(try id.or(s)(term) == term)
                #expect(try s.attempted(term) == (alone ?? term))
                #expect(try s.not.not(term) == (alone == nil ? nil : term))
                for t in strategies {
                    #expect(try s.then(t).then(zero)(term) == s.then(t.then(zero))(term))
                    #expect(try s.or(t).or(zero)(term) == s.or(t.or(zero))(term))
                }
            }
            let both = zero.or(unit)
            let normal = try #require(try both.normalized(term))
            #expect(try both.innermost(term) == normal)
            #expect(try both.topDown(normal) == nil)
            #expect(try both.innermost(normal) == normal)
        }
    }

    private func randomTerm(_ depth: Int, _ generator: inout SystemRandomNumberGenerator) -> Sum {
        switch depth == 0 ? 0 : Int.random(in: 0..<5, using: &generator) {
        case 0: [.number(0), .number(1), x, y][Int.random(in: 0..<4, using: &generator)]
        case 1, 2: .plus(randomTerm(depth - 1, &generator), randomTerm(depth - 1, &generator))
        default: .times(randomTerm(depth - 1, &generator), randomTerm(depth - 1, &generator))
        }
    }

    @Test func whatDoesNotEndIsAnError() {
        let swap = Strategy<Sum>("a + b → b + a") { term in
            if case .plus(let a, let b) = term { .plus(b, a) } else { nil }
        }
        #expect(throws: RewriteError.rewriteLimit(rule: "a + b → b + a", count: 1000)) {
            try swap.innermost(term, limit: 1000)
        }
        #expect(throws: RewriteError.rewriteLimit(rule: "a + b → b + a", count: 5)) {
            try swap.repeated(limit: 5)(.plus(x, y))
        }
        // Without a single rewrite.
        #expect(throws: RewriteError.rewriteLimit(rule: "id", count: 7)) {
            try Strategy<Sum>.id.repeated(limit: 7)(term)
        }
        #expect(
            RewriteError.rewriteLimit(rule: "swap", count: 5).description
                == "the rewriting did not end within 5 rewrites; the last was by `swap`. Rules that undo each other never end: "
                + "leave one out, or raise `limit:`")
    }

    @Test func whatDoesNotFitIsAnError() {
        let lie = Strategy<Sum>("x → text") { $0 == x ? .name("text") : nil }
        #expect(
            throws: RewriteError.typeChanged(
                rule: "x → text", before: "x", after: "text", reason: "it is a text")
        ) { try lie.topDown(term) }
        #expect(throws: RewriteError.failed(strategy: "0 + a → a")) { try zero.traced(term) }
    }
}

/// Terms whose parts are shared: n levels, 2ⁿ places.
@Suite struct SharedTermTests {
    final class Shared: Traversable, CustomStringConvertible {
        let left: Shared?
        let right: Shared?
        init(_ left: Shared? = nil, _ right: Shared? = nil) { (self.left, self.right) = (left, right) }
        var identity: ObjectIdentifier { ObjectIdentifier(self) }
        var children: [Shared] { [left, right].compactMap { $0 } }
        func withChildren(_ children: [Shared]) -> Shared { Shared(children.first, children.last) }
        static func == (a: Shared, b: Shared) -> Bool { a === b }
        func hash(into hasher: inout Hasher) { hasher.combine(identity) }
        var description: String { "shared" }
    }

    @Test func walksRememberWhatTheyHaveSeen() throws {
        var top = Shared()
        let leaf = top
        for _ in 0..<60 { top = Shared(top, top) }
        let change = Strategy<Shared>("leaf → another") { $0 === leaf ? Shared() : nil }
        let never = Strategy<Shared>("never") { _ in nil }
        #expect(try never.topDown(top) == nil)
        #expect(try never.bottomUp(top) == nil)
        #expect(try never.innermost(top) === top)
        for strategy in [change.allTopDown, change.tryAll, change.innermost] {
            let (result, trace) = try strategy.traced(top)
            #expect(trace.count == 1)
            var (levels, current) = (0, result)
            while let left = current.left, left === current.right { (levels, current) = (levels + 1, left) }
            #expect(levels == 60)
        }
        #expect(try change.at(60)(top) != nil)
    }
}
