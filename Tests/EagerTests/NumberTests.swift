import Dispatch
import Eager
import Synchronization
import Testing

/// Derivatives of ordinary Swift code. Expected values: JAX 64 bit, or the formula beside them.
@Suite struct NumberTests {
    @Test func polynomial() throws {
        #expect(try grad(at: 2.0) { x in 2 * x + x * x * x } == 14)
        for x in [-3, 0, 0.25, 1e6] {
            #expect(try grad(at: x) { x in 2 * x + x * x * x } == 2 + 3 * x * x)
        }
        let (y, slope) = try valueAndGrad(at: 3.0) { x in x * x + sin(x) }
        #expect(close(y, 9.141120008059866) && close(slope, 5.010007503399555))
    }

    @Test func powerByALoop() throws {
        let (y, slope) = try valueAndGrad(at: 1.1) { x in
            var power: Traced = 1
            for _ in 0..<10 { power *= x }
            return power
        }
        #expect(close(y, 2.5937424601000023) && close(slope, 23.579476910000025))
    }

    @Test func decisionsByTheValue() throws {
        var turns = 0
        let (y, slope) = try valueAndGrad(at: 11.0) { x in
            var x = x
            while x > 1 {
                x = x > 3 ? x / 2 : 0.3 * x * x
                turns += 1
            }
            return x
        }
        #expect(close(y, 0.7153364147140501) && close(slope, 0.5202446652465819) && turns == 5)
    }

    @Test func recursionOverATree() throws {
        let p = [0.7, 0.1, 0.9, -0.4, 0.2]
        let (y, slopes) = try valueAndGrad(at: p) { energy(tree, $0) }
        #expect(close(y, 0.4849361121005524) && energy(tree, p) == y)
        #expect(close(slopes, treeGradient))
    }

    @Test func foldsOfAList() throws {
        let factors = [1.5, 2, 3, 4]
        let left = try valueAndGrad(at: 0.5) { x in factors.reduce(x) { $0 * $1 } }
        let right = try valueAndGrad(at: 0.5) { x in factors.reversed().reduce(x) { $1 * $0 } }
        #expect(left == (18, 36) && right == (18, 36))
    }

    @Test func newtonSteps() throws {
        let (y, slope) = try valueAndGrad(at: 2.0) { a in
            var root: Traced = 1
            for _ in 0..<6 { root = (root + a / root) / 2 }
            return root
        }
        #expect(close(y, 1.414213562373095) && close(slope, 0.35355339059327373))
    }

    @Test func recurrentNetwork() throws {
        func loss<R: EagerReal>(_ w: EagerMatrix<R>) -> R {
            var h: [R] = [0, 0]
            for x in [0.5, -0.3, 0.8] {
                let input: [R] = [R(x), 1]
                h = (0..<2).map { i in tanh(w[i, 0] * h[0] + w[i, 1] * h[1] + input[i]) }
            }
            return h[0] * h[0] + h[1] * h[1]
        }
        let w: DenseMatrix = [[0.3, -0.2], [0.1, 0.4]]
        let (y, slopes) = try valueAndGrad(at: w) { loss($0) }
        #expect(close(y, 0.9895992843882033))
        #expect(
            close(
                slopes.elements,
                [-0.11425690863617051, 0.834387422830428, -0.12849639884355335, 0.381552488731219]))
    }

    @Test func everyFunctionHasTheDerivativeOfTheLanguage() throws {
        for function in ElementaryFunction.allCases where function.arity == 1 && function != .acosh {
            let dual = Dual<Double>.evaluate(function, Dual(0.3, tangent: 1))
            let (y, slope) = try valueAndGrad(at: 0.3) { .evaluate(function, $0) }
            #expect(y == dual.value && slope == dual.tangent, "\(function)")
        }
        for function in ElementaryFunction.allCases
        where function.arity == 2 && ![.polygamma, .chain].contains(function) {
            let slopes = try grad(at: [1.7, 0.6]) { .evaluate(function, $0[0], $0[1]) }
            let first = Dual<Double>.evaluate(function, Dual(1.7, tangent: 1), Dual(0.6, tangent: 0))
            let second = Dual<Double>.evaluate(function, Dual(1.7, tangent: 0), Dual(0.6, tangent: 1))
            #expect(close(slopes, [first.tangent, second.tangent]), "\(function)")
        }
    }

    @Test func cornersAreThoseOfTheLanguage() throws {
        #expect(try grad(at: 0.0) { sqrt($0) } == 0)
        #expect(try grad(at: 0.0) { abs($0) } == 0)
        #expect(try grad(at: [0.0, 0.0]) { hypot($0[0], $0[1]) } == [0, 0])
        // What does not move stays where a slope is infinite.
        #expect(try grad(at: 0.0) { x in log(x) * 0 + x } == 1)
        #expect(try grad(at: 1.0) { x in x < Traced(.nan) ? x : 2 * x } == 2)
        #expect(try grad(at: [Double]()) { _ in 3 } == [])
        #expect(try grad(at: 1.0) { _ in 3 } == 0)
        #expect(try grad(at: 1.0) { $0 } == 1)
    }

    @Test func fourMeaningsOfOneFunction() throws {
        let p = [0.7, 0.1, 0.9, -0.4, 0.2]
        let program = staged("energy", of: 5) { energy(tree, $0) }
        #expect(close(energy(tree, p), 0.4849361121005524))
        #expect(abs(energy(tree, p.map { Float($0) }) - 0.48493612) < 1e-6)
        for k in 0..<5 {
            let duals = p.indices.map { Dual(p[$0], tangent: $0 == k ? 1 : 0) }
            #expect(close(energy(tree, duals).tangent, treeGradient[k]))
        }
        #expect(try close(program(0, p).0, 0.4849361121005524))
        #expect(try close(grad(program, 0, p).1, treeGradient))
        #expect(try close(compile(program)(0, p).0, 0.4849361121005524))
        #expect(try close(compile(grad(program))(0, p).1, treeGradient))
    }

    @Test func errorsOfTheClosurePassThrough() throws {
        struct Mine: Error {}
        #expect(throws: Mine.self) { try grad(at: 1.0) { x in x > 0 ? try refuse() : x } }
        func refuse() throws -> Traced { throw Mine() }
    }

    @Test func numbersOnSeveralThreads() throws {
        let slope = try grad(at: 3.0) { x in
            let sum = Mutex<Traced>(0)
            DispatchQueue.concurrentPerform(iterations: 8) { k in
                var power: Traced = 1
                for _ in 0..<(100 + k) { power = power * 0.5 + x }
                sum.withLock { [power] in $0 += power }
            }
            return sum.withLock { $0 }
        }
        #expect(close(slope, 16, 1e-13))
    }
}

indirect enum Tree: Sendable {
    case leaf(Double)
    case node(Tree, Tree)
}

let tree = Tree.node(.node(.leaf(0.5), .leaf(-1)), .node(.leaf(2), .node(.leaf(0.25), .leaf(-0.75))))
let treeGradient = [
    0.22042344175570963, 0.17288790217041886, 0.5271566131712038, 0.1877138381407799, 1.029894198132062,
]

func energy<R: EagerReal>(_ tree: Tree, _ p: [R]) -> R {
    switch tree {
    case .leaf(let t): tanh(p[0] * t + p[1])
    case .node(let l, let r): tanh(p[2] * energy(l, p) + p[3] * energy(r, p) + p[4])
    }
}

func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-14) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

func close(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-14) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { close($0, $1, tolerance) }
}
