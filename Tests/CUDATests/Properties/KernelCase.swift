import AD
import CUDAEngine
import NativeEngine
import ReversibleCore

/// A random program, and how its kernels differ from what they should do.
struct KernelCase {
    let seed: UInt64
    let function: KernelFunction
    private var writer: KernelProgramWriter
    private(set) var problems: [String] = []
    /// Why the program was not run, if it was not.
    private(set) var refusal: String?
    /// What has been run.
    private(set) var runs = 0
    /// How often there were no kernels, for a known reason.
    private(set) var unsupported = 0
    /// The texts of the kernels.
    private(set) var texts: [String] = []

    init(seed: UInt64) {
        self.seed = seed
        var writer = KernelProgramWriter(seed: seed)
        function = writer.function()
        self.writer = writer
    }

    /// Runs everything, for two numbers of iterations.
    mutating func run() {
        let short = writer.one(of: [0, 1, 2, 31, 32, 33])
        let long = writer.one(of: [31, 33, 64, 65, 67, 97, 100])
        for n in [short, long] {
            let precision: Precision = writer.chance(0.7) ? .double : .single
            let zeros = writer.chance(0.3) ? writer.zeros() : []
            let values = writer.input(n, zeros: zeros)
            do {
                if precision == .double {
                    try runValues(values, zeros, precision, Double.self)
                    try runGradients(values, zeros, precision, Double.self)
                } else {
                    try runValues(values, zeros, precision, Float.self)
                    try runGradients(values, zeros, precision, Float.self)
                }
            } catch let error as ReversibilityError {
                refusal = "n = \(n): \(error)"
                return
            } catch let error as PTXError where [.unknownBeforeLaunch, .nothingParallel].contains(error.kind)
            {
                // Arrays whose sizes differ between turns: without known sizes there is no memory for them.
                unsupported += 1
            } catch let error as PTXError
                where error.kind == .invalidOption && error.message.contains(".atomic")
            {
                unsupported += 1
            } catch {
                problems.append("n = \(n): \(error)")
            }
        }
    }

    private func converted<Number: ReversibleNumber & BinaryFloatingPoint>(
        _ leaves: [Leaf<Double>], _ type: Number.Type
    ) -> [Leaf<Number>] {
        leaves.map { $0.map { Number($0) } }
    }

    /// What a program makes of values: to the bit by the interpreter, which makes all checks; where there are elementary
    /// functions, by kernels for one iteration a thread and for any sizes.
    private mutating func expected<Number: ReversibleNumber & BinaryFloatingPoint>(
        _ f: KernelFunction, _ values: [Leaf<Double>], _ precision: Precision, _ type: Number.Type
    ) throws -> [Leaf<Double>] {
        let interpreted = try f.run(converted(values, type)).map { $0.map { Double($0) } }
        if writer.exact { return interpreted }
        var options = PTXOptions()
        options.precision = precision
        options.iterationsPerThread = 1
        let plain = try PlanRunner(kernelPlan(f, options: options)).run(values)
        let scale = size(of: interpreted)
        for (place, (a, b)) in zip(plain, interpreted).enumerated()
        where !(distance(a, b) <= tolerance(precision) * scale) {
            problems.append(
                "plain kernels, `\(KernelPlaces.names[place])`, n = \(n(values)): \(sample(a, b))")
            break
        }
        return plain
    }

    private mutating func runValues<Number: ReversibleNumber & BinaryFloatingPoint>(
        _ values: [Leaf<Double>], _ zeros: Set<Int>, _ precision: Precision, _ type: Number.Type
    ) throws {
        var values = values
        for f in [function, ~function] {
            let results = try expected(f, values, precision, type)
            for _ in 0..<(writer.chance(0.2) ? 2 : 1) {
                var options = writer.options(precision, values)
                options.fusesMultiplyAdd = false
                var given = values
                if f.isInverted == false {
                    options.startingAtZero = zeros
                    for place in zeros { given[place] = given[place].map { $0 + 7 } }
                }
                let backwards = writer.chance(0.5)
                let plan = try kernelPlan(f, options: options)
                texts.append(plan.text)
                let found = try PlanRunner(plan, backwards: backwards).run(given)
                runs += 1
                let scale = size(of: results)
                for (place, (a, b)) in zip(found, results).enumerated() {
                    let agree =
                        KernelPlaces.summed.contains(place)
                        ? distance(a, b) <= tolerance(precision) * scale : sameBits(a, b)
                    if !agree {
                        problems.append(
                            "\(f.isInverted ? "inverse" : "values") of `\(KernelPlaces.names[place])`, n = \(n(values)), "
                                + "backwards \(backwards), \(options): \(sample(a, b))")
                        break
                    }
                }
            }
            values = results
        }
    }

