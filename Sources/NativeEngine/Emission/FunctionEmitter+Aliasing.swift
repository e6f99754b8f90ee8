import ReversibleCore

extension FunctionEmitter {
    /// Insists on what could not be seen before: that indices of one array differ.
    func guardAliases(writes: [Place], reads: [Node]) {
        guard isChecked else { return }
        for (place, other, condition) in Place.pairsToTellApart(writes: writes, reads: reads) {
            guard let condition, case .whenEqual = place.overlap(with: other) else {
                guardDistinct(place, other)
                continue
            }
            out.open("if (\(self.condition(condition).text))")
            scoped { guardDistinct(place, other) }
            out.close()
        }
    }

    func guardDistinct(_ place: Place, _ other: Place) {
        guard isChecked, case .whenEqual(let pairs) = place.overlap(with: other), !pairs.isEmpty else {
            return
        }
        let tests = pairs.map { "\(integer($0.0).within(.sum)) != \(integer($0.1).within(.sum))" }
        require(tests.joined(separator: " || "), "two elements that the statement names are the same one")
    }
}
