import Foundation
import NativeEngine
import Testing

@Suite struct CCompilerTests {
    private func kind(_ body: () throws -> Void) -> NativeError? {
        do {
            try body()
            return nil
        } catch { return error as? NativeError }
    }

    @Test func noneAtAll() throws {
        let folder = try TemporaryFolder()
        let error = kind { _ = try CCompiler.find(environment: ["PATH": folder.path]) }
        #expect(error?.kind == .compilerNotFound)
        #expect(
            error?.message == """
                There is no C compiler. Looked for: clang beside swift (there is no swift on PATH to have one \
                beside it); clang, cc and gcc in the folders of PATH: \(folder.path). Install clang or gcc, or set \
                REVERSIBLE_CC to the path of one. The interpreter runs the program without a compiler.
                """)
        #expect(kind { _ = try CCompiler.find(environment: [:]) }?.kind == .compilerNotFound)
    }

    @Test func theOneNamedByTheEnvironment() throws {
        let folder = try TemporaryFolder()
        let mine = try folder.script("my-cc", "exit 1")
        let other = try folder.script("clang", "exit 1")
        let byPath = try CCompiler.find(environment: ["REVERSIBLE_CC": mine, "PATH": folder.path])
        #expect(byPath.path == mine)
        let byName = try CCompiler.find(environment: ["REVERSIBLE_CC": "my-cc", "PATH": folder.path])
        #expect(byName == byPath)
        #expect(try CCompiler.find(environment: ["REVERSIBLE_CC": "", "PATH": folder.path]).path == other)
    }

    @Test func theOneNamedIsNotThere() throws {
        let folder = try TemporaryFolder()
        _ = try folder.script("clang", "exit 1")
        let environment = ["REVERSIBLE_CC": "\(folder.path)/none", "PATH": folder.path]
        let error = kind { _ = try CCompiler.find(environment: environment) }
        #expect(error?.kind == .compilerNotFound)
        #expect(
            error?.message == """
                REVERSIBLE_CC names the C compiler \(folder.path)/none, but there is no such program. Set it to the \
                path of clang or gcc, without arguments, or unset it. The interpreter runs the program without a \
                compiler.
                """)
    }

    @Test func theOneBesideSwiftComesFirst() throws {
        let toolchain = try TemporaryFolder()
        let folder = try TemporaryFolder()
        let swift = try toolchain.script("swift", "exit 1")
        let clang = try toolchain.script("clang", "exit 1")
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/swift", withDestinationPath: swift)
        let other = try folder.script("clang", "exit 1")
        #expect(try CCompiler.find(environment: ["PATH": folder.path]).path == clang)
        try FileManager.default.removeItem(atPath: clang)
        #expect(try CCompiler.find(environment: ["PATH": folder.path]).path == other)
    }

    @Test func clangThenCcThenGcc() throws {
        let first = try TemporaryFolder()
        let second = try TemporaryFolder()
        let environment = ["PATH": "relative:\(first.path)::\(second.path)"]
        for (folder, name) in [(second, "gcc"), (second, "cc"), (first, "cc"), (second, "clang")] {
            let path = try folder.script(name, "exit 1")
            let found = try CCompiler.find(environment: environment)
            #expect(found.path == path)
        }
        // What cannot be run is no compiler.
        try Data().write(to: URL(fileURLWithPath: "\(first.path)/clang"))
        #expect(try CCompiler.find(environment: environment).path == "\(second.path)/clang")
    }

    @Test func anotherFileIsAnotherCompiler() throws {
        let folder = try TemporaryFolder()
        let before = try CCompiler(path: folder.script("clang", "exit 1"))
        let after = try CCompiler(path: folder.script("clang", "exit  1"))
        #expect(before.path == after.path && before.identity != after.identity)
    }

    @Test(.enabled(if: compilerIsThere)) func theVersionIsSaidWhenAsked() throws {
        let compiler = try CCompiler.find()
        #expect(try !compiler.version().isEmpty)
    }
}
