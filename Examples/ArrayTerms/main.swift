// A function of arrays as a term: its gradient by dual numbers, made cheap by rules, as a reversible program and as native code.

import Arrays
import Foundation
import NativeEngine

let logSumExp = ArrayFunction("logSumExp") { (u: VectorTerm) in
    log(u.map { exp($0) }.sum())
}
let slow = forwardGradient(logSumExp, with: 0)
let fast = slow.optimized(by: .arrays)

print("The gradient, as dual numbers make it:\n\(slow)\n")
print("The same, rewritten:\n\(fast)\n")
print("For 1,000 numbers: \(slow.cost(sizes: [1000]))")
print("after rewriting:   \(fast.cost(sizes: [1000]))\n")

do {
    let program: ReversibleFunction<Vector, Vector> = try fast.program()
    print("As a program:\n\(program)\n")
    let native = try compile(program)
    let u = [0.5, -1, 2]
    let (gradient, _) = try native([0, 0, 0], u)
    print("at \(u)   \(gradient)")

    let total = u.map { exp($0) }.reduce(0, +)
    let error = zip(gradient, u.map { exp($0) / total }).map { abs($0 - $1) }.max() ?? .nan
    guard error < 1e-15 else {
        print("wrong: the gradient of log Σ exp is exp(u) / Σ exp")
        exit(1)
    }
} catch {
    print(error)
    exit(1)
}
