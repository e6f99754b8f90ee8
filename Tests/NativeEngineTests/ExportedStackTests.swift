import AD
import Foundation
import NativeEngine
import Testing

/// What is on a stack, asked by C without Swift.
@Suite(.enabled(if: compilerIsThere)) struct ExportedStackTests {
    /// As exported C, compiled with a program that calls it.
    @Test func exported() throws {
        let folder = try TemporaryFolder()
        try StackContentTests.square.exportC(to: folder.path, name: "square")
        try grad(StackContentTests.square).exportC(to: folder.path, name: "slope")
        let source = """
            #include "slope.h"
            #include "square.h"
            #include <stdio.h>
            #include <stdlib.h>

            static reversible_stack pushed(double a, double b) {
                reversible_stack s = {malloc(2 * sizeof(double)), 2};
                s.items[0] = a;
                s.items[1] = b;
                return s;
            }

            int main(void) {
                double y = 1, dx = 0;
                reversible_stack s = pushed(7, 5), ds = pushed(0, 0), none = {NULL, 0};
                if (square(&y, 3, &s, NULL) || slope(0, 1, 3, &dx, &s, &ds, NULL)) return 1;
                printf("%g %g %g %g\\n", y, dx, ds.items[0], ds.items[1]);
                return square(&y, 3, &none, NULL) == REVERSIBLE_CHECK_FAILED ? 0 : 1;
            }
            """
        try source.write(toFile: folder.path + "/main.c", atomically: true, encoding: .utf8)
        let told = try output(
            of: CCompiler.find().path,
            ["main.c", "square.c", "slope.c"].map { "\(folder.path)/\($0)" }
                + [
                    "-std=c11", "-Wall", "-Wextra", "-pedantic", "-lm", "-pthread", "-o",
                    "\(folder.path)/main",
                ])
        #expect(told.text.isEmpty && told.status == 0, "\(told)")
        let run = try output(of: "\(folder.path)/main", [])
        #expect(run.text == "76 25 0 30\n" && run.status == 0, "\(run)")
    }

    private func output(of program: String, _ arguments: [String]) throws -> (text: String, status: Int32) {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (text, process.terminationStatus)
    }
}
