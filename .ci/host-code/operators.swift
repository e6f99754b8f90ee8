// Ordinary Swift without Foundation: `.ci/type-check` times it below an import of the package alone.

struct Adam {
    var m: [Double]
    var v: [Double]
    var t = 0

    mutating func step(_ p: inout [Double], _ g: [Double]) {
        t += 1
        for i in p.indices {
            m[i] = 0.9 * m[i] + (1 - 0.9) * g[i]
            v[i] = 0.999 * v[i] + (1 - 0.999) * g[i] * g[i]
            p[i] -=
                0.005 * (m[i] / (1 - 0.9 * Double(t)))
                / ((v[i] / (1 - 0.999 * Double(t))).squareRoot() + 1e-8)
        }
    }
}

func host(_ a: [Double], _ b: [Double], _ n: Int, _ x: Double, _ y: Double) -> [Double] {
    let norm = a.map { $0 * $0 }.reduce(0, +).squareRoot()
    let distance = zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
    let cosine = zip(a, b).map(*).reduce(0, +) / (norm * b.reduce(0) { $0 + $1 * $1 }.squareRoot())
    let lat1 = x * .pi / 180, lat2 = y * .pi / 180
    let density = -0.5 * (2 * .pi) - y - 0.5 * ((x - norm) / y) * ((x - norm) / y)
    let top = a.max() ?? 0
    let mean = a.reduce(0, +) / Double(a.count)
    let variance = a.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(max(a.count - 1, 1))
    let z = a.map { ($0 - mean) / (variance + 1e-8).squareRoot() }
    let grid = stride(from: 0.0, through: 1.0, by: 0.1).map { $0 * $0 - 0.5 }
    let trapezoid = zip(grid, grid.dropFirst()).map { 0.1 * ($0 + $1) / 2 }.reduce(0, +)
    let clipped = a.map { min(max($0, -1.0), 1.0) * 0.5 + 0.5 }
    let step = max(1e-6, min(0.1, 1 / (1 + abs(norm - distance) * Double(n))))
    let loss = -(y * lat1 + (1 - y) * (1 - lat2)) + 0.01 * a.reduce(0) { $0 + abs($1) }
    let root = (-y + (y * y - 4 * x * norm).squareRoot()) / (2 * x)
    let schedule = 0.5 * 0.01 * (1 + .pi * Double(n) / Double(max(n, 100))) + 1e-5
    let momentum = zip(a, b).map { 0.9 * $0 - 0.01 * $1 }
    let energy = 0.5 * x * x + 9.81 * (1 - y) + 0.5 * (x * x + y * y).squareRoot()
    let poly = ((1.5 * x - 2.25) * x + 0.125) * x + 3 * x * x - 7 / (x + 1)
    let residual =
        abs(((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])).squareRoot() - 1)
        / (1e-9 + abs(norm))
    let squares = (0..<n).map { Double($0) / Double(n) - 0.5 }
    let inner = (0..<n).reduce(0.0) { $0 + a[$1] * b[$1] }
    let index = Int((x * Double(n) / 10).rounded(.down)) % max(n, 1)
    let bounds = (a.min() ?? 0, a.max() ?? 0)
    let scaled = a.map { (($0 - bounds.0) / (bounds.1 - bounds.0 + 1e-12)) * 2 - 1 }
    let decay = grid.enumerated().map { $1 * Double($0) }
    let close = abs(trapezoid - mean) <= 1e-6 * max(abs(trapezoid), abs(mean)) && index != 3
    let huber = a.map { abs($0) <= 1 ? 0.5 * $0 * $0 : abs($0) - 0.5 }.reduce(0, +)
    let rows = [[1, 2, -3], [0.5, 0, 1]].map { $0.reduce(0, +) }
    print(squares, norm, distance, cosine, density, top, close ? 1.0 : 2 * x - 1)
    return z + clipped + scaled + momentum + decay + rows
        + [step, loss, root, schedule, energy, poly, residual, inner, huber]
}
