/// A sum over the elements of a vector. See ``sum(_:)->SemiringSum<Algebra>``.
public struct SemiringSum<Algebra: Semiring>: Sendable {
    /// The exponents.
    let elements: Expr

    /// The leading element is searched, and what the others add to it is added up beside it; both are undone after use.
    ///
    /// No closure of the language is traced here: the statements have the place in the source that the sum has.
    func multiplying(_ number: SemiringNumber<Algebra>) -> Statement {
        let node = elements.node
        guard node.problem == nil, node.type.shape == .vector else {
            return Statement(
                .misuse("`sum` adds up a whole vector, and is given \(node.type.description)"))
        }
        let tracer = Tracer.current ?? Tracer()
        tracer.open()
        let index = Integer.ancilla("leading")
        let leading = Expr(node.element(inside: [index.expression.node]))
        // Views are copied to be searched, and an infinite number would not come back from that.
        let finite = Algebra.held(elements)
        var computation = [index += Algebra.addition == .min ? argmin(finite) : argmax(finite)]
        var result = SemiringExpr<Algebra>(exponent: leading)
        if Algebra.addition == .logSumExp {
            let (peak, total) = (Scalar.ancilla("peak"), Scalar.ancilla("total"))
            computation += [
                peak += stopGradient(Algebra.held(leading)), total += sum(exp(elements - peak)),
            ]
            result = SemiringExpr(exponent: log(total) + peak)
        }
        let use = ComputeApply(
            compute: Block(statements: computation),
            apply: Block(statements: [number.multiplied(by: result)]))
        let block = tracer.close(Statement(.compute(use)))
        let apart = Statement.apart(number.exponent.place, from: node)
        return Statement(.block(Block(statements: apart + [Statement(.block(block))])))
    }
}

/// The product of a matrix and a vector. See ``*(_:_:)-(SemiringMatrix<Algebra>,_)``.
public struct SemiringMatrixProduct<Algebra: Semiring>: Sendable {
    let matrix: SemiringMatrix<Algebra>
    let vector: SemiringVector<Algebra>

    /// A sum for each row.
    func multiplying(_ result: SemiringVector<Algebra>) -> Statement {
        let size = Assert(
            result.count == matrix.rows,
            "a product of a matrix and a vector has as many elements as the matrix has rows")
        let rows = Statement.loop(0..<result.count, .integer(1), parallel: false, nil) { i in
            sum(matrix[row: i] * vector).multiplying(result[i])
        }
        return Statement(.block(Block(statements: [size, rows])))
    }
}
