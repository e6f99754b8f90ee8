import AD
import Testing

/// A 64-bit word in two halves. An `Integer` is a Swift `Int`, whose overflow is an error, so arithmetic
/// modulo 2^64 needs room above each half.
private struct Word: Argument {
    var high: Integer
    var low: Integer
    struct Value: ArgumentValue, Equatable {
        var high: Int
        var low: Int
        init(_ word: UInt64) { (high, low) = (Int(word >> 32), Int(word & 0xffff_ffff)) }
    }

    /// Rotates the word right by less than 32 bits. It is written over by way of scratch numbers, which the
    /// old halves leave because they can be read off the new ones.
    static let rotatingRight: [ReversibleFunction<Word>] = (0..<32).map { bits in
        ReversibleFunction("rotateRight\(bits)") { (word: Word) in
            let (high, low) = (Integer.ancilla(), Integer.ancilla())
            let (power, rest) = (1 << bits, 1 << (32 - bits))
            high += word.low % power * rest + word.high / power
            low += word.high % power * rest + word.low / power
            SWAP(high, word.high)
            SWAP(low, word.low)
            high -= word.high % rest * power + word.low / rest
            low -= word.low % rest * power + word.high / rest
        }
    }

    /// word += other, modulo 2^64. A carry happened exactly if a sum came out smaller than what was added.
    static let adding = ReversibleFunction("add") { (word: Word, other: Word) in
        let (carry, overflow) = (Integer.ancilla("carry"), Integer.ancilla("overflow"))
        carry += (word.low + other.low) / (1 << 32)
        word.low += other.low - carry * (1 << 32)
        overflow += (word.high + other.high + carry) / (1 << 32)
        word.high += other.high + carry - overflow * (1 << 32)
        overflow -= select(word.high < other.high + carry, 1, 0)
        carry -= select(word.low < other.low, 1, 0)
    }

    /// word ^= other, bit by bit.
    static func xor(_ word: Word, _ other: Word) -> [Statement] {
        [word.high ^= other.high, word.low ^= other.low]
    }
}

/// One round of Speck128: x = (x >>> 8 + y) ^ key; y = (y <<< 3) ^ x.
private let round = ReversibleFunction("round", parameters: ["x", "y", "key"]) {
    (x: Word, y: Word, key: Word) in
    Word.rotatingRight[8](x)
    Word.adding(x, y)
    Word.xor(x, key)
    (~Word.rotatingRight[3])(y)
    Word.xor(y, x)
}

/// Speck128/128 (Beaulieu et al., ePrint 2013/404): 32 rounds, with round keys made on the way by the same
/// round, its counter in place of a key, and unmade afterwards. Decryption is `~speck`.
private let speck = ReversibleFunction("speck", parameters: ["x", "y", "key", "next"]) {
    (x: Word, y: Word, key: Word, next: Word) in
    let counter = Word(high: .ancilla(), low: .ancilla("counter"))
    For(0..<32) { i in
        round(x, y, key)
        Compute {
            counter.low += i
        } apply: {
            round(next, key, counter)
        }
    }
    For(0..<32) { i in
        Compute {
            counter.low += 31 - i
        } apply: {
            (~round)(next, key, counter)
        }
    }
}

@Suite struct SpeckTests {
    private let key = (Word.Value(0x0706050403020100), Word.Value(0x0f0e0d0c0b0a0908))

    /// The test vector of the designers' paper, appendix C.
    @Test func testVector() throws {
        let plain = (Word.Value(0x6c61766975716520), Word.Value(0x7469206564616d20))
        let (x, y, first, second) = try speck(plain.0, plain.1, key.0, key.1)
        #expect(x == Word.Value(0xa65d985179783265) && y == Word.Value(0x7860fedf5c570d18))
        #expect(first == key.0 && second == key.1)
        let (a, b, _, _) = try (~speck)(x, y, key.0, key.1)
        #expect(a == plain.0 && b == plain.1)
    }

    /// The same rounds on Swift's own wrapping integers.
    @Test(arguments: [(0 as UInt64, 0 as UInt64), (.max, 1), (0x0123456789abcdef, 0xfedcba9876543210)])
    func agreesWithWrappingArithmetic(x: UInt64, y: UInt64) throws {
        var (a, b): (UInt64, UInt64) = (x, y)
        var (k, l): (UInt64, UInt64) = (0x0706050403020100, 0x0f0e0d0c0b0a0908)
        func round(_ x: inout UInt64, _ y: inout UInt64, _ key: UInt64) {
            x = ((x >> 8 | x << 56) &+ y) ^ key
            y = (y << 3 | y >> 61) ^ x
        }
        for i in 0..<32 {
            round(&a, &b, k)
            round(&l, &k, UInt64(i))
        }
        let (found, other, _, _) = try speck(Word.Value(x), Word.Value(y), key.0, key.1)
        #expect(found == Word.Value(a) && other == Word.Value(b))
        try checkInverse(speck, Word.Value(x), Word.Value(y), key.0, key.1)
    }

    @Test(arguments: [(UInt64.max, UInt64.max), (1 << 63, 1 << 63), (0xffff_ffff, 1), (5, 7)])
    func addition(a: UInt64, b: UInt64) throws {
        #expect(try Word.adding(Word.Value(a), Word.Value(b)).0 == Word.Value(a &+ b))
        #expect(try (~Word.adding)(Word.Value(a), Word.Value(b)).0 == Word.Value(a &- b))
    }
}
