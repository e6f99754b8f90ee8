// A network over trees in ordinary Swift: run on numbers, differentiated, and made a program that is compiled.

import Eager

indirect enum Tree {
    case leaf(Double)
    case node(Tree, Tree)

    /// A tree of 2 to some twenty leaves, from a generator's bits.
    static func random(_ depth: Int, _ bits: inout UInt64) -> Tree {
        bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let part = Double(bits >> 40) / Double(1 << 24)
        if depth == 0 || depth < 4 && part < 0.3 { return .leaf(2 * part - 1) }
        let left = random(depth - 1, &bits)
        return .node(left, random(depth - 1, &bits))
    }
}

/// One function for all kinds of numbers: leaves and nodes are squeezed sums of what is below them.
func energy<R: EagerReal>(_ tree: Tree, _ p: [R]) -> R {
    switch tree {
    case .leaf(let t): tanh(p[0] * t + p[1])
    case .node(let l, let r): tanh(p[2] * energy(l, p) + p[3] * energy(r, p) + p[4])
    }
}

/// How far the energies are from those of a teacher.
func loss<R: EagerReal>(_ trees: [Tree], _ targets: [Double], _ p: [R]) -> R {
    zip(trees, targets).reduce(0) { sum, pair in
        let miss = energy(pair.0, p) - pair.1
        return sum + miss * miss
    }
}

var bits: UInt64 = 7
let trees = (0..<12).map { _ in Tree.random(5, &bits) }
let targets = trees.map { energy($0, [0.7, 0.1, 0.9, -0.4, 0.2]) }
let start = [0.4, 0, 0.5, -0.1, 0]

let traced = try valueAndGrad(at: start) { p in loss(trees, targets, p) }
let program = staged("loss", of: 5) { p in loss(trees, targets, p) }
let compiled = try compile(valueAndGrad(program))
let native = try compiled(0, start)
let differences = zip(traced.gradient, native.gradient.1).map { ($0 - $1).magnitude }
print("loss \(traced.value) on numbers, \(native.value) as a program")
print("gradients differ by \(differences.max() ?? 0 < 1e-13 ? "rounding" : "\(differences)")")

var (p, speed) = (start, Array(repeating: 0.0, count: 5))
for turn in 0...2000 {
    let here = try compiled(0, p)
    if turn % 500 == 0 { print("turn \(turn): loss \(here.value)") }
    for k in p.indices {
        speed[k] = 0.9 * speed[k] - 0.02 * here.gradient.1[k]
        p[k] += speed[k]
    }
}
print("found \(p.map { (1000 * $0).rounded() / 1000 })")
