import Foundation
@testable import NativeEngine
import Testing

@Suite(.enabled(if: compilerIsThere)) struct LibraryCacheTests {
    /// A cache as a new process would see it: nothing is loaded yet.
    private func fresh(_ folder: TemporaryFolder) throws -> LibraryCache {
        try LibraryCache(
            folder: "\(folder.path)/cache", environment: folder.environment, memory: LoadedLibraries())
    }

    @Test func aFunctionIsCompiledAndCalled() throws {
        let folder = try TemporaryFolder()
        let compiler = try CCompiler.find()
        let source = """
            double sin(double);
            double hypotenuse(double a, double b) { return SCALE * __builtin_sqrt(a * a + b * b) + sin(0.0); }
            """
        let library = try fresh(folder).library(
            for: Compilation(source: source, flags: ["-DSCALE=2.0"]), compiler: compiler)
        typealias Function = @convention(c) (Double, Double) -> Double
        let function = unsafeBitCast(try library.symbol("hypotenuse"), to: Function.self)
        #expect(function(3, 4) == 10)
        let path = library.path
        do {
            _ = try library.symbol("missing")
            Issue.record("a symbol that is not there was found")
        } catch {
            #expect(error.kind == .loadFailed)
            #expect(error.message.hasPrefix("The compiled library \(path) has no missing: "))
        }
        #expect(folder.names() == [path.split(separator: "/").last.map(String.init)])
    }

    @Test func theSecondTimeTheCompilerDoesNotRun() throws {
        let folder = try TemporaryFolder()
        let compiler = try folder.countingCompiler()
        let cache = try fresh(folder)
        let first = try cache.library(for: answering(42), compiler: compiler)
        #expect(folder.calls == 1)
        #expect(try cache.library(for: answering(42), compiler: compiler) === first)
        let second = try fresh(folder).library(for: answering(42), compiler: compiler)
        #expect(second !== first && second.path == first.path)
        #expect(try answer(first) == 42 && answer(second) == 42)
        #expect(folder.calls == 1)
    }

    @Test func whatMattersIsPartOfTheKey() throws {
        let folder = try TemporaryFolder()
        let compiler = try folder.countingCompiler()
        let cache = try fresh(folder)
        let other = try LibraryCache(
            folder: cache.folder, environment: folder.environment, memory: LoadedLibraries(), timeLimit: 60,
            sweep: CacheSweep(), processor: HostProcessor(identity: "other", features: targetFeatures()))
        let source = "int answer(void) { return 1; }"
        var paths: Set<String> = []
        for flags in [[], ["-DA"], ["-DA", "-DB"], ["-DA-DB"]] {
            paths.insert(cache.path(for: Compilation(source: source, flags: flags), compiler: compiler))
        }
        paths.insert(cache.path(for: Compilation(source: source + "\n"), compiler: compiler))
        paths.insert(other.path(for: Compilation(source: source), compiler: compiler))
        paths.insert(cache.path(for: Compilation(source: source), compiler: try CCompiler.find()))
        #expect(paths.count == 7)
    }

    /// Ways to spoil an entry. The file is replaced, not changed: it may be loaded.
    enum Damage: CaseIterable {
        case empty, cutShort, oneByteLess, longer, flippedInCode, flippedInTrailer, garbage, otherEntry,
            folder
        case link, deleted, plainLibrary

        func spoil(_ path: String, other: Data) throws {
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            try FileManager.default.removeItem(atPath: path)
            switch self {
            case .empty: bytes = Data()
            case .cutShort: bytes = bytes.prefix(bytes.count / 2)
            case .oneByteLess: bytes = bytes.dropLast()
            case .longer: bytes.append(0)
            case .flippedInCode: bytes[bytes.count / 2] ^= 4
            case .flippedInTrailer: bytes[bytes.count - 1] ^= 1
            case .garbage: bytes = Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            case .otherEntry: bytes = other
            case .plainLibrary: bytes = other.dropLast(80)
            case .folder:
                try FileManager.default.createDirectory(
                    atPath: path + "/deep", withIntermediateDirectories: true)
                try Data([1]).write(to: URL(fileURLWithPath: path + "/deep/file"))
                return
            case .link:
                try bytes.write(to: URL(fileURLWithPath: path + ".moved"))
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path + ".moved")
                return
            case .deleted: return
            }
            try bytes.write(to: URL(fileURLWithPath: path))
        }
    }

    @Test(arguments: Damage.allCases) func aDamagedEntryIsMadeAgain(damage: Damage) throws {
        let folder = try TemporaryFolder()
        let compiler = try folder.countingCompiler()
        let cache = try fresh(folder)
        let path = cache.path(for: answering(7), compiler: compiler)
        #expect(try answer(cache.library(for: answering(7), compiler: compiler)) == 7)
        let other = try cache.library(for: answering(8), compiler: compiler)
        #expect(folder.calls == 2)
        try damage.spoil(path, other: Data(contentsOf: URL(fileURLWithPath: other.path)))
        #expect(try answer(fresh(folder).library(for: answering(7), compiler: compiler)) == 7)
        #expect(folder.calls == 3)
        #expect(try answer(fresh(folder).library(for: answering(7), compiler: compiler)) == 7)
        #expect(folder.calls == 3, "the new entry is whole")
        #expect(!folder.names().contains { $0.hasPrefix("work-") })
    }

    @Test func aFolderThatCannotBeWrittenIsReplacedByATemporaryOne() throws {
        let folder = try TemporaryFolder()
        let cache = try fresh(folder)
        // To the superuser every folder can be written; one that is gone cannot.
        if geteuid() == 0 {
            try FileManager.default.removeItem(atPath: cache.folder)
        } else {
            try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: cache.folder)
        }
        let library = try cache.library(for: answering(9), compiler: CCompiler.find())
        #expect(try answer(library) == 9)
        #expect(library.path.contains("/swift-reversible-"))
    }

    @Test func theFolderStaysBounded() throws {
        let folder = try TemporaryFolder()
        let compiler = try CCompiler.find()
        let cache = try LibraryCache(
            folder: "\(folder.path)/cache", environment: folder.environment, memory: LoadedLibraries(),
            timeLimit: 60, sweep: CacheSweep(files: 20, bytes: 1 << 30), processor: .current)
        // Old files of its kind, an interrupted compilation, and a file it does not know.
        let past = Date(timeIntervalSinceNow: -86_400)
        for name in (0..<30).map({ "\($0).so" }) + ["failed-1.c", "work-old", "notes.txt"] {
            let path = "\(cache.folder)/\(name)"
            try Data([1]).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: path)
        }
        let library = try cache.library(for: answering(3), compiler: compiler)
        let names = folder.names()
        #expect(names.count == 18 + 1)
        #expect(names.contains("notes.txt") && !names.contains("work-old"))
        #expect(FileManager.default.fileExists(atPath: library.path))

        var sweep = CacheSweep(files: 20, bytes: 3)
        sweep.run(in: cache.folder, except: library.path)
        #expect(folder.names().count == 2, "by size, only the one just made stays")
        sweep.bytes = 1 << 30
        sweep.run(in: cache.folder, except: "")
        #expect(folder.names().count == 2)
    }

    @Test func usingAnEntryMakesItYoung() throws {
        let folder = try TemporaryFolder()
        let compiler = try CCompiler.find()
        let library = try fresh(folder).library(for: answering(4), compiler: compiler)
        let past = Date(timeIntervalSinceNow: -86_400)
        try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: library.path)
        _ = try fresh(folder).library(for: answering(4), compiler: compiler)
        let date = try FileManager.default.attributesOfItem(atPath: library.path)[.modificationDate] as? Date
        #expect(date.map { $0 > past + 3600 } == true)
    }

    @Test func theToolchainOfAnEnvironment() throws {
        let folder = try TemporaryFolder()
        var environment = folder.environment
        environment["REVERSIBLE_CACHE"] = "\(folder.path)/cache"
        let toolchain = try Toolchain(environment: environment)
        let library = try toolchain.library(for: answering(5))
        #expect(try answer(library) == 5)
        #expect(library.path.hasPrefix("\(folder.path)/cache/"))
    }
}
