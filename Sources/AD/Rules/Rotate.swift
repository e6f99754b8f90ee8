import ReversibleCore

extension Rotate {
    /// The angle gains b̄ a − ā b, the cotangent turned by a right angle; then both pairs turn back.
    func adjoint(_ map: DerivativeMap) -> [Statement.Kind] {
        let turned = map.value(angle)
        let values = Statement.Kind.rotate(Rotate(map.value(a), map.value(b), turned, backward: !backward))
        guard let x = map.derivative(a), let y = map.derivative(b) else { return [values] }
        let seed = Node.binary(
            .subtract, .binary(.multiply, y.read, map.value(a).read),
            .binary(.multiply, x.read, map.value(b).read))
        return map.contributions(to: turned, from: seed, backward ? .subtract : .add)
            + [values, .rotate(Rotate(x, y, turned, backward: !backward))]
    }

    /// The tangent turns with the point, and gains θ̇ (−b, a), the turned point's derivative in the angle.
    func tangent(_ map: DerivativeMap) -> [Statement.Kind] {
        let (a, b, angle) = (map.value(self.a), map.value(self.b), map.value(self.angle))
        var turns = [Statement.Kind.rotate(Rotate(a, b, angle, backward: false))]
        if let x = map.derivative(self.a), let y = map.derivative(self.b) {
            turns.append(.rotate(Rotate(x, y, angle, backward: false)))
            var expressions = ExpressionTangent(map)
            for speed in expressions.amounts(self.angle) {
                turns.append(.update(Update(.subtract, x, .binary(.multiply, b.read, speed))))
                turns.append(.update(Update(.add, y, .binary(.multiply, a.read, speed))))
            }
        }
        // `IROT` undoes the same steps, last first.
        return backward ? turns.reversed().map { Statement($0).inverse.kind } : turns
    }
}
