/// One objective and its derivative, each by hand-written C, by the interpreter and by native code.
///
/// What is there is run as it stands, compared with the C, and timed in turns.
struct Comparison {
    /// The same work, done by whoever can.
    struct Sides {
        let reference: Work
        /// None where it would take too long.
        var interpreter: Work?
        var native: Work?

        fileprivate var all: [(side: String, work: Work)] {
            zip(Times.sides, [reference, interpreter, native]).compactMap { side, work in
                work.map { (side, $0) }
            }
        }
    }

    let name: String
    let size: String
    /// The largest relative difference that counts as agreement.
    var tolerance = 1e-10
    let objective: Sides
    let gradient: Sides
    /// How many gradients the derivative is: the rows of a Jacobian that go with one objective.
    var derivatives = 1.0
    var limits = Limits()

    /// Checks that all agree, and times them.
    func run(_ options: Options, _ progress: Progress) throws -> Row {
        progress.show("\(name), \(size): checking")
        let difference = Agreement.larger(try apart(objective), try apart(gradient))
        let works =
            objective.all.map { ("objective, \($0)", $1) } + gradient.all.map { ("derivative, \($0)", $1) }
        let (seconds, checksum) = try Stopwatch(options).measure(works.map(\.1.run)) {
            progress.show("\(name), \(size): \(works[$0].0)")
        }
        let times = Times(objective, seconds.prefix(objective.all.count))
        let gradientTimes = Times(gradient, seconds.dropFirst(objective.all.count))
        return Row(
            problem: name, size: size, objective: times, gradient: gradientTimes, derivatives: derivatives,
            difference: difference, tolerance: tolerance, agrees: difference <= tolerance,
            requirements: limits.requirements(times, gradientTimes, derivatives: derivatives),
            checksum: checksum)
    }

    /// The largest difference of any side from the reference.
    private func apart(_ sides: Sides) throws -> Double {
        let expected = try sides.reference.numbers()
        return try sides.all.dropFirst().reduce(0) {
            Agreement.larger($0, Agreement(try $1.work.numbers(), expected).difference)
        }
    }
}

/// The seconds that each side takes.
struct Times: Encodable {
    let reference: Double
    let interpreter: Double?
    let native: Double?

    static let sides = ["C", "interpreter", "native"]

    /// In the order of `sides`.
    var all: [Double?] { [reference, interpreter, native] }

    fileprivate init(_ sides: Comparison.Sides, _ seconds: ArraySlice<Double>) {
        var remaining = seconds
        reference = remaining.removeFirst()
        interpreter = sides.interpreter.map { _ in remaining.removeFirst() }
        native = sides.native.map { _ in remaining.removeFirst() }
    }
}
