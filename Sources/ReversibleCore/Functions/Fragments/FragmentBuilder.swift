/// Builds a ``MathFragment`` from expressions over ``FragmentReal``, ``FragmentBits`` and ``FragmentMask``.
///
/// Equal expressions become one instruction.
final class FragmentBuilder {
    private var instructions: [MathFragment.Instruction] = []
    private var placeOf: [MathFragment.Instruction: Int] = [:]
    private var names: [Int: String] = [:]
    private var branches: [MathFragment.Branch] = []
    private var tables: [[UInt64]] = []

    /// A fragment of one argument.
    static func function(_ body: (FragmentReal) -> FragmentReal) -> MathFragment {
        let builder = FragmentBuilder()
        let x = builder.argument(0, name: "x")
        return builder.fragment(arity: 1, results: [builder.place(body(x).term)])
    }

    /// A fragment of two arguments.
    static func function(_ body: (FragmentReal, FragmentReal) -> FragmentReal) -> MathFragment {
        let builder = FragmentBuilder()
        let x = builder.argument(0, name: "x")
        let y = builder.argument(1, name: "y")
        return builder.fragment(arity: 2, results: [builder.place(body(x, y).term)])
    }

    private func argument(_ number: Int, name: String) -> FragmentReal {
        let place = append(.argument(number), [], .real)
        names[place] = name
        return FragmentReal(term: .place(place, self))
    }

    /// The fragment with these results, without the instructions that do not contribute to them.
    private func fragment(arity: Int, results: [Int]) -> MathFragment {
        var isLive = [Bool](repeating: false, count: instructions.count)
        for place in results { isLive[place] = true }
        for place in instructions.indices.reversed() where isLive[place] {
            for operand in instructions[place].operands { isLive[operand] = true }
        }
        var newPlace: [Int: Int] = [:]
        var kept: [MathFragment.Instruction] = []
        for (place, instruction) in instructions.enumerated() where isLive[place] {
            newPlace[place] = kept.count
            kept.append(
                .init(
                    operation: instruction.operation,
                    operands: instruction.operands.compactMap { newPlace[$0] }, kind: instruction.kind))
        }
        let keptNames = names.compactMap { place, name in newPlace[place].map { ($0, name) } }
        return MathFragment(
            arity: arity, instructions: kept, names: Dictionary(uniqueKeysWithValues: keptNames),
            branches: branches, tables: tables, results: results.compactMap { newPlace[$0] })
    }

    private func append(
        _ operation: MathFragment.Operation,
        _ operands: [Int],
        _ kind: MathFragment.Kind
    ) -> Int {
        let instruction = MathFragment.Instruction(operation: operation, operands: operands, kind: kind)
        if let place = placeOf[instruction] { return place }
        instructions.append(instruction)
        placeOf[instruction] = instructions.count - 1
        return instructions.count - 1
    }

    private func place(_ term: FragmentTerm) -> Int {
        switch term {
        case .place(let place, _): place
        case .real(let value): append(.real(value.bitPattern), [], .real)
        case .integer(let value): append(.integer(value), [], .integer)
        }
    }

    /// The term of an operation; at least one operand is not a constant.
    static func term(
        _ operation: MathFragment.Operation,
        _ kind: MathFragment.Kind,
        _ operands: FragmentTerm...
    ) -> FragmentTerm {
        guard let builder = operands.lazy.compactMap(\.builder).first else {
            preconditionFailure("an operation of a fragment needs an operand that is not a constant")
        }
        return .place(builder.append(operation, operands.map(builder.place), kind), builder)
    }

    func setName(_ name: String, of place: Int) { names[place] = name }

    func table(_ words: [UInt64]) -> Int {
        if let known = tables.firstIndex(of: words) { return known }
        tables.append(words)
        return tables.count - 1
    }

    /// The values that `body` computes from `arguments` where `condition` holds, and `otherwise` elsewhere.
    ///
    /// Renderings evaluate the body only if some lane needs it, so it may be long; it must not depend on values
    /// other than its arguments.
    static func rarely(
        _ condition: FragmentMask,
        _ arguments: [FragmentReal],
        otherwise: [FragmentReal],
        body: ([FragmentReal]) -> [FragmentReal]
    ) -> [FragmentReal] {
        guard let builder = condition.term.builder else { return otherwise }
        let inner = FragmentBuilder()
        let inputs = arguments.indices.map { number in
            FragmentReal(term: .place(inner.append(.argument(number), [], .real), inner))
        }
        let outputs = body(inputs).map { inner.place($0.term) }
        builder.branches.append(.init(body: inner.fragment(arity: arguments.count, results: outputs)))
        // Before the branch, so that a renderer has them when it declares the results.
        let defaults = otherwise.map { builder.place($0.term) }
        let branch = builder.append(
            .rarely(builder.branches.count - 1),
            [builder.place(condition.term)] + arguments.map { builder.place($0.term) }, .branch)
        return defaults.enumerated().map { number, value in
            let result = builder.append(.branchResult(number), [branch, value], .real)
            return FragmentReal(term: .place(result, builder))
        }
    }
}

/// A value of a fragment under construction: an instruction's, or a constant.
enum FragmentTerm {
    case place(Int, FragmentBuilder)
    case real(Double)
    case integer(UInt64)

    var builder: FragmentBuilder? {
        if case .place(_, let builder) = self { builder } else { nil }
    }
}
