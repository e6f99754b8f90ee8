/// The numbers of the stacks that live as long as a run, in the order in which code first uses them.
package struct RunStacks {
    private var numbers: [ObjectIdentifier: Int] = [:]
    // An identity lasts as long as its object.
    private var keptAlive: [TraceToken] = []

    /// For stacks of derivatives, by their numbers: those of the values, and whether the derivative is one of derivatives.
    private var values: [Int: Int] = [:]

    package init() {}

    package var count: Int { numbers.count }

    package mutating func number(of token: TraceToken) -> Int {
        if let known = numbers[ObjectIdentifier(token)] { return known }
        keptAlive.append(token)
        numbers[ObjectIdentifier(token)] = keptAlive.count - 1
        return keptAlive.count - 1
    }

    /// Notes that the entries of one stack are derivatives of another's. Derivatives of derivatives may be left: those of
    /// derivatives that were 0 for lack of an entry concern nobody.
    package mutating func note(_ derivatives: TraceToken, of values: TraceToken) {
        guard derivatives.goes(with: values) else { return }
        self.values[number(of: derivatives)] = number(of: values)
    }

    /// Stacks on which nothing may be left of which the values are gone, where programs of several differentiations meet:
    /// the newest may have left there what another looked for elsewhere. What is left of older ones is part of the state
    /// that was restored.
    package var meetings: [(derivatives: Int, values: Int)] {
        var newest: [ObjectIdentifier: Int] = [:]
        for token in keptAlive where token.level > 1 {
            newest[token.family] = max(newest[token.family] ?? 0, token.level)
        }
        return values.filter { newest[keptAlive[$0.key].family] == keptAlive[$0.key].level }
            .sorted { $0.key < $1.key }.map { (derivatives: $0.key, values: $0.value) }
    }
}
