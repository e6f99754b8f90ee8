import Testing

@testable import ReversibleBench

struct CommandLineTests {
    @Test func options() throws {
        let options = try Options(["--filter=wave", "--format", "csv", "--threads", "4", "--plot", "a.svg"])
        #expect(options.filter == "wave")
        #expect(options.format == .csv)
        #expect(options.threads == 4)
        #expect(options.plot == "a.svg")
    }

    @Test(arguments: [
        (["--wave"], "Unknown option '--wave'"), (["wave"], "Unexpected argument 'wave'"),
        (["--filter"], "Missing value for '--filter'"),
        (["--threads", "0"], "The value '0' is invalid for '--threads'"),
        (["--format", "xml"], "The value 'xml' is invalid for '--format' (choose from console, json, csv)"),
        (["--quick", "--full"], "'--quick' and '--full' exclude each other"),
        (["--quick=1"], "'--quick' takes no value"),
    ]) func mistakes(arguments: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try Options(arguments) }
        #expect(error?.message == message)
    }
}
