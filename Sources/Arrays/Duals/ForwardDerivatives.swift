import ReversibleCore

/// The gradient of a function with a number for its value, by dual numbers in every direction.
///
/// The result is a term again: for every direction, a loop over the elements of the parameter, the derivative in that
/// direction. As it stands it costs as many times what the function costs as there are directions;
/// `optimized(by: .arrays)` makes it as cheap as the gradient by a reverse run, for functions of sums and maps.
///
/// ```swift
/// let dot = ArrayFunction("dot") { (u: VectorTerm, v: VectorTerm) in (u * v).sum() }
/// forwardGradient(dot, with: 0).optimized(by: .arrays)    // build(u.count) { i in v[i] }
/// ```
///
/// The method is that of Shaikhha et al. (ICFP 2019, arXiv 1806.02136) and Böhler et al. (FTfJP 2023, arXiv 2307.02447).
///
/// - Parameter position: Which parameter to differentiate by, counted from 0: a number, a vector or a matrix. The gradient
///   has its shape.
/// - Returns: The gradient as a function of the same parameters. One that cannot be had throws the reason when it is used.
public func forwardGradient(_ f: ArrayFunction, with position: Int) -> ArrayFunction {
    f.derivative(with: position, called: "forwardGradient") { f in
        f.body.type == .real
            ? nil
            : "`forwardGradient` needs a number as the function's value, not \(f.body.type): use `forwardJacobian`"
    }
}

/// The derivatives of all that a function yields, by dual numbers in every direction.
///
/// The indices of the function's value come first, then those of the parameter: of a vector of a vector it is the matrix with
/// a row for each number that the function yields. Otherwise as ``forwardGradient(_:with:)``.
///
/// - Parameter position: Which parameter to differentiate by, counted from 0.
public func forwardJacobian(_ f: ArrayFunction, with position: Int) -> ArrayFunction {
    f.derivative(with: position, called: "forwardJacobian") { f in
        f.body.type.isOfReals
            ? nil : "`forwardJacobian` needs real numbers as the function's value, not \(f.body.type)"
    }
}

extension ArrayFunction {
    fileprivate func derivative(
        with position: Int, called word: String, _ refusal: (ArrayFunction) -> String?
    ) -> ArrayFunction {
        let name = "\(self.name).\(word)"
        func refused(_ problem: String) -> ArrayFunction {
            with(Term(body.kind, problem: problem), named: name)
        }
        if let problem = body.problem ?? refusal(self) { return refused(problem) }
        guard parameters.indices.contains(position) else {
            return refused(
                "`\(word)` is asked for with parameter \(position), and `\(self.name)` has \(parameters.count), counted from 0"
            )
        }
        let parameter = parameters[position]
        guard parameter.type.isOfReals else {
            return refused("`\(parameter.name ?? "_")` is \(parameter.type), by which there is no derivative")
        }
        let directions = (0..<parameter.type.rank).map { axis in
            TermVariable.index(below: parameter.term.size(axis: axis))
        }
        var duals = Duals(of: parameter, tangent: Term.unit(in: directions[...]))
        let tangent = duals.tangent(of: body)
        let results = (0..<body.type.rank).map { TermVariable.index(below: body.size(axis: $0)) }
        let element = tangent.map { results.reduce($0) { .get($0, $1.term) } } ?? .zero
        return with((results + directions).reversed().reduce(element) { Term(.build($1, $0)) }, named: name)
    }
}

extension Term {
    /// The array with a one at an index and zeros elsewhere.
    fileprivate static func unit(in directions: ArraySlice<TermVariable>) -> Term {
        guard let direction = directions.first, let count = direction.range else { return .real(1) }
        let rest = directions.dropFirst()
        return .build(count) { index in
            let inner = unit(in: rest)
            let here = compare(.equal, index, direction.term)
            guard !rest.isEmpty else { return .select(here, inner, .zero) }
            // Row by row: the zeros are in the elements, so that all rows are alike.
            let column = TermVariable.index(below: inner.size(axis: 0))
            return Term(.build(column, .select(here, .get(inner, column.term), .zero)))
        }
    }
}

extension TermType {
    /// Whether this is a real number or an array of them.
    var isOfReals: Bool {
        switch self {
        case .real: true
        case .array(let element): element.isOfReals
        default: false
        }
    }
}
