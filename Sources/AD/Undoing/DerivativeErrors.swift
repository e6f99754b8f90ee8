import ReversibleCore

// Errors of a derivative's own run, in the words of the function it was derived from.

extension Definition {
    /// Runs a program that was derived from this function, with arguments on which the function runs to its end.
    ///
    /// What fails there all the same fails because of what undoing has lost, but for what any run can fail of. Errors name
    /// this function and its places.
    func explaining<Result>(
        _ derived: Definition, _ body: () throws(ReversibilityError) -> Result
    ) throws(ReversibilityError) -> Result {
        do {
            return try body()
        } catch {
            throw explained(error, in: derived)
        }
    }

    /// The error of such a run as one of this function.
    package func explained(_ error: ReversibilityError, in derived: Definition) -> ReversibilityError {
        error.renamed(from: derived, to: self).asDrift
    }
}

extension ReversibilityError {
    /// The same error as one of undoing, if it is not of a kind that has nothing to do with the numbers.
    fileprivate var asDrift: ReversibilityError {
        switch kind {
        case .drift, .invalidArgument, .invalidSize, .callDepth, .turnLimit, .lengthMismatch: return self
        default:
            return ReversibilityError(
                .drift, "undoing failed where the function had run: \(message). \(Drift.advice)",
                function: function,
                statement: statement, location: location, values: values)
        }
    }

    /// The same error with the names of a function instead of those of a program derived from it.
    ///
    /// The program has the function's name in one pair of parentheses for each derivation. For each there is a word in
    /// the names of its parameters: the `value` of `x` is `x.value`, the `primal` of that `x.primal.value`.
    package func renamed(from derived: Definition, to function: Definition) -> ReversibilityError {
        var levels = 0
        while derived.name.unwrapped(levels) != function.name {
            guard derived.name.unwrapped(levels) != derived.name.unwrapped(levels + 1) else { return self }
            levels += 1
        }
        let own = self.function.unwrapped(levels)
        var names: [Substring: String] = [:]
        var message = message
        for callee in derived.calleesFirst where callee.name != callee.name.unwrapped(levels) {
            message = message.replacing("`\(callee.name)`", with: "`\(callee.name.unwrapped(levels))`")
            guard callee.name.unwrapped(levels) == own else { continue }
            for parameter in callee.parameters {
                names[parameter.name[...]] = parameter.name.withoutRoles(levels)
            }
        }
        return ReversibilityError(
            kind, message.replacingPlaces(names), function: own, statement: statement?.replacingPlaces(names),
            location: location,
            values: values.map { NamedValue(name: $0.name.replacingPlaces(names), value: $0.value) })
    }
}

extension String {
    /// The name of the function that a program with this name was derived from.
    package var withoutDerivations: String {
        var name = self
        while name != name.unwrapped(1) { name = name.unwrapped(1) }
        return name
    }

    /// The name in the parentheses of so many derivations.
    fileprivate func unwrapped(_ levels: Int) -> String {
        var name = self[...]
        for _ in 0..<levels {
            guard name.hasSuffix(")"),
                let word = ["gradient(", "adjoint(", "tangent("].first(where: { name.hasPrefix($0) })
            else { break }
            name = name.dropFirst(word.count).dropLast()
        }
        return String(name)
    }

    /// The name of a parameter without the words that say it is a value.
    fileprivate func withoutRoles(_ levels: Int) -> String {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        let roles = parts.dropFirst().prefix(levels).filter { $0 != "value" && $0 != "primal" }
        return (parts.prefix(1) + roles + parts.dropFirst(1 + levels)).joined(separator: ".")
    }

    /// The text with the names of places replaced. A name may be followed by a property, or end a sentence.
    fileprivate func replacingPlaces(_ names: [Substring: String]) -> String {
        func isPart(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || "_$.".contains(character)
        }
        var result = ""
        var rest = self[...]
        while let start = rest.firstIndex(where: isPart) {
            result += rest[..<start]
            rest = rest[start...]
            let word = rest.prefix(while: isPart)
            var name = word
            while names[name] == nil, let dot = name.lastIndex(of: ".") { name = name[..<dot] }
            result += (names[name] ?? String(name)) + word[name.endIndex...]
            rest = rest[word.endIndex...]
        }
        return result + rest
    }
}
