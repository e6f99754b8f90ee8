/// What the tool's command line asks for.
public struct ToolOptions: Sendable {
    /// A mistake on the command line.
    public struct UsageError: Error, CustomStringConvertible {
        /// The mistake in a sentence.
        public let description: String
    }

    /// What runs the programs.
    public var engine = Engine()
    /// Whether the usage is to be shown.
    public var help = false

    /// What `--help` shows.
    public static let usage = """
        OVERVIEW: Answers the GradBench suite's messages on standard input with reversible programs.

        USAGE: gradbench [--engine <engine>] [--threads <n>]

        OPTIONS:
          --engine <engine>   \(engines) (default: native).
          --threads <n>       On how many threads native code runs parallel loops; 0 for all cores (default: 1).
          -h, --help          Show this.

        EVALS: \(Session.moduleNames.joined(separator: ", "))

        EXIT STATUS: 0 at the end of the input; 2 if the command line is wrong.
        """

    private static let engines = Engine.Kind.allCases.map(\.rawValue).joined(separator: " or ")

    /// Reads the arguments that follow the program's name.
    ///
    /// - Throws: `UsageError` for an argument that is unknown, or has no value, or one that is none for it.
    public init(_ arguments: [String]) throws(UsageError) {
        var remaining = arguments[...]
        while let argument = remaining.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            let attached = parts.count == 2 ? String(parts[1]) : nil
            switch name {
            case "--engine":
                engine.kind = try ToolOptions.value(
                    name, attached ?? remaining.popFirst(), ToolOptions.engines
                ) {
                    Engine.Kind(rawValue: $0)
                }
            case "--threads":
                engine.threads = try ToolOptions.value(name, attached ?? remaining.popFirst(), "0 to 1024") {
                    Int($0).flatMap { (0...1024).contains($0) ? $0 : nil }
                }
            case "-h" where attached == nil, "--help" where attached == nil: help = true
            default: throw UsageError(description: "Unknown argument '\(argument)'")
            }
        }
    }

    private static func value<Value>(
        _ name: String, _ text: String?, _ choices: String, _ read: (String) -> Value?
    ) throws(UsageError) -> Value {
        guard let text else { throw UsageError(description: "Missing value for '\(name)'") }
        guard let value = read(text) else {
            throw UsageError(description: "The value '\(text)' is invalid for '\(name)' (choose \(choices))")
        }
        return value
    }
}
