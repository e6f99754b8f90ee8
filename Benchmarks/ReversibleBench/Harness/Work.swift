/// A piece of work to be timed, and the numbers that it finds.
struct Work {
    /// Does the work; the result feeds a checksum, so that it cannot be optimised away.
    let run: () throws -> Double
    /// Does the work once, and returns all its numbers in the order that its rivals have too.
    let numbers: () throws -> [Double]

    init<Result>(_ body: @escaping () throws -> Result, numbers: @escaping (Result) -> [Double]) {
        run = { Work.witness(try body()) }
        self.numbers = { numbers(try body()) }
    }

    init(_ body: @escaping () throws -> Double) {
        self.init(body) { [$0] }
    }

    /// A number that depends on the result.
    @inline(never)
    private static func witness<Result>(_ result: Result) -> Double {
        withUnsafeBytes(of: result) { Double($0.first ?? 0) }
    }
}
