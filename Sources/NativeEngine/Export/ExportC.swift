import AD
import ReversibleCore

extension ReversibleFunction {
    /// Writes the function as C, for programs that ship without a compiler or without Swift.
    ///
    /// Two files are written, `<name>.c` and `<name>.h`. They compile as C11 with gcc and clang and need only
    /// the C library with its mathematics (`-lm`). The header says how to call the function.
    ///
    /// - Parameters:
    ///   - folder: The path of the folder to write to; it is made if it is not there.
    ///   - name: The name of the C function and of the files; the function's own, if nil.
    ///   - checks: Whether the code makes the interpreter's checks.
    ///   - schedule: The passes that the program goes through before C is written.
    /// - Throws: A ``NativeError``, if the name is no C name or a file cannot be written.
    public func exportC(
        to folder: String, name: String? = nil, checks: Checks = .all,
        optimizing schedule: Schedule = .standard, options: CompileOptions = CompileOptions()
    ) throws(NativeError) {
        let definition = try program()
        try Export(
            definition: definition, isInverted: isInverted, checks: checks,
            wanted: Array(repeating: true, count: definition.parameters.count),
            options: options.optimizing(schedule),
            name: name ?? (isInverted ? "inverse_" : "") + CNames.identifier(definition.name),
            role: "Runs \(isInverted ? "the inverse of " : "")this reversible program:"
        ).write(to: folder, documenting: "\(self)")
    }
}

extension Gradient {
    /// Writes the gradient as C, for programs that ship without a compiler or without Swift.
    ///
    /// The C function takes every argument's values and gradients. On entry the gradients are those of some
    /// function of the results: 1 for the loss and 0 elsewhere gives the gradient of the loss. On return they
    /// are the gradients in the arguments; what the values are on return is not specified.
    ///
    /// - Parameters:
    ///   - folder: The path of the folder to write to; it is made if it is not there.
    ///   - name: The name of the C function and of the files; the function's own with `gradient_` before it, if nil.
    ///   - arguments: The numbers of the arguments whose gradients are wanted; all, if nil.
    ///   - checks: Whether what the gradient reads after undoing is verified (the function then answers
    ///     `REVERSIBLE_DRIFTED`), and whether the other checks of the gradient's own program are made.
    ///   - schedule: The passes that the program goes through before C is written.
    /// - Throws: A ``NativeError``, if the name is no C name or a file cannot be written.
    public func exportC(
        to folder: String, name: String? = nil, with arguments: Set<Int>? = nil, checks: Checks = .undoing,
        optimizing schedule: Schedule = .standard, options: CompileOptions = CompileOptions()
    ) throws(NativeError) {
        let definition = try function.program()
        let pullback = try reportingProgram { () throws(ReversibilityError) in
            try definition.checkLoss(loss)
            try definition.checkReal(arguments, called: "with")
            return try definition.pullback(inverted: function.isInverted, checks)
        }
        let wanted = arguments ?? Set(definition.arguments.indices)
        try Export(
            definition: pullback, isInverted: false, checks: checks,
            wanted: definition.gradientsWanted(of: wanted)
                + Array(repeating: true, count: pullback.accountParameterCount),
            options: options.optimizing(schedule),
            name: name ?? "gradient_" + CNames.identifier(definition.name),
            role:
                "Pulls gradients in the results of this reversible program back to its arguments. Set the gradient of "
                + "the loss to 1 and the others to 0 to get the gradient of the loss. What the values are afterwards is "
                + "not specified."
        ).write(to: folder, documenting: "\(function)")
    }
}

/// A program to be written as C files.
private struct Export {
    var definition: Definition
    var isInverted: Bool
    var checks: Checks
    var wanted: [Bool]
    var options: CompileOptions
    var name: String
    var role: String

    func write(to folder: String, documenting program: String) throws(NativeError) {
        try options.check()
        if CNames.isOfLibrary(name) {
            throw NativeError(
                .exportFailed,
                "`\(name)` cannot be the name of an exported function: C or its library has that name; give another "
                    + "with `name:`")
        }
        guard name == CNames.identifier(name), CNames.canBeGlobal(name) else {
            throw NativeError(
                .exportFailed,
                "`\(name)` cannot be the name of a C function; give one of letters, digits and underscores with `name:`"
            )
        }
        let unit = SourceUnit(
            definition, inverted: isInverted,
            LoweringRequest(checks: checks, schedule: options.schedule, wanted: wanted),
            EmissionRequest(
                number: options.precision == .double ? .double : .float, entryName: name, isForOthers: true))
        let signature = unit.emit()
        let source = unit.text(entering: signature, exported: name)
        let header = EntrySource(signature, unit: unit).header(
            named: name, role: role, program: program, definition: definition)
        do throws(Files.Failure) {
            try Files.makeFolder(folder)
            try Files.replace("\(folder)/\(name).c", with: Array(source.utf8))
            try Files.replace("\(folder)/\(name).h", with: Array(header.utf8))
        } catch {
            throw NativeError(
                .exportFailed,
                "`\(name).c` and `\(name).h` cannot be written to `\(folder)`: \(error.reason)")
        }
    }
}
