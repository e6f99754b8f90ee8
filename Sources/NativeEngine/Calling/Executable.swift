import ReversibleCore

/// A compiled program: its source, the library it became, and how to enter it.
package final class Executable: Sendable {
    let definition: Definition
    let isInverted: Bool
    /// The emitted C.
    let source: String
    let checks: Checks
    let precision: Precision
    let isRecursive: Bool
    /// Whether the program is a derivative that verifies undoing, so that the interpreter must, too.
    let verifies: Bool
    /// How many of the last parameters are accounts of undoing, which the code keeps to itself.
    let omitted: Int
    /// What each parameter is, and which are written, at hand for the call in place.
    let kinds: [Variable.Kind]
    package let written: [Int]
    /// Whether all the code takes are a few numbers, which need no array, and nothing is asked of them.
    let takesFewNumbers: Bool
    private let lowering: LoweringRequest
    private let entry: Entry
    // Keeps the code in memory.
    private let library: LoadedLibrary

    typealias Entry =
        @convention(c) (
            UnsafePointer<UnsafeMutableRawPointer?>, UnsafePointer<Int>, UnsafeMutableRawPointer
        ) -> Int32

    /// Compiles a program.
    ///
    /// - Parameter wanted: For every parameter whether its final value is wanted; nil for all. The sums of accounts
    ///   are wanted by the code itself.
    package init(
        _ definition: Definition, inverted: Bool, wanted: [Bool]? = nil, verifies: Bool = false,
        checks: Checks, _ options: CompileOptions
    ) throws(NativeError) {
        try options.check()
        self.verifies = verifies
        self.definition = definition
        isInverted = inverted
        self.checks = checks
        precision = options.precision
        omitted = definition.accountParameterCount
        let visible = definition.parameters.count - omitted
        lowering = LoweringRequest(
            checks: checks, schedule: options.schedule,
            wanted: (wanted ?? Array(repeating: true, count: visible))
                + Array(repeating: true, count: omitted))
        let unit = SourceUnit(
            definition, inverted: inverted, lowering,
            EmissionRequest(number: options.precision == .double ? .double : .float))
        let signature = unit.emit()
        source = unit.text(entering: signature, exported: nil)
        isRecursive = unit.lowering.hasRecursion
        kinds = definition.parameters.prefix(visible).map(\.variable.kind)
        written = (0..<visible).filter { definition.parameterModes[$0].changes }
        takesFewNumbers =
            options.precision == .double && omitted == 0 && visible <= NumberWords.limit
            && definition.requirements == nil && kinds.allSatisfy { $0 == .scalar || $0 == .integer }
        library = try Toolchain.library(
            for: source, lanes: unit.usesLanes ? (unit.hasDivergentLoops ? 2 : 1) : nil, options)
        let symbol = try library.symbol("reversible_entry")
        entry = unsafeBitCast(symbol, to: Entry.self)
    }

    /// The program after every pass, made anew.
    var trace: LoweringTrace { LoweringTrace(definition, inverted: isInverted, lowering) }

    /// Enters the code on this thread.
    func enter(
        _ values: UnsafePointer<UnsafeMutableRawPointer?>?, _ sizes: UnsafePointer<Int>?,
        _ settings: inout RunSettings
    ) -> RunStatus {
        guard let values, let sizes else { return .checkFailed }
        return withUnsafeMutablePointer(to: &settings) { settings in
            RunStatus(rawValue: entry(values, sizes, settings)) ?? .checkFailed
        }
    }
}

extension Toolchain {
    /// The library of an emitted program.
    ///
    /// - Parameter vectors: How many vectors make up a group of lanes; nil if the program has none.
    static func library(
        for source: String, lanes vectors: Int?, _ options: CompileOptions
    ) throws(NativeError) -> LoadedLibrary {
        var flags = VectorMath.compilerFlags
        if let vectors {
            let wide = options.precision == .double ? 1 : 2
            let lanes = options.lanes ?? targetFeatures().lanes * wide * vectors
            flags.append("-DLANES=\(lanes)")
        }
        // The last one counts.
        var level = options.optimization
        if level == nil { level = try CompilerFlags.chosenLevel.get() }
        if let level { flags.append("-O\(level)") }
        if options.fusesProducts { flags.append("-ffp-contract=fast") }
        let limit = options.compilerTimeLimit
        guard limit >= .seconds(1) else {
            throw NativeError(
                .invalidOption, "`compilerTimeLimit` is \(limit); it must be at least 1 second")
        }
        let compilation = Compilation(
            source: source, flags: flags, cpuLimit: Int(clamping: limit.components.seconds))
        if let folder = options.cacheFolder {
            return try LibraryCache(folder: folder).library(for: compilation, compiler: try shared().compiler)
        }
        return try shared().library(for: compilation)
    }
}
