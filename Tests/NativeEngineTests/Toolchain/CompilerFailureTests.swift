import Foundation
@testable import NativeEngine
import ReversibleCore
import Testing

@Suite struct CompilerFailureTests {
    private func failure(
        _ folder: TemporaryFolder, _ compiler: CCompiler, _ compilation: Compilation, timeLimit: Double = 60
    ) throws -> NativeError? {
        let cache = try LibraryCache(
            folder: "\(folder.path)/cache", environment: folder.environment, memory: LoadedLibraries(),
            timeLimit: timeLimit)
        do {
            _ = try cache.library(for: compilation, compiler: compiler)
            return nil
        } catch { return error }
    }

    @Test(.enabled(if: compilerIsThere)) func aSourceThatIsNotC() throws {
        let folder = try TemporaryFolder()
        let compiler = try CCompiler.find()
        let error = try failure(folder, compiler, Compilation(source: "int answer(void) { return oops; }"))
        #expect(error?.kind == .compilationFailed)
        let message = error?.message ?? ""
        #expect(message.hasPrefix("The C compiler \(compiler.path) failed with exit status 1:\nsource.c"))
        #expect(message.contains("oops"))
        let kept = folder.names().filter { $0.hasPrefix("failed-") }
        #expect(folder.names() == kept && kept.count == 1)
        #expect(message.hasSuffix("\nThe source is kept in \(folder.path)/cache/\(kept.first ?? "")."))
    }

