import ReversibleCore

extension Rotate {
    /// The angle gains b̄ a − ā b, the cotangent turned by a right angle; then both pairs turn back.
    func adjoint(_ map: AdjointMap) -> [Statement.Kind] {
        let turned = map.value(angle)
        let values = Statement.Kind.rotate(Rotate(map.value(a), map.value(b), turned, backward: !backward))
        guard let x = map.cotangent(a), let y = map.cotangent(b) else { return [values] }
        let seed = Node.binary(
            .subtract, .binary(.multiply, y.read, map.value(a).read),
            .binary(.multiply, x.read, map.value(b).read))
        return map.contributions(to: turned, from: seed, backward ? .subtract : .add)
            + [values, .rotate(Rotate(x, y, turned, backward: !backward))]
    }
}
