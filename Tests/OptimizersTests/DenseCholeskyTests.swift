import Testing

@testable import Optimizers

@Suite struct DenseCholeskyTests {
    /// A = B Bᵀ + n I for a random B, as rows.
    private static func matrix(_ n: Int) -> [Double] {
        var numbers = RandomNumbers(seed: UInt64(n) + 1)
        let b = numbers.uniform(n * n, from: -1)
        var a = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in 0...i {
                var sum = i == j ? Double(n) : 0
                for k in 0..<n { sum += b[n * i + k] * b[n * j + k] }
                a[n * i + j] = sum
                a[n * j + i] = sum
            }
        }
        return a
    }

    /// Sizes about those of blocks (64) and tiles (4 × 2), and one that is shared among threads.
    @Test(arguments: [(1, 1), (2, 1), (9, 1), (63, 1), (64, 1), (65, 1), (71, 1), (131, 1), (330, 3)])
    func solves(n: Int, threads: Int) throws {
        let a = Self.matrix(n)
        var numbers = RandomNumbers(seed: 7)
        let x = numbers.uniform(n, from: -1)
        var b = (0..<n).map { i in (0..<n).reduce(0) { $0 + a[n * i + $1] * x[$1] } }
        var factor = a
        // What is above the diagonal must not be read.
        for i in 0..<n { for j in i + 1..<max(n, i + 1) { factor[n * i + j] = .nan } }
        factor.withUnsafeMutableBufferPointer { memory in
            b.withUnsafeMutableBufferPointer { b in
                guard let start = memory.baseAddress, let right = b.baseAddress,
                    let cholesky = DenseCholesky(factoring: start, count: n, threads: threads)
                else {
                    Issue.record("not factored")
                    return
                }
                cholesky.solve(right)
            }
        }
        // The matrix has a condition of a few, so that only rounding of sums of n products remains.
        #expect((b - x).largest / x.largest < 1e-14 * Double(n + 10))
        for i in 0..<n {
            for j in 0...i {
                var sum = 0.0
                for k in 0...j { sum += factor[n * i + k] * factor[n * j + k] }
                #expect(abs(sum - a[n * i + j]) < 1e-14 * Double(n + 10) * Double(n))
            }
        }
    }

    @Test(arguments: [-1, 0, Double.nan, Double.infinity, -Double.infinity]) func refuses(number: Double) {
        for (n, place) in [(1, 0), (70, 0), (70, 69), (70, 65)] {
            var a = Self.matrix(n)
            a[n * place + place] = number
            let refused = a.withUnsafeMutableBufferPointer { memory in
                memory.baseAddress.map { DenseCholesky(factoring: $0, count: n) == nil } ?? false
            }
            #expect(refused)
        }
    }

    @Test func nothing() {
        let number = UnsafeMutablePointer<Double>.allocate(capacity: 1)
        defer { number.deallocate() }
        #expect(DenseCholesky(factoring: number, count: 0) != nil)
    }
}
