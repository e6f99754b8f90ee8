import Foundation
import NativeEngine
import Testing

@Suite(.enabled(if: compilerIsThere)) struct ConcurrentCacheTests {
    /// Runs the body on so many threads of its own at once.
    private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for i in 0..<count {
            group.enter()
            Thread {
                body(i)
                group.leave()
            }.start()
        }
        group.wait()
    }

    @Test func eightThreadsCompileOnce() throws {
        let folder = try TemporaryFolder()
        let compiler = try folder.countingCompiler()
        let cache = try LibraryCache(
            folder: "\(folder.path)/cache", environment: folder.environment, memory: LoadedLibraries())
        onThreads(8) { i in
            for number: Int32 in [1, 2, 3] {
                let result = try? answer(cache.library(for: answering(number), compiler: compiler))
                #expect(result == number, "thread \(i)")
            }
        }
        #expect(folder.calls == 3)
        #expect(folder.names().count == 3)
    }

    @Test func eightCachesThatDoNotKnowEachOther() throws {
        let folder = try TemporaryFolder()
        let compiler = try CCompiler.find()
        onThreads(8) { i in
            for round in 0..<3 {
                let cache = try? LibraryCache(
                    folder: "\(folder.path)/cache", environment: folder.environment, memory: LoadedLibraries()
                )
                let result = try? cache.map { try answer($0.library(for: answering(6), compiler: compiler)) }
                #expect(result == 6, "thread \(i), round \(round)")
            }
        }
        #expect(folder.names().count == 1)
    }

    @Test func entriesDeletedWhileTheyAreUsed() throws {
        let folder = try TemporaryFolder()
        let compiler = try CCompiler.find()
        onThreads(4) { i in
            for round in 0..<5 {
                let cache = try? LibraryCache(
                    folder: "\(folder.path)/cache", environment: folder.environment, memory: LoadedLibraries()
                )
                if i == 0 {
                    for name in folder.names() where name.hasSuffix(".so") {
                        try? FileManager.default.removeItem(atPath: "\(folder.path)/cache/\(name)")
                    }
                }
                let result = try? cache.map { try answer($0.library(for: answering(6), compiler: compiler)) }
                #expect(result == 6, "thread \(i), round \(round)")
            }
        }
    }

    @Test func whoeverWaitsForAFailureGetsIt() throws {
        let folder = try TemporaryFolder()
        let compiler = try CCompiler(
            path: folder.script("cc", "echo called >> '\(folder.path)/calls'; sleep 1; exit 1"))
        let cache = try LibraryCache(
            folder: "\(folder.path)/cache", environment: folder.environment, memory: LoadedLibraries())
        onThreads(4) { _ in
            do {
                _ = try cache.library(for: answering(1), compiler: compiler)
                Issue.record("a script that fails made a library")
            } catch { #expect((error as? NativeError)?.kind == .compilationFailed) }
        }
        #expect(folder.calls < 4)
    }

    #if os(Linux) || os(macOS)
        @Test func fourProcesses() async throws {
            let folder = try TemporaryFolder()
            let path = folder.path
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        await #expect(processExitsWith: .success) { [path = path as String] in
                            let cache = try LibraryCache(folder: "\(path)/cache")
                            let compiler = try CCompiler.find()
                            for number in Int32(0)..<5 {
                                let library = try cache.library(for: answering(number), compiler: compiler)
                                #expect(try answer(library) == number)
                            }
                        }
                    }
                }
            }
            #expect(folder.names().count == 5)
        }
    #endif
}
