// Where did 20 cameras stand, and what did they see?
//
// A made-up scene: 20 cameras around a cloud of 2,000 points. All that is kept are the 40,000 places where the
// points were seen, and a start that is several percent off. The solver finds cameras and points again, up to
// what no photograph tells: where the whole scene is, how it is turned, and how large it is.
//
// Usage: example-bundle-adjustment [FOLDER]   (scene.svg, before.ply and after.ply are written there)

import Foundation
import Kernels

typealias BAL = BundleAdjustment.BAL

var options = BAL.SyntheticScene.Options()
options.cameras = 20
options.points = 2000
options.parameterNoise = 0.1
options.focalNoise = 0.05
do {
    let scene = try BAL.SyntheticScene(options)
    print(
        "\(scene.start.cameras.rows) cameras, \(scene.start.points.rows) points, "
            + "\(scene.start.observationCount) observations")

    print(BundleAdjustment.Iteration.header)
    let solution = try BAL.solve(scene.start) { print($0) }
    let engine = solution.isNative ? "native code" : "the interpreter"
    print("Stopped since \(solution.termination.rawValue); derivatives by \(engine).")

    /// Where the points and the cameras are after the similarity that brings the points nearest to the truth.
    let before = try Snapshot(scene.start, alignedTo: scene.truth)
    let after = try Snapshot(solution.problem, alignedTo: scene.truth)
    for (name, cost, snapshot) in [
        ("before", solution.initialCost, before), ("after ", solution.finalCost, after),
    ] {
        let pixels = (2 * cost / Double(scene.start.observationCount)).squareRoot()
        print(
            String(
                format:
                    "%@: RMS error %.2e pixels; RMS distance from the truth %.2e (points), %.2e (cameras)",
                name, pixels, snapshot.pointDistance, snapshot.cameraDistance))
    }

    let folder =
        CommandLine.arguments.count > 1
        ? URL(fileURLWithPath: CommandLine.arguments[1])
        : FileManager.default.temporaryDirectory.appendingPathComponent("bundle-adjustment")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let truth = try Snapshot(scene.truth, alignedTo: scene.truth)
    let files = [
        ("scene.svg", drawing(truth, [("before", before), ("after", after)])), ("before.ply", before.ply),
        ("after.ply", after.ply),
    ]
    for (name, text) in files {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name), options: .atomic)
    }
    print("Written to \(folder.path): \(files.map(\.0).joined(separator: ", "))")
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
