/// The way along a direction that a line search looks at: a straight line, bent along the bounds where it meets them.
///
/// Bertsekas, "On the Goldstein–Levitin–Polyak gradient projection method", 1976: the points are P(x + t d), where P takes
/// the nearest point within bounds.
struct Path {
    let start: Location
    let direction: [Double]
    let bounds: Bounds?
    /// The derivative of the value along the way, at its start.
    let slope: Double

    init(_ start: Location, _ direction: [Double], _ bounds: Bounds?) {
        self.start = start
        self.direction = direction
        self.bounds = bounds
        slope = start.gradient.dot(direction)
    }

    /// The point after a length, in units of the direction.
    func point(_ length: Double) -> [Double] {
        var point = start.point
        point.add(length, direction)
        return bounds?.nearest(point) ?? point
    }

    /// How the value changes up to a point, if it went on as at the start.
    func promised(_ length: Double, at point: [Double]) -> Double {
        bounds == nil ? length * slope : start.gradient.dot(point - start.point)
    }

    /// The derivative of the value along the way after a length; variables at a bound no longer move.
    func slope(_ length: Double, at location: Location) -> Double {
        guard bounds != nil else { return location.gradient.dot(direction) }
        return direction.indices.reduce(0) { sum, i in
            let moves = location.point[i] == start.point[i] + length * direction[i]
            return moves ? sum + location.gradient[i] * direction[i] : sum
        }
    }
}
