import AD
import BenchmarkSupport

extension Engine {
    /// The derivatives of argument 0 in argument 1, by forward or reverse mode.
    func slope<each A: Argument>(
        of f: ReversibleFunction<repeat each A>, _ mode: Nesting.Mode
    ) throws -> Runnable {
        switch mode {
        case .forward: try tangent(of: f, along: [1])
        case .reverse: try gradient(of: f, in: [1])
        }
    }
}

/// A gradient descent on a program: argument 0 is to be minimised over argument 1.
struct Descent: Sendable {
    let value: Runnable
    let slope: Runnable
    /// The mode of `slope`.
    let mode: Nesting.Mode

    /// Where the descent ends that begins at argument 1 of these.
    func argmin(_ arguments: [Memory.Content]) throws -> [Double] {
        let plain = Memory(arguments, changing: [0])
        let start = plain.value(of: 1)
        let derivatives = (mode == .reverse ? [[]] : start.indices.map { Descent.axis($0, of: start.count) })
            .map {
                mode == .reverse
                    ? Memory(arguments, changing: [0], wanted: [1])
                    : Memory(arguments, changing: [0], tangents: [1: $0])
            }
        return try GradientDescent.argmin(from: start) { x in
            plain.reset()
            plain.set(1, to: x)
            try value.run(plain)
            return plain.value(of: 0)[0]
        } gradient: { x in
            try derivatives.flatMap { memory in
                memory.reset()
                memory.set(1, to: x)
                try slope.run(memory)
                return memory.gradients(of: [mode == .reverse ? 1 : 0])
            }
        }
    }

    private static func axis(_ position: Int, of count: Int) -> [Double] {
        var axis = [Double](repeating: 0, count: count)
        axis[position] = 1
        return axis
    }
}
