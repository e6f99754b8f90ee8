import Foundation
import Kernels

/// Points and cameras' centres, moved to where the truth is.
struct Snapshot {
    var points: DenseMatrix
    var cameras: DenseMatrix
    /// The root mean square distance of the points from the true ones.
    var pointDistance: Double
    /// The root mean square distance of the cameras from the true ones.
    var cameraDistance: Double

    init(_ problem: BundleAdjustment.BAL.Problem, alignedTo truth: BundleAdjustment.BAL.Problem) throws {
        let similarity = try BundleAdjustment.Similarity(from: problem.points, to: truth.points)
        points = similarity(problem.points)
        cameras = similarity(problem.cameraCentres)
        pointDistance = Self.distance(points, truth.points)
        cameraDistance = Self.distance(cameras, truth.cameraCentres)
    }

    private static func distance(_ a: DenseMatrix, _ b: DenseMatrix) -> Double {
        let sum = zip(a.elements, b.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (sum / Double(a.rows)).squareRoot()
    }

    /// The text of a PLY file: the points in blue and the cameras in red.
    var ply: String {
        var lines = [
            "ply", "format ascii 1.0", "element vertex \(points.rows + cameras.rows)", "property double x",
            "property double y", "property double z", "property uchar red", "property uchar green",
            "property uchar blue", "end_header",
        ]
        for (matrix, colour) in [(points, "40 90 200"), (cameras, "210 40 40")] {
            for row in 0..<matrix.rows {
                lines.append("\(matrix[row, 0]) \(matrix[row, 1]) \(matrix[row, 2]) \(colour)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// An SVG with the scene from above in each state, next to each other; the truth is grey.
func drawing(_ truth: Snapshot, _ states: [(name: String, snapshot: Snapshot)]) -> String {
    let (size, reach) = (420.0, 4.8)
    func place(_ matrix: DenseMatrix, _ row: Int) -> (x: String, y: String) {
        let scale = size / (2 * reach)
        return (
            String(format: "%.1f", size / 2 + scale * matrix[row, 0]),
            String(format: "%.1f", size / 2 - scale * matrix[row, 1])
        )
    }
    func dots(_ matrix: DenseMatrix, radius: Double, _ colour: String) -> String {
        let circles = (0..<matrix.rows).map { row in
            let (x, y) = place(matrix, row)
            return "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"\(radius)\"/>"
        }
        return "<g fill=\"\(colour)\">\(circles.joined())</g>"
    }
    let panels = states.enumerated().map { position, state in
        """
        <g transform="translate(\(Double(position) * size), 24)">
        <text x="\(size / 2)" y="-6" text-anchor="middle" font-family="sans-serif" font-size="16">\(state.name)</text>
        \(dots(truth.points, radius: 1.4, "#bbb"))
        \(dots(truth.cameras, radius: 5, "#bbb"))
        \(dots(state.snapshot.points, radius: 0.7, "#285ac8"))
        \(dots(state.snapshot.cameras, radius: 3, "#d22828"))
        </g>
        """
    }
    return """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(size * Double(states.count))" height="\(size + 24)">
        <rect width="100%" height="100%" fill="white"/>
        \(panels.joined(separator: "\n"))
        </svg>

        """
}
