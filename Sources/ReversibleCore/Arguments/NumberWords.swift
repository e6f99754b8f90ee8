/// A few numbers, a word each, without an array: what a function of numbers only is called with at little cost.
package struct NumberWords: Sendable {
    /// How many numbers there may be.
    package static let limit = 8

    package var words = SIMD8<Int>()
    package private(set) var count = 0

    package init() {}

    mutating func append(_ number: Double) { append(Int(bitPattern: UInt(number.bitPattern))) }

    mutating func append(_ number: Int) {
        // Who asks for words has counted them.
        guard count < NumberWords.limit else { return }
        words[count] = number
        count += 1
    }

    /// The number in a word, as a real one.
    func real(_ position: Int) -> Double { Double(bitPattern: UInt64(UInt(bitPattern: words[position]))) }
}
