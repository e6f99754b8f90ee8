import GradBench
import Testing

/// The tool's command line.
struct ToolOptionsTests {
    @Test func options() throws {
        let none = try ToolOptions([])
        #expect(none.engine.kind == .native)
        #expect(none.engine.threads == 1)
        #expect(!none.help)
        let some = try ToolOptions(["--engine", "interpreter", "--threads=0"])
        #expect(some.engine.kind == .interpreter)
        #expect(some.engine.threads == 0)
        #expect(try ToolOptions(["--threads", "1024", "-h"]).help)
        #expect(ToolOptions.usage.contains("native or interpreter"))
    }

    @Test(arguments: [
        (["--engine"], "Missing value for '--engine'"), (["--threads"], "Missing value for '--threads'"),
        (["--engine=fast"], "The value 'fast' is invalid for '--engine' (choose native or interpreter)"),
        (["--engine="], "The value '' is invalid for '--engine' (choose native or interpreter)"),
        (["--threads", "-1"], "The value '-1' is invalid for '--threads' (choose 0 to 1024)"),
        (["--threads", "1025"], "The value '1025' is invalid for '--threads' (choose 0 to 1024)"),
        (["--threads", "two"], "The value 'two' is invalid for '--threads' (choose 0 to 1024)"),
        (["--quick"], "Unknown argument '--quick'"), (["det"], "Unknown argument 'det'"),
        (["--help=1"], "Unknown argument '--help=1'"), ([""], "Unknown argument ''"),
    ]) func mistakes(arguments: [String], message: String) {
        let error = #expect(throws: ToolOptions.UsageError.self) { try ToolOptions(arguments) }
        #expect(error?.description == message)
    }
}
