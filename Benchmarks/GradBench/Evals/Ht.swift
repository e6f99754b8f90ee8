import AD
import BenchmarkSupport
import ReversibleCore

/// Hand tracking: how far points are from a hand, and the Jacobian by forward mode, column by column.
struct Ht: Eval {
    static let module = "ht"

    /// The programs for one form of the input.
    private struct Programs: Sendable {
        let errors: Runnable
        /// The errors' change with θ, and with the places on triangles.
        let alongTheta: Runnable
        let alongPlaces: Runnable?
    }

    private let simple: Programs
    private let complicated: Programs

    init(_ engine: Engine) throws {
        simple = Programs(
            errors: try engine.function(Hand.distances),
            alongTheta: try engine.tangent(of: Hand.distances, along: [1]), alongPlaces: nil)
        complicated = Programs(
            errors: try engine.function(Hand.surfaceDistances),
            alongTheta: try engine.tangent(of: Hand.surfaceDistances, along: [1]),
            alongPlaces: try engine.tangent(of: Hand.surfaceDistances, along: [11]))
    }

    private struct Model: Decodable {
        let parents: [Int]
        let baseRelatives, inverseBaseAbsolutes: [Rows]
        let basePositions, weights: Rows
        let triangles: [[Int]]
        let isMirrored: Bool

        private enum CodingKeys: String, CodingKey {
            case parents, weights, triangles
            case baseRelatives = "base_relatives"
            case inverseBaseAbsolutes = "inverse_base_absolutes"
            case basePositions = "base_positions"
            case isMirrored = "is_mirrored"
        }
    }

    private struct Input: Decodable {
        struct Observations: Decodable {
            let correspondences: [Int]
            let points: Rows
            let model: Model
        }

        let theta: [Double]
        let us: Rows
        let data: Observations

        var isSimple: Bool { us.matrix.rows == 0 }

        func arguments() throws -> [Memory.Content] {
            let (model, count) = (data.model, data.correspondences.count)
            let (bones, vertices) = (model.parents.count, model.basePositions.matrix.rows)
            try require(theta.count == 26, "\"theta\" has \(theta.count) numbers; a pose has 26")
            try require(bones > 20, "\"parents\" has \(bones) bones; the five fingers take 21 at least")
            for (bone, parent) in model.parents.enumerated() where !(-1..<bone).contains(parent) {
                throw RequestError(
                    "\"parents\" gives bone \(bone) the parent \(parent), which does not come before it")
            }
            for corner in model.triangles {
                try require(
                    corner.count == 3 && corner.allSatisfy((0..<vertices).contains),
                    "\"triangles\" has \(corner); a triangle has 3 of the \(vertices) vertices")
            }
            let limit = isSimple ? vertices : model.triangles.count
            if let odd = data.correspondences.first(where: { !(0..<limit).contains($0) }) {
                throw RequestError("\"correspondences\" names \(odd), which is not among \(limit)")
            }
            func transforms(_ matrices: [Rows], _ name: String) throws -> Memory.Content {
                try require(
                    matrices.count == bones, "\"\(name)\" has \(matrices.count) matrices for \(bones) bones")
                let elements = try matrices.flatMap { try $0.sized(4, 4, name).elements }
                return .matrix(DenseMatrix(rows: bones, columns: 16, elements: elements) ?? [])
            }
            let common: [Memory.Content] = [
                .matrix(DenseMatrix(rows: count, columns: 3)), .reals(theta), .integers(model.parents),
                try transforms(model.baseRelatives, "base_relatives"),
                try transforms(model.inverseBaseAbsolutes, "inverse_base_absolutes"),
                .matrix(try model.basePositions.sized(vertices, 4, "base_positions").transposed),
                .matrix(try model.weights.sized(vertices, bones, "weights").transposed),
                .integer(model.isMirrored ? 1 : 0), .integers(data.correspondences),
                .matrix(try data.points.sized(count, 3, "points")),
            ]
            if isSimple { return common }
            return common + [
                .integers(model.triangles.flatMap(\.self)), .matrix(try us.sized(count, 2, "us")),
            ]
        }
    }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        [
            "objective": { request in
                let input = try request.input(Input.self)
                let memory = Memory(try input.value.arguments(), changing: [0])
                let programs = input.value.isSimple ? simple : complicated
                return try input.repeats.run(programs.errors, on: memory) { $0.value(of: 0) }
            },
            "jacobian": { request in
                let input = try request.input(Input.self)
                let programs = input.value.isSimple ? simple : complicated
                return try jacobian(try input.value.arguments(), programs, input.repeats)
            },
        ]
    }

    /// Columns for the two coordinates on the error's own triangle, if there are any, then those for θ.
    ///
    /// An error depends on the coordinates of its own place alone, so one direction serves all of them.
    private func jacobian(
        _ arguments: [Memory.Content], _ programs: Programs, _ repeats: Repeats
    ) throws -> Answer {
        guard case .matrix(let errors) = arguments[0] else { throw RequestError("there are no errors") }
        let (count, rows) = (errors.rows, errors.elements.count)
        let ofTheta = Memory(arguments, changing: [0], tangents: [:])
        let ofPlaces = programs.alongPlaces.map { ($0, Memory(arguments, changing: [0], tangents: [:])) }
        let columns = 26 + (ofPlaces == nil ? 0 : 2)
        let result = Buffer(rows * columns)
        func column(
            _ column: Int, _ program: Runnable, _ memory: Memory, _ position: Int, _ tangent: [Double]
        ) throws {
            memory.reset()
            memory.setTangent(position, to: tangent)
            try program.run(memory)
            memory.withTangent(of: 0) { change in
                for row in 0..<rows { result.numbers[row * columns + column] = change[row] }
            }
        }
        return try repeats.run {
            if let (program, memory) = ofPlaces {
                for k in 0..<2 {
                    try column(k, program, memory, 11, (0..<2 * count).map { $0 % 2 == k ? 1 : 0 })
                }
            }
            for k in 0..<26 {
                try column(
                    columns - 26 + k, programs.alongTheta, ofTheta, 1, (0..<26).map { $0 == k ? 1 : 0 })
            }
        } output: {
            (0..<rows).map { row in Array(result.numbers[(row * columns)..<((row + 1) * columns)]) }
        }
    }
}
