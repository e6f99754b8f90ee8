import AD
import BenchmarkSupport
import NativeEngine

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

extension Work {
    /// A run of a native function; its numbers are the final values of the arguments at `results`.
    init<each A: Argument>(
        _ function: NativeFunction<repeat each A>, _ memory: Memory, results: [Int]
    ) {
        self.init {
            memory.reset()
            try function.run(inPlace: memory.places)
            return memory
        } numbers: { memory in
            results.flatMap { memory.value(of: $0) }
        }
    }

    /// A run of a native gradient; its numbers are the gradients in the arguments at `results`, or in all that the
    /// memory is for.
    init<each A: Argument>(
        _ gradient: NativeGradient<repeat each A>, _ memory: Memory, results: [Int]? = nil
    ) {
        self.init {
            memory.reset()
            try gradient.run(inPlace: memory.places)
            return memory
        } numbers: { memory in
            memory.gradients(of: results)
        }
    }
}
