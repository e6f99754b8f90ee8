/// The numbers of the stacks that live as long as a run, in the order in which code first uses them.
package struct RunStacks {
    private var numbers: [ObjectIdentifier: Int] = [:]
    // An identity lasts as long as its object.
    private var keptAlive: [TraceToken] = []

    package init() {}

    package var count: Int { numbers.count }

    package mutating func number(of token: TraceToken) -> Int {
        if let known = numbers[ObjectIdentifier(token)] { return known }
        keptAlive.append(token)
        numbers[ObjectIdentifier(token)] = keptAlive.count - 1
        return keptAlive.count - 1
    }
}
