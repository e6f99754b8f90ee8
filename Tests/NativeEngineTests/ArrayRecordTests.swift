import AD
import Foundation
import NativeEngine
import ReversibleCore
import Testing

/// Arrays on a record, which compiled code moves at once.
@Suite(.enabled(if: compilerIsThere)) struct ArrayRecordTests {
    struct State: Argument {
        var a: Matrix
        var v: Vector
        var k: IntegerVector
        struct Value: ArgumentValue, Equatable { var a: DenseMatrix, v: [Double], k: [Int] }
    }

    /// Steps over arrays of every kind, with a zero that keeps its sign and a NaN that nobody reads.
    private static func steps(_ way: Undoing) -> ReversibleFunction<Scalar, State, State, Integer> {
        ReversibleFunction("steps", parameters: ["loss", "end", "start", "n"]) {
            (loss: Scalar, end: State, start: State, n: Integer) in
            Iterate(end, from: start, times: n, undoing: way) { next, current in
                For(0..<current.a.rows) { i in
                    For(0..<current.a.columns) { j in next.a[i, j] += sin(current.a[i, j] + current.v[j]) }
                }
                For(current.v.indices) { j in next.v[j] += 0.9 * current.v[j] * cos(current.v[j]) }
                For(current.k.indices) { j in next.k[j] += 3 * current.k[j] + 1 }
            }
            For(0..<end.a.rows) { i in
                For(0..<end.a.columns) { j in loss += end.a[i, j] * end.a[i, j] }
            }
        }
    }

    private static func state(_ rows: Int, _ columns: Int) -> State.Value {
        let a = (0..<rows * columns).map { 0.1 * Double($0) - 0.3 }
        return State.Value(
            a: DenseMatrix(rows: rows, columns: columns, elements: a) ?? [[]],
            v: (0..<columns).map { 0.2 * Double($0) - 0.4 }, k: [2, -1])
    }

    @Test(arguments: [Undoing.recorded, .checkpoints(2)])
    func allSizes(way: Undoing) throws {
        let f = Self.steps(way)
        let compiled = try [Checks.undoing, .all].map { try compile(grad(f), checks: $0) }
        var options = CompileOptions()
        options.precision = .single
        let single = try compile(grad(f), options: options)
        for (rows, columns) in [(3, 5), (1, 1), (0, 4), (2, 0)] {
            let start = Self.state(rows, columns)
            let zero = State.Value(
                a: DenseMatrix(rows: rows, columns: columns), v: start.v.map { _ in 0 }, k: [0, 0])
            let expected = try grad(f, 0, zero, start, 7).2
            let numbers = expected.a.elements + expected.v
            for gradient in compiled {
                let found = try gradient(0, zero, start, 7).2
                for (a, b) in zip(found.a.elements + found.v, numbers) {
                    #expect(abs(a - b) <= 1e-14 * max(1, abs(b)))
                }
            }
            let found = try single(0, zero, start, 7).2
            for (a, b) in zip(found.a.elements + found.v, numbers) {
                #expect(abs(a - b) <= 1e-5 * max(1, abs(b)))
            }
        }
    }

    /// They move as they lie in memory: number by number is slower by the time that a counter takes.
    @Test func movedAtOnce() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try grad(Self.steps(.recorded)).exportC(to: folder.path)
        let text = try String(contentsOf: folder.appending(path: "gradient_steps.c"), encoding: .utf8)
        #expect(text.contains(/push_copies\(run, \d+, next_a, size\d* \* size\d*\);/))
        #expect(text.contains(/pop_copies\(run, \d+, next_v, size\d*\);/))
    }

    #if os(Linux)
        /// What could not be had is an error that says how much it was, and no crash.
        @Test func recordTooLarge() async {
            let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                let average = ReversibleFunction("average", parameters: ["loss", "m", "n"]) {
                    (loss: Scalar, m: Scalar, n: Integer) in
                    For(0..<n) { _ in
                        m *= 0.5
                        m += 1
                        loss += m * m
                    }
                }
                let recorded = try compile(grad(average, undoing: .recorded))
                let again = try compile(grad(average, undoing: .checkpoints(20)))
                _ = try recorded(0, 1, 10)
                // 200 MB more than there is now.
                let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
                    .split(separator: " ").first.flatMap { Int($0) }
                let bytes = rlim_t((pages ?? 0) * 4096 + 200_000_000)
                var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
                setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
                do {
                    _ = try recorded(0, 1, 20_000_000)
                    exit(1)
                } catch {
                    guard
                        "\(error)".contains(
                            /there is no memory for a stack of \d{9,} bytes, or .*; what is recorded grows with the turns/
                        )
                    else {
                        FileHandle.standardError.write(Data("\(error)".utf8))
                        exit(2)
                    }
                }
                let slope = try again(0, 1, 1_000_000).1
                guard abs(slope - 10.0 / 3) < 1e-12 else {
                    FileHandle.standardError.write(Data("\(slope)".utf8))
                    exit(3)
                }
            }
            #expect(
                result?.standardErrorContent.isEmpty == true,
                "\(String(decoding: result?.standardErrorContent ?? [], as: UTF8.self))")
        }
    #endif
}