    private mutating func runGradients<Number: ReversibleNumber & BinaryFloatingPoint>(
        _ values: [Leaf<Double>], _ zeros: Set<Int>, _ precision: Precision, _ type: Number.Type
    ) throws {
        let definition = try function.definition
        let pullback = try definition.pullback(inverted: false)
        var seeds = definition.zeroGradients(for: values)
        seeds[0] = .real(1)
        let leaves = definition.interleave(values, seeds)
        let results = definition.gradients(
            in: try pullback.run(converted(leaves, type), inverted: false, options: function.options).map {
                $0.map { Double($0) }
            })
        let scale = results.reduce(size(of: values)) { max($0, size(of: [$1])) }
        for reductions in [PTXOptions.Reductions.atomic, .deterministic] {
            var options = writer.options(precision, values)
            options.reductions = reductions
            options.startingAtZero = zeros
            // What is 0 and comes back rounded is on the other side of kinks.
            if !zeros.isEmpty { options.fusesMultiplyAdd = false }
            let wanted =
                writer.chance(0.7)
                ? nil
                : Set(
                    (0..<17).filter { writer.chance(0.5) && definition.parameters[$0].variable.kind.isReal })
            let plan = try kernelPlan(grad(function, loss: 0), with: wanted, options: options)
            let isWanted = definition.parameters.enumerated().filter { $0.1.variable.kind.isReal }.map {
                wanted?.contains($0.0) ?? true
            }
            texts.append(plan.text)
            func gradients(backwards: Bool) throws -> [Leaf<Double>] {
                definition.gradients(in: try PlanRunner(plan, backwards: backwards).run(leaves))
            }
            let backwards = writer.chance(0.5)
            let found = try gradients(backwards: backwards)
            runs += 1
            for (place, (a, b)) in zip(found, results).enumerated()
            where isWanted[place] && !(distance(a, b) <= tolerance(precision) * scale) {
                problems.append(
                    "gradient \(place), n = \(n(values)), backwards \(backwards), wanted \(wanted.map { "\($0.sorted())" } ?? "all"), \(options): \(sample(a, b))"
                )
                break
            }
            guard reductions == .deterministic else { continue }
            let again = try gradients(backwards: !backwards)
            for (place, (a, b)) in zip(found, again).enumerated()
            where isWanted[place] && !sameBits(a, b) {
                problems.append(
                    "gradient \(place) depends on order, n = \(n(values)), \(options): \(sample(a, b))")
                break
            }
        }
    }

    private func n(_ values: [Leaf<Double>]) -> Int { values[1].numbers.count }

    private func tolerance(_ precision: Precision) -> Double { precision == .double ? 1e-10 : 2e-3 }

    private func size(of leaves: [Leaf<Double>]) -> Double {
        leaves.flatMap(\.numbers).reduce(1) { $1.isFinite ? max($0, abs($1)) : $0 }
    }

    /// The largest difference of two places; infinite where one has numbers that are not finite, and the other has not.
    private func distance(_ a: Leaf<Double>, _ b: Leaf<Double>) -> Double {
        guard a.numbers.count == b.numbers.count else { return .infinity }
        return zip(a.numbers, b.numbers).reduce(0) { largest, pair in
            if !pair.0.isFinite && !pair.1.isFinite { return largest }
            let difference = abs(pair.0 - pair.1)
            return max(largest, difference.isFinite ? difference : .infinity)
        }
    }

    /// The first elements that differ.
    private func sample(_ a: Leaf<Double>, _ b: Leaf<Double>) -> String {
        switch (a, b) {
        case (.integers(let x), .integers(let y)):
            let different = zip(x, y).enumerated().filter { $1.0 != $1.1 }
            return "\(different.count) differ: "
                + different.prefix(5).map { "[\($0)] \($1.0), expected \($1.1)" }.joined(separator: "; ")
        default:
            let different = zip(a.numbers, b.numbers).enumerated()
                .filter { $1.0 != $1.1 && !($1.0.isNaN && $1.1.isNaN) }
            return "\(different.count) differ: "
                + different.prefix(5).map { "[\($0)] \($1.0), expected \($1.1)" }.joined(separator: "; ")
        }
    }
}

extension KernelProgramWriter {
    /// Arguments for loops of n iterations.
    mutating func input(_ n: Int, zeros: Set<Int>) -> [Leaf<Double>] {
        func numbers(_ count: Int, _ place: Int = -1) -> [Double] {
            (0..<count).map { _ in zeros.contains(place) ? 0 : constant() }
        }
        func small(_ count: Int) -> [Int] { (0..<count).map { _ in below(100) - 50 } }
        return [
            .real(0), .reals(numbers(n, 1)), .integers(small(n)),
            .matrix(rows: 2 * n, columns: 4, numbers(8 * n, 3)),
            .matrix(rows: 3, columns: n, numbers(3 * n, 4)), .reals(numbers(3 * n, 5)),
            .reals(numbers(n, 6)), .integers(small(2 * n)), .reals(numbers(6, 8)),
            .reals(numbers(2 * n + 4)), .integers((0..<n).map { _ in below(n) }),
            .integers(Array(0..<n).shuffled(using: &generator)), .reals(numbers(4 + below(3))),
            .matrix(rows: 4, columns: 4, numbers(16)), .real(constant()), .integer(below(4)),
            .integers((0..<5).map { _ in below(4) }),
        ]
    }

    /// Results that start at zero.
    mutating func zeros() -> Set<Int> { Set([1, 3, 4, 5, 6, 8].filter { _ in chance(0.5) }) }

    /// How the kernels are made.
    mutating func options(_ precision: Precision, _ values: [Leaf<Double>]) -> PTXOptions {
        var options = PTXOptions()
        options.precision = precision
        options.threadsPerBlock = chance(0.5) ? 32 : 64
        options.maximumBlocks = 1 + below(3)
        options.iterationsPerThread = 1 + below(5)
        options.alwaysPacks = chance(0.7)
        options.reductions = chance(0.5) ? .atomic : .deterministic
        options.fusesMultiplyAdd = chance(0.3)
        let sizes = CUDATests.knownSizes(of: values)
        switch below(3) {
        case 0: break
        case 1: options.knownSizes = sizes
        default:
            for (place, known) in sizes.sorted(by: { $0.key < $1.key }) where chance(0.6) {
                options.knownSizes[place] = known.map { chance(0.7) ? $0 : nil }
            }
        }
        return options
    }
}
