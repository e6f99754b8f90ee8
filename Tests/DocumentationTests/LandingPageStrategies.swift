// document: Sources/Strategies/Strategies.docc/Strategies.md

import Strategies
import Testing

// block 1

indirect enum Sum: Traversable, CustomStringConvertible {
    case name(String)
    case number(Int)
    case plus(Sum, Sum)

    var children: [Sum] {
        if case .plus(let a, let b) = self { [a, b] } else { [] }
    }
    func withChildren(_ new: [Sum]) -> Sum { new.count == 2 ? .plus(new[0], new[1]) : self }

    var description: String {
        switch self {
        case .name(let name): name
        case .number(let value): "\(value)"
        case .plus(let a, let b): "(\(a) + \(b))"
        }
    }
}
// end of block

/// The programs of `Sources/Strategies/Strategies.docc/Strategies.md`.
@Suite struct LandingPageStrategies {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        session.checkJoined(1)
        // block 2
        let zero = Strategy<Sum>("0 + a → a") { term in
            if case .plus(.number(0), let a) = term { a } else { nil }
        }
        let (x, y) = (Sum.name("x"), Sum.name("y"))
        let term = Sum.plus(.plus(.number(0), x), .plus(.number(1), .plus(.number(0), y)))
        print(try zero(term) == nil)  // true
        print(try zero.topDown(term) ?? term)  // (x + (1 + (0 + y)))
        let (result, trace) = try zero.innermost.traced(term)
        print(result, trace.count, trace[1])  // (x + (1 + y)) 2 0 + a → a at 1.1: (0 + y) → y
        // end of block
        session.checkJoined(2)
    }
}