    @Test func theMessageOfAScript() throws {
        let folder = try TemporaryFolder()
        let lines = (1...20).map { "line \($0)" }
        let text = lines.map { "echo '\($0)' >&2" }.joined(separator: "\n") + "\nexit 3"
        let compiler = try CCompiler(path: folder.script("cc", text))
        let message = try failure(folder, compiler, answering(1))?.message ?? ""
        let shown = lines.prefix(10).joined(separator: "\n")
        #expect(
            message.hasPrefix(
                "The C compiler \(compiler.path) failed with exit status 3:\n\(shown)\nThe source"))
    }

    @Test func otherWaysToFail() throws {
        let folder = try TemporaryFolder()
        for (text, told) in [
            ("exit 0", "ended without making a library"),
            ("kill -SEGV $$", "was ended by signal 11"),
            ("exit 127", "failed with exit status 127"),
        ] {
            let compiler = try CCompiler(path: folder.script("cc", text))
            let error = try failure(folder, compiler, answering(1))
            #expect(error?.kind == .compilationFailed)
            #expect(
                error?.message.hasPrefix("The C compiler \(compiler.path) \(told).\n") == true,
                "\(error?.message ?? "")")
        }
        let gone = try CCompiler(path: folder.script("cc", "exit 0"))
        try FileManager.default.removeItem(atPath: gone.path)
        let told = "The C compiler \(gone.path) could not be run: No such file or directory.\n"
        #expect(try failure(folder, gone, answering(1))?.message.hasPrefix(told) == true)
    }

    @Test func aLibraryThatIsNone() throws {
        let folder = try TemporaryFolder()
        let text = "while [ \"$1\" != -o ]; do shift; done; echo 'not a library, but long enough' > \"$2\""
        let error = try failure(folder, CCompiler(path: folder.script("cc", text)), answering(1))
        #expect(error?.kind == .loadFailed)
    }

    @Test func muchOutputDoesNotBlock() throws {
        let folder = try TemporaryFolder()
        let text =
            "i=0; while [ $i -lt 30000 ]; do echo 'a line of diagnostics' >&2; i=$((i+1)); done; exit 1"
        let error = try failure(folder, CCompiler(path: folder.script("cc", text)), answering(1))
        #expect(error?.message.contains("exit status 1:\na line of diagnostics\n") == true)
    }

    @Test func aCompilerThatHangsIsStoppedWithItsChildren() throws {
        let folder = try TemporaryFolder()
        let text = "(sleep 2; echo alive > '\(folder.path)/alive') &\nwait"
        let compiler = try CCompiler(path: folder.script("cc", text))
        let error = try failure(folder, compiler, answering(1), timeLimit: 0.25)
        #expect(error?.kind == .compilationFailed)
        let told = "The C compiler \(compiler.path) was stopped after 0.25 seconds, its time limit.\n"
        #expect(error?.message.hasPrefix(told) == true)
        Thread.sleep(forTimeInterval: 2.5)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/alive"))
    }

    #if os(Linux)
        /// The limit counts CPU time, so that other work on the machine does not trip it. What the compiler starts
        /// has the same limit.
        @Test(arguments: ["while :; do :; done", "sh -c 'while :; do :; done'; exit 1"])
        func aCompilerThatTakesTooMuchCPUTime(text: String) throws {
            let folder = try TemporaryFolder()
            let compiler = try CCompiler(path: folder.script("cc", text))
            let compilation = Compilation(source: "int a;\nint b;\n", cpuLimit: 1)
            let error = try failure(folder, compiler, compilation, timeLimit: 600)
            #expect(error?.kind == .compilationFailed)
            let told = """
                The C compiler \(compiler.path) was stopped after 1 second of CPU time, its limit. The program is 2 \
                lines of C, 0 KiB. Raise `compilerTimeLimit` in the `CompileOptions`, or make the program shorter: a \
                `For` loop instead of statements that were unrolled while it was traced, or functions that are called \
                instead of repeated.
                """
            #expect(error?.message.hasPrefix(told) == true, "\(error?.message ?? "")")
        }
    #endif

    @Test func aLimitThatIsNone() throws {
        let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += x }
        var options = CompileOptions()
        options.compilerTimeLimit = .milliseconds(999)
        let error = #expect(throws: NativeError.self) { try compile(f, options: options) }
        #expect(error?.message == "`compilerTimeLimit` is 0.999 seconds; it must be at least 1 second")
    }

    @Test func levelsOfOptimization() throws {
        #expect(try CompilerFlags.level([:]) == nil)
        #expect(try CompilerFlags.level(["REVERSIBLE_OPTIMIZATION": ""]) == nil)
        #expect(try CompilerFlags.level(["REVERSIBLE_OPTIMIZATION": "1"]) == 1)
        for level in ["4", "-O1", "fast"] {
            let error = #expect(throws: NativeError.self) {
                try CompilerFlags.level(["REVERSIBLE_OPTIMIZATION": level])
            }
            #expect(error?.kind == .invalidOption)
            #expect(
                error?.message
                    == "REVERSIBLE_OPTIMIZATION is \(level); it must be 0, 1, 2 or 3, or not be set")
        }
    }

    /// Beyond some size the compiler leaves out a pass whose time grows with the square of straight-line code.
    @Test(.enabled(if: compilerIsThere)) func largeSources() throws {
        let flag = "-fno-tree-slp-vectorize"
        let small = answering(4)
        let large = Compilation(source: small.source + String(repeating: "\n", count: 70_000))
        #expect(!small.flags.contains(flag) && large.flags.contains(flag))
        let folder = try TemporaryFolder()
        #expect(try failure(folder, try CCompiler.find(), large) == nil)
    }

    @Test(.enabled(if: compilerIsThere)) func aCompilerThatDoesNotKnowTheProcessor() throws {
        let folder = try TemporaryFolder()
        let real = try CCompiler.find()
        let text = """
            for word in "$@"; do
              case $word in -march=*|-mcpu=*|-mprefer*) echo "unknown option $word" >&2; exit 1;; esac
            done
            exec '\(real.path)' "$@"
            """
        let compiler = try CCompiler(path: folder.script("cc", text))
        #expect(try failure(folder, compiler, answering(1)) == nil)
    }

    @Test func pathsAndFlagsNeedNoQuoting() throws {
        let folder = try TemporaryFolder()
        let odd = try folder.script("c c'\"$x;", "for word in \"$@\"; do echo \"$word\" >&2; done; exit 1")
        let cache = try LibraryCache(
            folder: "\(folder.path)/ca che;'\"$(x)", environment: folder.environment,
            memory: LoadedLibraries())
        let flags = ["-DTEXT=\"a b; $(touch x) 'c'\""]
        do {
            _ = try cache.library(
                for: Compilation(source: "", flags: flags), compiler: CCompiler(path: odd))
            Issue.record("a script that fails made a library")
        } catch {
            #expect(error.message.contains("The C compiler \(odd) failed with exit status 1:\n-x\nc\n"))
        }
    }
}
