import AD
import CUDAEngine
import NativeEngine
import ProgramOracle
import ReversibleCore

/// A random program, and how its kernels differ from what they should do.
struct KernelCase {
    let seed: UInt64
    let program: RandomProgram
    private let function: OracleFunction
    private var writer: OracleWriter
    /// What is drawn beside the program.
    private var random: SplitMix
    /// Whether only operations occur that are rounded correctly everywhere.
    private let exact: Bool
    private let summed: Set<Int>
    private(set) var problems: [String] = []
    /// Why the program was not run, if it was not.
    private(set) var refusal: String?
    /// What has been run.
    private(set) var runs = 0
    /// How often there were no kernels, for a known reason.
    private(set) var unsupported = 0
    /// How often kernels refused a gradient because undoing lost digits.
    private(set) var drifts = 0
    /// The texts of the kernels.
    private(set) var texts: [String] = []

    init(seed: UInt64) throws {
        self.seed = seed
        exact = seed % 4 != 3
        let untamed = OracleWriter.Feature.untamed
        var writer = OracleWriter(
            seed: seed, omitting: exact ? untamed.union([.functions]) : untamed, iterations: .anyNumber)
        program = writer.program()
        function = try ProgramBuilder.function(of: program)
        summed = writer.summed
        self.writer = writer
        random = SplitMix(seed: seed)
    }

    /// Runs everything, for two numbers of iterations.
    mutating func run() {
        let short = random.one(of: [0, 1, 2, 31, 32, 33])
        let long = random.one(of: [31, 33, 64, 65, 67, 97, 100])
        for n in [short, long] {
            let precision: Precision = random.chance(0.7) ? .double : .single
            // Results that start at zero.
            let zeros = random.chance(0.3) ? Set([4, 5, 6].filter { _ in random.chance(0.5) }) : []
            var values = writer.plainInput(iterations: n).leaves
            for place in zeros { values[place] = values[place].map { _ in 0 } }
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
        _ f: OracleFunction, _ values: [Leaf<Double>], _ precision: Precision, _ type: Number.Type
    ) throws -> [Leaf<Double>] {
        let interpreted = try f.run(converted(values, type)).map { $0.map { Double($0) } }
        if exact { return interpreted }
        var options = PTXOptions()
        options.precision = precision
        options.iterationsPerThread = 1
        let plain = try PlanRunner(kernelPlan(f, options: options)).run(values)
        let scale = size(of: interpreted + values)
        for (place, (a, b)) in zip(plain, interpreted).enumerated()
        where !(distance(a, b) <= tolerance(precision) * scale) {
            problems.append(
                "plain kernels, `\(RandomProgram.parameters[place].name)`, n = \(n(values)): \(sample(a, b))")
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
            for _ in 0..<(random.chance(0.2) ? 2 : 1) {
                var options = options(precision, values)
                options.fusesMultiplyAdd = false
                var given = values
                if f.isInverted == false {
                    options.startingAtZero = zeros
                    for place in zeros { given[place] = given[place].map { $0 + 7 } }
                }
                let backwards = random.chance(0.5)
                let plan = try kernelPlan(f, options: options)
                texts.append(plan.text)
                let found = try PlanRunner(plan, backwards: backwards).run(given)
                runs += 1
                // Sums that undo others are as exact as those were.
                let scale = size(of: results + given)
                for (place, (a, b)) in zip(found, results).enumerated() {
                    let agree =
                        summed.contains(place)
                        ? distance(a, b) <= tolerance(precision) * scale : sameBits(a, b)
                    if !agree {
                        problems.append(
                            "\(f.isInverted ? "inverse" : "values") of `\(RandomProgram.parameters[place].name)`, n = \(n(values)), "
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
            var options = options(precision, values)
            options.reductions = reductions
            options.startingAtZero = zeros
            // What is 0 and comes back rounded is on the other side of kinks.
            if !zeros.isEmpty { options.fusesMultiplyAdd = false }
            let wanted =
                random.chance(0.7)
                ? nil
                : Set(
                    (0..<8).filter { random.chance(0.5) && definition.parameters[$0].variable.kind.isReal })
            let plan = try kernelPlan(grad(function, loss: 0), with: wanted, options: options)
            let isWanted = definition.parameters.enumerated().filter { $0.1.variable.kind.isReal }.map {
                wanted?.contains($0.0) ?? true
            }
            texts.append(plan.text)
            func gradients(backwards: Bool) throws -> [Leaf<Double>] {
                definition.gradients(in: try PlanRunner(plan, backwards: backwards).run(leaves))
            }
            let backwards = random.chance(0.5)
            let found: [Leaf<Double>]
            do {
                found = try gradients(backwards: backwards)
            } catch CUDAFunctionError.drift(let error) {
                // Fused products are not the interpreter's: what comes back to a kink there comes back beside it here.
                if !options.fusesMultiplyAdd, verifies(converted(leaves, type)) { throw error }
                drifts += 1
                continue
            }
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

    /// Whether undoing loses nothing in the interpreter either.
    private func verifies<Number: ReversibleNumber>(_ leaves: [Leaf<Number>]) -> Bool {
        do {
            let verified = try function.definition.verifiedPullback(inverted: false)
            _ = try verified.runVerified(leaves, options: function.options)
            return true
        } catch {
            return false
        }
    }

    private func n(_ values: [Leaf<Double>]) -> Int {
        if case .integers(let p) = values[7] { p.count } else { 0 }
    }

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

    /// How the kernels are made.
    private mutating func options(_ precision: Precision, _ values: [Leaf<Double>]) -> PTXOptions {
        var options = PTXOptions()
        options.precision = precision
        options.threadsPerBlock = random.chance(0.5) ? 32 : 64
        options.maximumBlocks = 1 + random.below(3)
        options.iterationsPerThread = 1 + random.below(5)
        options.alwaysPacks = random.chance(0.7)
        options.reductions = random.chance(0.5) ? .atomic : .deterministic
        options.fusesMultiplyAdd = random.chance(0.3)
        let sizes = CUDATests.knownSizes(of: values)
        switch random.below(3) {
        case 0: break
        case 1: options.knownSizes = sizes
        default:
            for (place, known) in sizes.sorted(by: { $0.key < $1.key }) where random.chance(0.6) {
                options.knownSizes[place] = known.map { random.chance(0.7) ? $0 : nil }
            }
        }
        return options
    }
}
