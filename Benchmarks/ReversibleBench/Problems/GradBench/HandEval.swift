import BenchmarkSupport
import Foundation
import Optimizers

/// A made-up hand of the size of the suite's, and points near its surface.
enum HandEval {
    static let ht = ShapedEval("ht") { options in
        let hand = Hand(
            vertices: options.sizes(quick: 50, usual: 10_000, full: 10_000),
            triangles: options.sizes(quick: 20, usual: 1084, full: 1084),
            points: options.sizes(quick: 5, usual: 800, full: 800), seed: options.seed)
        return [
            EvalShape(
                size: "\(hand.positions.count / 4) vertices, \(hand.correspondences.count) points",
                input: hand.input, functions: ("objective", "jacobian"), limit: 40, reference: hand.reference)
        ]
    }

    private static let bones = 22

    private struct Hand {
        let theta, relatives, inverses, positions, weights, points, us: [Double]
        let triangles, correspondences: [Int]
        /// A root, five fingers of four bones in a row, and one bone more.
        let parents = (0..<bones).map { $0 == 0 ? -1 : $0 % 4 == 1 ? 0 : $0 - 1 }

        init(vertices: Int, triangles count: Int, points: Int, seed: UInt64) {
            var generator = RandomNumbers(seed: seed)
            theta = generator.numbers(26)
            let placements = (0..<bones).map { _ in Placement(generator.numbers(4)) }
            relatives = placements.flatMap(\.matrix)
            inverses = (0..<bones).flatMap { _ in Placement(generator.numbers(4)).matrix }
            positions = (0..<vertices).flatMap { _ in generator.numbers(3) + [1] }
            weights = (0..<vertices).flatMap { _ in
                let shares = generator.numbers(bones).map(abs)
                let whole = shares.reduce(0, +)
                return shares.map { $0 / whole }
            }
            triangles = (0..<3 * count).map { _ in Int.random(in: 0..<vertices, using: &generator) }
            correspondences = (0..<points).map { _ in Int.random(in: 0..<count, using: &generator) }
            self.points = generator.numbers(3 * points)
            us = generator.numbers(2 * points)
        }

        var input: [String: JSON] {
            func matrices(_ elements: [Double]) -> JSON {
                .list((0..<bones).map { .rows(Array(elements[(16 * $0)..<(16 * $0 + 16)]), of: 4) })
            }
            let corners: [JSON] = stride(from: 0, to: triangles.count, by: 3).map {
                .integers(Array(triangles[$0..<($0 + 3)]))
            }
            let model: [String: JSON] = [
                "bone_count": .integer(bones), "bone_names": .list((0..<bones).map { .text("bone \($0)") }),
                "parents": .integers(parents), "base_relatives": matrices(relatives),
                "inverse_base_absolutes": matrices(inverses), "base_positions": .rows(positions, of: 4),
                "weights": .rows(weights, of: bones), "triangles": .list(corners),
                "is_mirrored": .flag(false),
            ]
            return [
                "theta": .numbers(theta), "us": .rows(us, of: 2),
                "data": .object([
                    "correspondences": .integers(correspondences), "points": .rows(points, of: 3),
                    "model": .object(model),
                ]),
            ]
        }

        func reference(_ library: CppReference) throws -> Work {
            let distances:
                @convention(c) (
                    Int, Int, Int, Input, Indices, Input, Input, Input, Input, Int, Indices, Indices, Input,
                    Input, UnsafeMutablePointer<Double>?
                ) -> Void = try library.function("ht")
            let errors = Buffer(points.count)
            return Work {
                distances(
                    bones, positions.count / 4, correspondences.count, theta, parents, relatives, inverses,
                    positions, weights, 0, triangles, correspondences, points, us, errors.start)
                return errors
            } numbers: {
                $0.elements
            }
        }

        private typealias Input = UnsafePointer<Double>
        private typealias Indices = UnsafePointer<Int>
    }

    /// Where a bone is, seen from its parent: turned about an axis through it, and moved.
    private struct Placement {
        let matrix: [Double]

        init(_ numbers: [Double]) {
            let (c, s) = (cos(numbers[3]), sin(numbers[3]))
            matrix = [
                c, -s, 0, numbers[0],
                s, c, 0, numbers[1],
                0, 0, 1, numbers[2],
                0, 0, 0, 1,
            ]
        }
    }
}
