import Foundation

/// A made-up hand, and the errors by the definition, with matrices as lists of rows.
struct HandModel {
    private typealias Matrix = [[Double]]

    static let bones = 22
    private static let parents = (0..<bones).map { $0 == 0 ? -1 : $0 % 4 == 1 ? 0 : $0 - 1 }

    private let relatives, inverses: [Matrix]
    private let positions, weights: Matrix
    private let mirrored: Bool
    private let triangles: [[Int]]
    private let correspondences: [Int]
    private let points, us: Matrix
    let theta: [Double]

    /// - Parameter simple: Whether points belong to vertices, and not to places on triangles.
    init(simple: Bool, mirrored: Bool, turned: Bool) {
        var generator = SeededNumbers(5)
        func transforms() -> [Matrix] {
            (0..<HandModel.bones).map { _ in generator.rows(3, 4) + [[0, 0, 0, 1]] }
        }
        (relatives, inverses) = (transforms(), transforms())
        let vertices = 6
        positions = generator.rows(vertices, 3).map { $0 + [1] }
        weights = generator.rows(vertices, HandModel.bones, from: 0, to: 0.1)
        triangles = [[0, 1, 2], [3, 1, 5], [2, 4, 0]]
        correspondences = simple ? [4, 0, 5] : [1, 2, 1]
        points = generator.rows(3, 3)
        us = simple ? [] : generator.rows(3, 2, from: 0, to: 0.5)
        self.mirrored = mirrored
        theta = (turned ? generator.numbers(3) : [0, 0, 0]) + generator.numbers(23)
    }

    var input: [String: Any] {
        let model: [String: Any] = [
            "bone_count": HandModel.bones, "bone_names": (0..<HandModel.bones).map { "b\($0)" },
            "parents": HandModel.parents, "base_relatives": relatives, "inverse_base_absolutes": inverses,
            "base_positions": positions, "weights": weights, "triangles": triangles, "is_mirrored": mirrored,
        ]
        let data: [String: Any] = ["correspondences": correspondences, "points": points, "model": model]
        return ["theta": theta, "us": us, "data": data]
    }

    /// The errors' derivatives, row by row: in the place of the row's own point, if there is one, and in θ.
    ///
    /// Where the hand is not turned, its rotation counts as constant.
    var jacobian: [Double] {
        let isTurned = theta[..<3].contains { $0 != 0 }
        var columns = differences(theta, ofAll: { errors($0, us) })
        if !isTurned { for k in 0..<3 { columns[k] = columns[k].map { _ in 0 } } }
        // A place's coordinate moves the errors of its own point only.
        let places = (0..<(us.isEmpty ? 0 : 2)).map { k in
            differences([0], ofAll: { move in errors(theta, us.map { u in moved(u, k, move[0]) }) })[0]
        }
        columns = places + columns
        return errors.indices.flatMap { row in columns.map { $0[row] } }
    }

    private func moved(_ u: [Double], _ position: Int, _ distance: Double) -> [Double] {
        var u = u
        u[position] += distance
        return u
    }

    var errors: [Double] { errors(theta, us) }

    private func errors(_ theta: [Double], _ us: Matrix) -> [Double] {
        let vertices = vertices(theta)
        return correspondences.indices.flatMap { i in
            (0..<3).map { row -> Double in
                guard !us.isEmpty else { return points[i][row] - vertices[correspondences[i]][row] }
                let corners = triangles[correspondences[i]].map { vertices[$0][row] }
                let (u, v) = (us[i][0], us[i][1])
                let place: Double = u * corners[0] + v * corners[1] + (1 - u - v) * corners[2]
                return points[i][row] - place
            }
        }
    }

    private func vertices(_ theta: [Double]) -> Matrix {
        var absolutes: [Matrix] = []
        for bone in 0..<HandModel.bones {
            var (x, z) = (0.0, 0.0)
            for finger in 0..<5 {
                let t = 6 + 4 * finger
                switch bone - 4 * finger {
                case 2: (x, z) = (theta[t], theta[t + 1])
                case 3: x = theta[t + 2]
                case 4: x = theta[t + 3]
                default: break
                }
            }
            let aboutX: Matrix = [
                [1, 0, 0, 0], [0, cos(x), -sin(x), 0], [0, sin(x), cos(x), 0], [0, 0, 0, 1],
            ]
            let aboutZ: Matrix = [
                [cos(z), -sin(z), 0, 0], [sin(z), cos(z), 0, 0], [0, 0, 1, 0], [0, 0, 0, 1],
            ]
            let relative = product(relatives[bone], product(aboutZ, aboutX))
            let parent = HandModel.parents[bone]
            absolutes.append(parent < 0 ? relative : product(absolutes[parent], relative))
        }
        let moves = zip(absolutes, inverses).map { product($0, $1) }
        return zip(positions, weights).map { position, weights in
            var place = [0.0, 0, 0]
            for (move, weight) in zip(moves, weights) {
                for row in 0..<3 { place[row] += weight * dot(move[row], position) }
            }
            if mirrored { place[0] = -place[0] }
            return turned(place, Array(theta[..<3])).enumerated().map { $1 + theta[3 + $0] }
        }
    }

    private func product(_ a: Matrix, _ b: Matrix) -> Matrix {
        a.map { row in (0..<4).map { column in dot(row, b.map { $0[column] }) } }
    }

    /// The rotation as the series exp [r]×, whose terms become small fast.
    private func turned(_ v: [Double], _ r: [Double]) -> [Double] {
        var (result, term) = (v, v)
        for order in 1...30 {
            term = (0..<3).map { k -> Double in
                let (next, last) = ((k + 1) % 3, (k + 2) % 3)
                return (r[next] * term[last] - r[last] * term[next]) / Double(order)
            }
            result = zip(result, term).map { $0 + $1 }
        }
        return result
    }
}
