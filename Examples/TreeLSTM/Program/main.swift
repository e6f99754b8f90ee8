// A network over the trees of sentences, trained one sentence after the other. With `--treebank` the sizes are those of the Stanford
// Sentiment Treebank, as in the literature; without, it takes a second.

import TreeLSTM

let isWhole = CommandLine.arguments.contains("--treebank")
let (hidden, embedding, vocabulary) = isWhole ? (150, 300, 2000) : (16, 12, 60)
let trees = SentenceTree.treebank(isWhole ? 1101 : 40, vocabulary: vocabulary, classes: 5)
let nodes = trees.reduce(0) { $0 + $1.count }
var network = try TreeLSTM(hidden: hidden, embedding: embedding, vocabulary: vocabulary, classes: 5)
print("\(trees.count) sentences, \(nodes) words and phrases")

let clock = ContinuousClock()
for epoch in 1...(isWhole ? 2 : 6) {
    var loss = 0.0
    let time = try clock.measure { loss = try network.train(on: trees) }
    print(
        "epoch \(epoch): loss \((1000 * loss / Double(nodes)).rounded() / 1000) a node, \(isWhole ? "\(time)" : "")"
    )
}
