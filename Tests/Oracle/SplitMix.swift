/// A repeatable source of random numbers (SplitMix64; Steele, Lea, Flood 2014).
package struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    package mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }
    package mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }
    package mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
}
