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
    /// What each parameter is, and which are written, at hand for the call in place.
    let kinds: [Variable.Kind]
    let written: [Int]
    private let entry: Entry
    // Keeps the code in memory.
    private let library: LoadedLibrary

    typealias Entry =
        @convention(c) (
            UnsafePointer<UnsafeMutableRawPointer?>, UnsafePointer<Int>, UnsafeMutableRawPointer
        ) -> Int32

    /// Compiles a program.
    ///
    /// - Parameter wanted: For every parameter whether its final value is wanted; nil for all.
    package init(
        _ definition: Definition, inverted: Bool, wanted: [Bool]? = nil, checks: Checks,
        _ options: CompileOptions
    ) throws(NativeError) {
        try options.check()
        self.definition = definition
        isInverted = inverted
        self.checks = checks
        precision = options.precision
        let unit = SourceUnit(
            definition, inverted: inverted,
            EmissionRequest(
                checks: checks, number: options.precision == .double ? .double : .float,
                wanted: wanted ?? Array(repeating: true, count: definition.parameters.count)))
        let signature = unit.emit()
        source = unit.text(entering: signature, exported: nil)
        isRecursive = !unit.recursive.isEmpty
        kinds = definition.parameters.map(\.variable.kind)
        written = definition.parameterModes.indices.filter {
            !definition.parameterModes[$0].isDisjoint(with: [.write, .accumulate])
        }
        library = try Toolchain.library(
            for: source, lanes: unit.usesLanes ? (unit.hasDivergentLoops ? 2 : 1) : nil, options)
        let symbol = try library.symbol("reversible_entry")
        entry = unsafeBitCast(symbol, to: Entry.self)
    }

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
        if options.fusesProducts { flags.append("-ffp-contract=fast") }
        let compilation = Compilation(source: source, flags: flags)
        if let folder = options.cacheFolder {
            return try LibraryCache(folder: folder).library(for: compilation, compiler: try shared().compiler)
        }
        return try shared().library(for: compilation)
    }
}
