import Foundation
import Kernels

/// A scatter plot of two of the measurements: shapes are species, colours are components, and the ellipses hold 39 % and
/// 86 % of a component, one and two standard deviations.
func drawing(of fit: GaussianMixture.Fit, horizontal: Int, vertical: Int) -> String {
    let names = ["sepal length", "sepal width", "petal length", "petal width"]
    let colours = ["#0072b2", "#d55e00", "#009e73"]
    let (width, height, scale, margin) = (640.0, 440.0, 80.0, 50.0)
    let points = Iris.points
    let left = (0..<points.rows).map { points[$0, horizontal] }.min() ?? 0
    let bottom = (0..<points.rows).map { points[$0, vertical] }.min() ?? 0
    let at = { (x: Double, y: Double) in
        String(
            format: "%.1f %.1f", margin + (x - left + 0.5) * scale,
            height - margin - (y - bottom + 0.3) * scale)
    }
    var lines = [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
            + "font-family=\"sans-serif\" font-size=\"13\">",
        "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
        "<text x=\"\(width / 2)\" y=\"\(height - 15)\" text-anchor=\"middle\">\(names[horizontal]) (cm)</text>",
        "<text transform=\"translate(20 \(height / 2)) rotate(-90)\" text-anchor=\"middle\">\(names[vertical]) (cm)"
            + "</text>",
    ]
    let rightmost = (0..<points.rows).map { points[$0, horizontal] }.max() ?? 0
    let top = (0..<points.rows).map { points[$0, vertical] }.max() ?? 0
    for x in Int(left.rounded(.up))...Int(rightmost.rounded(.up)) {
        lines.append("<path d=\"M\(at(Double(x), bottom - 0.3))v5\" stroke=\"black\"/>")
        lines.append(
            "<text transform=\"translate(\(at(Double(x), bottom - 0.5)))\" text-anchor=\"middle\">\(x)</text>"
        )
    }
    for y in Int(bottom.rounded(.up))...Int(top.rounded(.up)) {
        lines.append("<path d=\"M\(at(left - 0.5, Double(y)))h-5\" stroke=\"black\"/>")
        lines.append("<text transform=\"translate(\(at(left - 0.65, Double(y) - 0.05)))\">\(y)</text>")
    }
    for k in 0..<fit.parameters.components {
        let covariance = fit.parameters.covariance(k)
        // The part of the covariance that belongs to the two measurements is L Lᵀ; L maps circles to ellipses.
        let a = covariance[horizontal, horizontal].squareRoot()
        let b = covariance[vertical, horizontal] / a
        let c = (covariance[vertical, vertical] - b * b).squareRoot()
        let centre = (fit.parameters.means[k, horizontal], fit.parameters.means[k, vertical])
        for radius in [1.0, 2] {
            let outline = (0..<72).map { step in
                let angle = Double(step) * .pi / 36
                let (u, v) = (radius * cos(angle), radius * sin(angle))
                return at(centre.0 + a * u, centre.1 + b * u + c * v)
            }
            lines.append(
                "<path d=\"M\(outline.joined(separator: "L"))Z\" fill=\"\(colours[k % 3])\" fill-opacity=\"0.12\" "
                    + "stroke=\"\(colours[k % 3])\"/>")
        }
    }
    for i in 0..<points.rows {
        // A circle, a square and a triangle, drawn around the point.
        let shape = ["m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", "m-3 -3h6v6h-6z", "m0 -4l4 7h-8z"][i / 50]
        lines.append(
            "<path d=\"M\(at(points[i, horizontal], points[i, vertical]))\(shape)\" "
                + "fill=\"\(colours[fit.assignments[i] % 3])\"/>")
    }
    for (number, name) in Iris.species.enumerated() {
        let mark = ["●", "■", "▲"][number]
        lines.append("<text x=\"\(margin + 20)\" y=\"\(30 + 18 * number)\">\(mark) \(name)</text>")
    }
    return lines.joined(separator: "\n") + "\n</svg>\n"
}
