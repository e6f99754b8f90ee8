import AD
import NativeEngine

// ADBench's text of a problem: the line `d k n`; k numbers α; k means; for every component the d numbers of q and
// the d(d−1)/2 of l; the points, one of them if it is meant n times; `γ m`. Only the order of the numbers counts.

extension GaussianMixture.Problem {
    /// Reads a file of ADBench's format.
    ///
    /// - Parameter replicatesPoint: Whether the file has one point only, which stands for all n.
    /// - Throws: An error if the file cannot be read, and those of ``init(adBenchText:replicatesPoint:)``.
    public init(adBenchFile path: String, replicatesPoint: Bool = false) throws(MixtureError) {
        let bytes: [UInt8]
        do {
            bytes = try Files.contents(of: path)
        } catch {
            throw MixtureError(.unusableFile, "cannot read \(path): \(error.reason)")
        }
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(MixtureError) in try Self(bytes: bytes, replicatesPoint: replicatesPoint) }
        }
        self = try result.get()
    }

    /// Reads a text of ADBench's format.
    ///
    /// - Parameter replicatesPoint: Whether the text has one point only, which stands for all n.
    /// - Throws: An error with the line's number if a number is missing, malformed, out of range or not finite,
    ///   or if anything follows the last one.
    public init(adBenchText text: String, replicatesPoint: Bool = false) throws(MixtureError) {
        var text = text
        let result = text.withUTF8 { bytes in
            Result { () throws(MixtureError) in
                try Self(bytes: UnsafeRawBufferPointer(bytes), replicatesPoint: replicatesPoint)
            }
        }
        self = try result.get()
    }

    private init(bytes: UnsafeRawBufferPointer, replicatesPoint: Bool) throws(MixtureError) {
        if bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: Array("BZh".utf8)) {
            throw MixtureError(
                .malformedText, line: 1, "the file is compressed; unpack it first, with gunzip or bunzip2")
        }
        var numbers = TextNumbers(bytes)
        let d = try numbers.integer(1...1_000_000, "the number of dimensions d")
        let k = try numbers.integer(1...1_000_000_000, "the number of components k")
        let n = try numbers.integer(0...1_000_000_000_000, "the number of points n")
        // Every number takes a digit and a space: a wrong first line must not ask for all memory there is.
        let promised =
            Double(k) * (1 + Double(d) * Double(d + 3) / 2) + Double(d)
            * Double(replicatesPoint ? min(n, 1) : n)
        guard promised <= Double(bytes.count) else {
            throw MixtureError(
                .malformedText, line: 1,
                "the first line, d k n = \(d) \(k) \(n), promises \(Text.count(promised)) numbers, and the text has only "
                    + "\(bytes.count) bytes\(replicatesPoint ? "" : "; does it have one point that stands for all?")"
            )
        }
        guard !replicatesPoint || Double(n) * Double(d) <= 0x1p30 else {
            throw MixtureError(
                .malformedText, line: 1,
                "one point of \(d) numbers stands for n = \(n); that is more than 2³⁰ numbers")
        }
        let below = d * (d - 1) / 2
        let alpha = try numbers.row(k) { "alpha[\($0)]" }
        let means = try numbers.row(k * d) { "coordinate \($0 % d) of mean \($0 / d)" }
        var (q, l): ([Double], [Double]) = ([], [])
        for component in 0..<k {
            q += try numbers.row(d) { "q[\(component), \($0)]" }
            l += try numbers.row(below) { "l[\(component), \($0)]" }
        }
        var x = try numbers.row(replicatesPoint ? d : n * d) { "coordinate \($0 % d) of point \($0 / d)" }
        if replicatesPoint { x = (0..<n).flatMap { _ in x } }
        let gamma = try numbers.number("the prior's gamma")
        let m = try numbers.integer(-1_000_000_000...1_000_000_000, "the prior's m")
        let line = numbers.line
        try numbers.requireEnd(
            hint:
                "after the prior's `gamma m`; are d, k and n in the first line right, and is one point meant to stand "
                + "for all?")
        let prior: GaussianMixture.WishartPrior
        do {
            prior = try GaussianMixture.WishartPrior(gamma: gamma, m: m)
        } catch {
            throw MixtureError(.malformedText, line: line, error.message)
        }
        try self.init(
            parameters: GaussianMixture.Parameters(
                alpha: alpha, means: DenseMatrix(unchecked: k, d, means), q: DenseMatrix(unchecked: k, d, q),
                l: DenseMatrix(unchecked: k, below, l)),
            points: DenseMatrix(unchecked: n, d, x), prior: prior)
    }

    /// The problem in ADBench's format. Reading it back gives the same numbers.
    public var adBenchText: String {
        let (d, k) = (parameters.dimensions, parameters.components)
        var text = "\(d) \(k) \(points.rows)\n"
        for number in parameters.alpha { text += "\(number)\n" }
        text.append(row: { parameters.means[$0, $1] }, rows: k, columns: d)
        for component in 0..<k {
            for j in 0..<d {
                text += j > 0 ? " \(parameters.q[component, j])" : "\(parameters.q[component, j])"
            }
            for j in 0..<parameters.l.columns { text += " \(parameters.l[component, j])" }
            text += "\n"
        }
        text.append(row: { points[$0, $1] }, rows: points.rows, columns: d)
        return text + "\(prior.gamma) \(prior.m)\n"
    }

    /// Writes a file of ADBench's format.
    ///
    /// - Throws: An error if the file cannot be written.
    public func write(adBenchFile path: String) throws(MixtureError) {
        do {
            try Files.replace(path, with: Array(adBenchText.utf8))
        } catch {
            throw MixtureError(.unusableFile, "cannot write \(path): \(error.reason)")
        }
    }
}

private enum Text {
    static func count(_ number: Double) -> String { number < 1e15 ? "\(Int(number))" : "\(number)" }
}

extension String {
    fileprivate mutating func append(row: (Int, Int) -> Double, rows: Int, columns: Int) {
        for i in 0..<rows {
            for j in 0..<columns { self += j > 0 ? " \(row(i, j))" : "\(row(i, j))" }
            self += "\n"
        }
    }
}
