import TreeLSTM

/// Training a network over trees by callbacks over kernels, at the sizes of the Stanford Sentiment Treebank.
enum TreeLSTMCosts {
    static let problem = Problem("tree LSTM") { options, progress, report in
        progress.show("tree LSTM")
        let (hidden, embedding, vocabulary) = options.quick ? (8, 6, 20) : (150, 300, 2000)
        let trees = SentenceTree.treebank(1101, vocabulary: vocabulary, classes: 5)
        let some = Array(trees.prefix(options.quick ? 3 : 100))
        let nodes = (all: count(trees), some: count(some))
        var network = try TreeLSTM(
            hidden: hidden, embedding: embedding, vocabulary: vocabulary, classes: 5)
        let first = try network.train(on: some)
        var (best, last) = (Double.infinity, first)
        for _ in 0..<2 {
            best = min(best, try Stopwatch.once { last = try network.train(on: some) }.seconds)
        }
        // What is not trained on takes as long.
        let epoch = best * Double(nodes.all) / Double(nodes.some)
        report.figures += [
            Figure(
                section: "tree LSTM", name: "epoch of 1101 sentences, with Adagrad", value: epoch, unit: "s",
                limit: options.quick ? nil : 10),
            Figure(
                section: "tree LSTM", name: "loss after three epochs / at first", value: last / first,
                unit: "",
                agrees: last < first),
        ]
        report.tables.append(
            Text.table(
                [
                    ["network over trees", "words and phrases", "an epoch"],
                    ["hidden \(hidden), embedding \(embedding)", "\(nodes.all)", Text.time(epoch)],
                ], leftColumns: 1))
    }

    private static func count(_ trees: [SentenceTree]) -> Int { trees.reduce(0) { $0 + $1.count } }
}
