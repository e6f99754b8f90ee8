import ReversibleCore

extension Constant {
    /// The elements as 64-bit words of memory; two numbers of single precision make up one.
    func words(of precision: PTXPrecision) -> [UInt64] {
        let words: [UInt64]
        if kind.isReal, precision == .single {
            let halves = reals.map { UInt64(Float($0).bitPattern) }
            words = stride(from: 0, to: halves.count, by: 2).map {
                halves[$0] | ($0 + 1 < halves.count ? halves[$0 + 1] << 32 : 0)
            }
        } else {
            words = kind.isReal ? reals.map(\.bitPattern) : integers.map { UInt64(bitPattern: Int64($0)) }
        }
        // A table without elements would have no form.
        return words.isEmpty ? [0] : words
    }
}
