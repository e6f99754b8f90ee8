import ReversibleCore

// The arguments of a gradient's derivative: of every argument its values, gradients, and the tangents of both.

extension Definition {
    /// The tangent of a pullback: the gradient's derivative along a direction.
    package var tangentOfPullback: Definition {
        get throws(ReversibilityError) {
            // Decisions do not move.
            let decisions = Set(settledAccounts.compactMap(\.decisions))
            let moving = arguments.indices.filter { index in
                !arguments[index].contains { decisions.contains($0.variable) }
            }
            return try tangent(moving: Set(moving))
        }
    }

    /// The leaves of the pullback's tangent: for each argument values, gradients, and the tangents of both.
    package func tangentOrder(
        of leaves: [Leaf<Double>], values: [Leaf<Double>], gradients: [Leaf<Double>]
    ) -> [Leaf<Double>] {
        var result: [Leaf<Double>] = []
        var (position, next) = (0, 0)
        for argument in arguments.dropLast(accountParameterCount) {
            let count = argument.count { $0.hasGradient } / 2
            result += leaves[position..<(position + argument.count)]
            result += values[next..<(next + count)] + gradients[next..<(next + count)]
            position += argument.count
            next += count
        }
        return result
    }

    /// The tangents of the pullback's gradients out of those.
    package func gradientTangents(in leaves: [Leaf<Double>]) -> [Leaf<Double>] {
        var result: [Leaf<Double>] = []
        var position = 0
        for argument in arguments.dropLast(accountParameterCount) {
            let count = argument.count { $0.hasGradient } / 2
            position += argument.count + count
            result += leaves[position..<(position + count)]
            position += count
        }
        return result
    }

    /// Places in the order of the pullback's tangent: the directions of an argument stand before its products.
    package func directionsBeforeProducts<Place>(_ places: [Place]) -> [Place] {
        let counts = arguments.map { (all: $0.count, real: $0.count { $0.hasGradient }) }
        // A wrong number of places is reported where all are looked at.
        guard places.count == counts.reduce(0, { $0 + $1.all + 3 * $1.real }) else { return places }
        var result: [Place] = []
        for (all, real) in counts {
            let start = result.count
            let (products, directions) = (start + all + real, start + all + 2 * real)
            result += places[start..<products] + places[directions..<(directions + real)]
            result += places[products..<directions]
        }
        return result
    }

    /// For every parameter of the pullback's tangent, whether it is the tangent of a gradient of these arguments.
    package func gradientTangentsWanted(of wanted: Set<Int>) -> [Bool] {
        arguments.enumerated().flatMap { position, leaves in
            let count = leaves.count { $0.hasGradient }
            return Array(repeating: false, count: leaves.count + 2 * count)
                + Array(repeating: wanted.contains(position), count: count)
        }
    }
}
