import Eager
import struct Optimizers.RandomNumbers

/// A network over trees (Tai, Socher and Manning 2015) with a classifier at every node, differentiated by callbacks over compiled
/// kernels: the recursion is Swift's own, and nothing is recorded (Wang et al. 2019, arXiv 1803.10228).
public struct TreeLSTM {
    private let leaf: Kernel<Vector, Vector, Vector, Matrix, Vector>
    private let node: Kernel<Vector, Vector, Vector, Vector, Vector, Vector, Matrix, Matrix, Vector>
    private let classify: Kernel<Scalar, Vector, Matrix, Vector, Integer>
    private let adagrad: NativeFunction<Vector, Vector, Vector>
    private let hidden: Int
    private let words: [State]
    private let labels: [Variable<Integer>]
    private let matrices: [Variable<Matrix>]
    private let vectors: [State]
    /// Of every number of the weights, the sum of its squared gradients.
    private var squares: [[Double]]
    private let loss: Variable<Scalar>

    /// A network with weights at random.
    ///
    /// - Parameters:
    ///   - hidden: How many numbers the state of a word or phrase has.
    ///   - embedding: How many numbers stand for a word.
    public init(hidden: Int, embedding: Int, vocabulary: Int, classes: Int, seed: UInt64 = 1) throws {
        var generator = RandomNumbers(seed: seed)
        func matrix(_ rows: Int, _ columns: Int) throws -> Variable<Matrix> {
            let size = 1 / Double(columns).squareRoot()
            return try Variable(
                DenseMatrix((0..<rows).map { _ in generator.uniform(columns, from: -size, to: size) }))
        }
        self.hidden = hidden
        (leaf, node, classify) = try (
            kernel(Cells.leaf, checks: .none), kernel(Cells.node, checks: .none),
            kernel(Cells.classify, checks: .none)
        )
        adagrad = try compile(Cells.adagrad, checks: .none)
        words = try (0..<vocabulary).map { _ in try State(generator.uniform(embedding, from: -1, to: 1)) }
        labels = try (0..<classes).map { try Variable($0) }
        matrices = try [
            matrix(3 * hidden, embedding), matrix(5 * hidden, hidden), matrix(5 * hidden, hidden),
            matrix(classes, hidden),
        ]
        vectors = try [3 * hidden, 4 * hidden, classes].map { try State(Array(repeating: 0, count: $0)) }
        squares =
            try matrices.map { Array(repeating: 0, count: try $0.value.elements.count) }
            + vectors.map { Array(repeating: 0, count: try $0.value.count) }
        loss = try Variable(0)
    }

    /// The loss of a sentence, summed over its words and phrases; gradients of the weights grow by its own.
    public func addGradients(of sentence: SentenceTree) throws -> Double {
        var value = 0.0
        try encode(sentence) { _, _ in
            value = try loss.value
            try loss.setGradient(1)
        }
        loss.clearGradient()
        try loss.set(0)
        return value
    }

    /// A step of Adagrad for every sentence, one after the other; the sum of their losses before.
    public mutating func train(on sentences: [SentenceTree]) throws -> Double {
        var sum = 0.0
        for sentence in sentences {
            sum += try addGradients(of: sentence)
            try step()
        }
        return sum
    }

    private mutating func step() throws {
        for number in squares.indices {
            let adagrad = adagrad
            func step(
                _ values: UnsafeMutableBufferPointer<Double>, _ gradients: UnsafeMutableBufferPointer<Double>
            ) throws {
                try squares[number].withUnsafeMutableBufferPointer { squares in
                    try adagrad.run(inPlace: [.reals(values), .reals(squares), .reals(gradients)])
                }
                gradients.update(repeating: 0)
            }
            if number < matrices.count {
                try matrices[number].withMemory(step)
            } else {
                try vectors[number - matrices.count].withMemory(step)
            }
        }
    }

    /// Makes the state of a sentence, and hands it to what comes after.
    private func encode(_ sentence: SentenceTree, _ rest: (State, State) throws -> Void) throws {
        let zeros = Array(repeating: 0.0, count: hidden)
        let (h, c) = try (State(zeros), State(zeros))
        let label = labels[sentence.label]
        switch sentence {
        case .word(let word, _):
            try leaf(h, c, words[word], matrices[0], vectors[0]) {
                try classify(loss, h, matrices[3], vectors[2], label) { try rest(h, c) }
            }
        case .phrase(let left, let right, _):
            try encode(left) { hl, cl in
                try encode(right) { hr, cr in
                    try node(h, c, hl, cl, hr, cr, matrices[1], matrices[2], vectors[1]) {
                        try classify(loss, h, matrices[3], vectors[2], label) { try rest(h, c) }
                    }
                }
            }
        }
    }
}
