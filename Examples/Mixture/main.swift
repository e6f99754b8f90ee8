// Fits a mixture of three Gaussians to the measurements of 150 iris flowers, without looking at their species, and
// draws the result: run it with the path of an SVG file, or find the drawing in the temporary folder.

import Foundation
import Kernels

do {
    let fit = try GaussianMixture.fit(Iris.points, components: 3)
    let mixture = fit.parameters

    func fixed(_ number: Double) -> String { String(format: "%8.3f", number) }

    print(
        "log-likelihood \(fixed(fit.logPosterior)) after \(fit.search.iterations) iterations, \(fit.search.reason)"
    )
    print("component   weight   mean: sepal length, width, petal length, width (cm)")
    for k in 0..<mixture.components {
        let mean = (0..<mixture.dimensions).map { fixed(mixture.means[k, $0]) }
        print("        \(k) \(fixed(mixture.weights[k]))  \(mean.joined())")
    }

    print("flowers of each species in component 0, 1, 2")
    for (number, name) in Iris.species.enumerated() {
        let assigned = fit.assignments[number * 50..<(number + 1) * 50]
        let counts = (0..<mixture.components).map { k in "\(assigned.count { $0 == k })" }
        print("  \(name.padding(toLength: 18, withPad: " ", startingAt: 0))\(counts.joined(separator: "  "))")
    }

    let path =
        CommandLine.arguments.dropFirst().first
        ?? FileManager.default.temporaryDirectory.appending(path: "iris.svg").path
    try drawing(of: fit, horizontal: 2, vertical: 0).write(toFile: path, atomically: true, encoding: .utf8)
    print("drawing: \(path)")
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
