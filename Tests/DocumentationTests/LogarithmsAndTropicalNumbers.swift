// document: Sources/Numbers/Numbers.docc/LogarithmsAndTropicalNumbers.md

import AD
import Numbers
import Testing

/// The programs of `Sources/Numbers/Numbers.docc/LogarithmsAndTropicalNumbers.md`.
@Suite struct LogarithmsAndTropicalNumbers {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1

        func pathSum<S: Semiring>(
            _ semiring: S.Type
        ) -> ReversibleFunction<
            Scalar, SemiringVector<S>, SemiringMatrix<S>, SemiringMatrix<S>, IntegerVector
        > {
            ReversibleFunction("pathSum", parameters: ["out", "start", "a", "b", "seen"]) {
                (
                    out: Scalar, start: SemiringVector<S>, a: SemiringMatrix<S>, b: SemiringMatrix<S>,
                    seen: IntegerVector
                ) in
                let forward = SemiringMatrix<S>.ancilla(rows: seen.count, columns: start.count, "forward")
                let total = SemiringNumber<S>.ancilla("total")
                Compute {
                    For(start.indices) { j in forward[0, j] *= start[j] * b[j, seen[0]] }
                    For(1..<seen.count) { t in
                        For(start.indices) { j in
                            forward[t, j] *= sum(forward[row: t - 1] * a[column: j] * b[j, seen[t]])
                        }
                    }
                    total *= sum(forward[row: seen.count - 1])
                } apply: {
                    out += total.exponent
                }
            }
        }
        // end of block
        session.check(1)
        // block 2
        let likelihood = pathSum(LogSumExp.self)
        let start = LogVector.Value([0.6, 0.4, 0])
        let steps = LogMatrix.Value([[0.7, 0.3, 0.0], [0.1, 0.6, 0.3], [0.2, 0.0, 0.8]])
        let signs = LogMatrix.Value([[0.5, 0.4, 0.1], [0.1, 0.3, 0.6], [0.3, 0.3, 0.4]])
        let seen = [0, 2, 1, 2, 0, 1]
        print(try likelihood(0, start, steps, signs, seen).0)  // -6.8733416243202425
        print(try grad(likelihood, 0, start, steps, signs, seen).1.exponents)
        // [0.7865186143192437, 0.21348138568075628, 0.0]
        // end of block
        session.check(2)
        // block 3
        let best = try valueAndGrad(
            pathSum(MaxPlus.self), 0, TropicalVector.Value(exponents: start.exponents),
            TropicalMatrix.Value(exponents: steps.exponents),
            TropicalMatrix.Value(exponents: signs.exponents), seen)
        print(best.value)  // -9.32038383553839
        print(best.gradient.2.exponents.elements)  // [0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 3.0]
        // end of block
        session.check(3)
        // block 4
        let energy = ReversibleFunction("energy", parameters: ["out", "couplings"]) {
            (out: Scalar, couplings: Vector) in
            let up = TropicalVector.ancilla(count: couplings.count + 1, "up")
            let down = TropicalVector.ancilla(count: couplings.count + 1, "down")
            Compute {
                For(couplings.indices) { i in
                    let same = SemiringExpr<MaxPlus>(exponent: couplings[i])
                    let opposite = SemiringExpr<MaxPlus>(exponent: -couplings[i])
                    up[i + 1] *= up[i] * same + down[i] * opposite
                    down[i + 1] *= up[i] * opposite + down[i] * same
                }
            } apply: {
                out += (up[couplings.count] + down[couplings.count]).exponent
            }
        }
        print(try grad(energy, 0, [0.8, -1.1, 0.4]).1)  // [1.0, -1.0, 1.0]
        // end of block
        session.check(4)
        // block 5
        let scale = ReversibleFunction("scale", parameters: ["y", "x"]) { (y: LogNumber, x: LogNumber) in
            y *= x
        }
        let nothing = LogNumber.Value.zero
        let product = try scale(LogNumber.Value.one, nothing)
        print(product.0, Double(product.0))  // zero 0.0
        print(try (~scale)(product.0, nothing).0)  // 0.0
        do {
            _ = try scale(LogNumber.Value(0.5), nothing)
        } catch {
            print(error.kind)  // assertion
        }
        // end of block
        session.check(5)
    }
}
