import ReversibleCore

extension Rule {
    /// Zeros and ones, constants, signs.
    public static let ring = [
        Rule("0 + x → x, 0 · x → 0, …", when: "0 is the zero that derivatives make where there is nothing") {
            term in
            switch term.kind {
            case .binary(.add, let a, let b): a.isZero ? b.asReal : b.isZero ? a.asReal : nil
            case .binary(.subtract, let a, let b):
                b.isZero ? a.asReal : a.isZero ? b.asReal.map { .unary(.negate, $0) } : nil
            case .binary(.multiply, let a, let b): a.isZero || b.isZero ? .zero : nil
            case .binary(.divide, let a, _): a.isZero ? .zero : nil
            case .unary(.negate, let a): a.isZero ? .zero : nil
            case .sum(_, let body): body.isZero ? .zero : nil
            default: nil
            }
        },
        Rule("1 · x → x, x / 1 → x, x + 0 → x", when: "the sign of a zero does not matter") { term in
            guard case .binary(let function, let a, let b) = term.kind else { return nil }
            switch (function, a.literal, b.literal) {
            case (.multiply, 1, _), (.add, 0, _): return b.asReal
            case (.multiply, _, 1), (.divide, _, 1), (.add, _, 0), (.subtract, _, 0): return a.asReal
            default: return nil
            }
        },
        Rule("constants are put together") { term in
            switch term.kind {
            case .binary(let function, let a, let b):
                guard [.add, .subtract, .multiply, .divide].contains(function), let x = a.literal,
                    let y = b.literal, !(function == .divide && y == 0)
                else { return nil }
                return .real(function.value(x, y))
            case .unary(.negate, let a): return a.literal.map { .real(-$0) }
            default: return nil
            }
        },
        Rule("signs move out of products and into sums") { term in
            switch term.kind {
            case .unary(.negate, let a):
                if case .unary(.negate, let inner) = a.kind { return inner }
                if case .binary(.subtract, let x, let y) = a.kind { return .binary(.subtract, y, x) }
                return nil
            case .binary(.multiply, let a, let b):
                if let x = a.negated { return .unary(.negate, .binary(.multiply, x, b)) }
                return b.negated.map { .unary(.negate, .binary(.multiply, a, $0)) }
            case .binary(.divide, let a, let b):
                if let x = a.negated { return .unary(.negate, .binary(.divide, x, b)) }
                return b.negated.map { .unary(.negate, .binary(.divide, a, $0)) }
            case .binary(.add, let a, let b):
                if let y = b.negated { return .binary(.subtract, a, y) }
                return a.negated.map { .binary(.subtract, b, $0) }
            case .binary(.subtract, let a, let b): return b.negated.map { .binary(.add, a, $0) }
            case .sum(let index, let body):
                return body.negated.map { .unary(.negate, Term(.sum(index, $0))) }
            default: return nil
            }
        },
        Rule("x · y + y · x → x · y + x · y") { term in
            guard case .binary(.add, let p, let q) = term.kind,
                case .binary(.multiply, let a, let b) = p.kind,
                case .binary(.multiply, let c, let d) = q.kind, a == d, b == c, a != b
            else { return nil }
            return .binary(.add, p, p)
        },
    ]

    /// What holds for numbers, and not for infinities and NaNs.
    public static let finite = [
        Rule("0 · x → 0", when: "x is neither infinite nor a NaN") { term in
            guard case .binary(.multiply, let a, let b) = term.kind, a.literal == 0 || b.literal == 0 else {
                return nil
            }
            return .real(0)
        }
    ]
}

extension Term {
    /// The value of a real constant that is written as one.
    fileprivate var literal: Double? { if case .real(let value) = kind { value } else { nil } }

    /// The term, if it is a real number and no integer that stands for one.
    fileprivate var asReal: Term? { type == .real ? self : nil }

    fileprivate var negated: Term? {
        switch kind {
        case .unary(.negate, let a): a
        case .real(let value) where value < 0: .real(-value)
        default: nil
        }
    }
}
