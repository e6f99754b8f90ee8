import Foundation
import ReversiblePrograms
import Testing

struct MixtureFileTests {
    private let text = """
        2 1 3
        0.5
        1 -2e0
        +0.25 .5 -1.5E-1
        1 2
        3 4.000000000000000001
        5e-324 1.7976931348623157e308
        0.1 2
        """

    @Test func reading() throws {
        let problem = try GaussianMixture.Problem(adBenchText: text)
        #expect(problem.parameters.alpha == [0.5])
        #expect(problem.parameters.means == [[1, -2]])
        #expect(problem.parameters.q == [[0.25, 0.5]])
        #expect(problem.parameters.l == [[-0.15]])
        #expect(problem.points == [[1, 2], [3, 4], [.leastNonzeroMagnitude, .greatestFiniteMagnitude]])
        #expect(try problem.prior == GaussianMixture.WishartPrior(gamma: 0.1, m: 2))
        // Only the order of the numbers counts.
        let oneLine = text.replacing("\n", with: "\r\n\t ")
        #expect(try GaussianMixture.Problem(adBenchText: oneLine) == problem)
    }

    @Test func onePointForAll() throws {
        let text = "1 2 1000\n0 0\n0\n1\n0\n0\n7.5\n1 0\n"
        let problem = try GaussianMixture.Problem(adBenchText: text, replicatesPoint: true)
        #expect(problem.points == DenseMatrix(Array(repeating: [7.5], count: 1000)))
    }

    /// Digits of all lengths come back as the nearest `Double`, which Swift's own reading gives.
    @Test func nearestNumbers() throws {
        var random = TestNumbers(seed: 5)
        var numbers: [Double] = [
            0.1, 1.0 / 3, .leastNonzeroMagnitude, 2.2250738585072014e-308, 1e22, 1e23, 9007199254740994,
            123456789012345.6,
        ]
        for _ in 0..<3000 {
            let digits = Int64.random(in: -9_999_999_999_999_999...9_999_999_999_999_999, using: &random)
            let shift = Int.random(in: 0..<54, using: &random)
            numbers.append(Double("\(digits >> shift)e\(Int.random(in: -30...30, using: &random))") ?? 0)
            numbers.append(Double(digits >> shift) / 1e6)
        }
        let tokens =
            numbers.map { "\($0)" } + numbers.map { String(format: "%.12f", $0) }
            + numbers.map { String(format: "%.9e", $0) }
        let text = "1 1 \(tokens.count) 0 0 0 \(tokens.joined(separator: " ")) 1 0"
        let read = try GaussianMixture.Problem(adBenchText: text).points.elements
        for (token, number) in zip(tokens, read) { #expect(Double(token) == number, "\(token)") }
    }

    @Test func thereAndBack() throws {
        for (d, k, n) in [(1, 1, 0), (1, 2, 3), (4, 3, 20)] {
            let problem = try MixtureCase.madeUp(d: d, k: k, n: n)
            #expect(try GaussianMixture.Problem(adBenchText: problem.adBenchText) == problem)
        }
        let problem = try MixtureCase.threeDimensions().problem
        let path = FileManager.default.temporaryDirectory.appending(path: "mixture-\(UUID()).txt").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try problem.write(adBenchFile: path)
        #expect(try GaussianMixture.Problem(adBenchFile: path) == problem)
    }

    @Test(arguments: [
        ("", 1, "the text ends here, where the number of dimensions d is expected"),
        ("2 1", 1, "the text ends here, where the number of points n is expected"),
        ("2 x 3", 1, "'x' is not an integer; the number of components k is expected"),
        ("2 1.5 3", 1, "'1.5' is not an integer; the number of components k is expected"),
        ("2 0 3", 1, "the number of components k is 0; it must be from 1 to 1000000000"),
        (
            "2 1000000 3\n1 2\n", 1,
            "the first line, d k n = 2 1000000 3, promises 6000006 numbers, and the text has only 16 bytes; "
                + "does it have one point that stands for all?"
        ),
        ("1 2 1\n0\n\nzero\n1 1 1 1 1 1 1", 4, "'zero' is not a number; alpha[1] is expected"),
        (
            "2 2 0\n0 0\n1 1\n1 1,5\n0 0 0\n0 0 0\n1 1", 4,
            "'1,5' is not a number; coordinate 1 of mean 1 is expected"
        ),
        ("2 1 0\n0\n1 1\n0 nan 0\n1 0\n\n", 4, "q[0, 1] is nan; it must be finite"),
        ("2 1 0\n0\n1 1\n0 0 1e999\n1 0\n\n", 4, "l[0, 0] is 1e999; it must be finite"),
        ("1 1 2\n0\n1\n0\n3\n", 6, "the text ends here, where coordinate 0 of point 1 is expected"),
        ("1 1 2\n0\n1\n0\n3\n4\n1", 7, "the text ends here, where the prior's m is expected"),
        ("1 1 1\n0\n1\n0\n3\n-1 0", 6, "gamma is -1.0; the Wishart prior needs a positive, finite one"),
        (
            "1 1 1\n0\n1\n0\n3\n1 -5", 6,
            "m is -5; the Wishart prior needs d + m + 1 > d − 1 degrees of freedom, so m from −1 (to 10⁹)"
        ),
        (
            "1 1 1\n0\n1\n0\n3\n1 0\n8", 7,
            "'8' is left over after the prior's `gamma m`; are d, k and n in the first line right, and is one point "
                + "meant to stand for all?"
        ),
        ("BZh91AY", 1, "the file is compressed; unpack it first, with gunzip or bunzip2"),
    ])
    func mistakes(text: String, line: Int, message: String) {
        let error = #expect(throws: MixtureError.self) { try GaussianMixture.Problem(adBenchText: text) }
        #expect(error?.kind == .malformedText)
        #expect(error?.message == message)
        #expect(error?.line == line)
    }

    @Test func tooManyCopies() {
        #expect(throws: MixtureError.self) {
            try GaussianMixture.Problem(adBenchText: "1 1 999999999999\n0 0 0 1 1 0", replicatesPoint: true)
        }
    }

    @Test func noSuchFile() {
        let error = #expect(throws: MixtureError.self) {
            try GaussianMixture.Problem(adBenchFile: "/no/such/file")
        }
        #expect(error?.kind == .unusableFile)
        #expect(error?.message.contains("/no/such/file") == true)
    }
}
