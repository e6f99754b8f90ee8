import struct Optimizers.RandomNumbers

/// A parsed sentence: words, and phrases of two parts; each has one of some classes.
public indirect enum SentenceTree: Sendable {
    case word(Int, label: Int)
    case phrase(SentenceTree, SentenceTree, label: Int)

    /// How many words and phrases there are.
    public var count: Int {
        switch self {
        case .word: 1
        case .phrase(let left, let right, _): 1 + left.count + right.count
        }
    }

    /// A tree of so many words at random, with more to the right than to the left, as in English.
    ///
    /// The label of a phrase follows from its words: something is there to be learned.
    public static func random(
        words: Int, vocabulary: Int, classes: Int, _ generator: inout RandomNumbers
    ) -> SentenceTree {
        guard words > 1 else {
            let word = generator.integer(below: vocabulary)
            return .word(word, label: word % classes)
        }
        let part = generator.uniform() * generator.uniform()
        let first = min(words - 1, 1 + Int(part * Double(words)))
        let left = random(words: first, vocabulary: vocabulary, classes: classes, &generator)
        let right = random(words: words - first, vocabulary: vocabulary, classes: classes, &generator)
        return .phrase(left, right, label: max(left.label, right.label))
    }

    /// The class.
    public var label: Int {
        switch self {
        case .word(_, let label), .phrase(_, _, let label): label
        }
    }

    /// Trees of the sizes of the Stanford Sentiment Treebank's: 1,101 of them have 41,447 words and phrases, the largest 97; what
    /// these say is made at random.
    public static func treebank(
        _ count: Int, vocabulary: Int, classes: Int, seed: UInt64 = 1
    ) -> [SentenceTree] {
        var generator = RandomNumbers(seed: seed)
        return (0..<count).map { number in
            let words = number == 0 ? 49 : 3 + generator.integer(below: 33)
            return random(words: words, vocabulary: vocabulary, classes: classes, &generator)
        }
    }
}
