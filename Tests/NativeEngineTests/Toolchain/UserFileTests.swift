import Foundation
import NativeEngine
import Testing

/// Reading and replacing the files of users, and what is known of the process.
@Suite struct UserFileTests {
    private func withFolder(_ work: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID())").path
        try Files.makeFolder("\(folder)/a/b")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try work("\(folder)/a/b")
    }

    @Test func writtenAndRead() throws {
        try withFolder { folder in
            let path = "\(folder)/file"
            for bytes in [[], [UInt8](0...255), [UInt8](repeating: 7, count: 100_000)] {
                try Files.replace(path, with: bytes)
                #expect(try Files.contents(of: path) == bytes)
            }
            // Nothing is left of what was written first.
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
        }
    }

    @Test func linksAndModesStay() throws {
        try withFolder { folder in
            let (path, link) = ("\(folder)/file", "\(folder)/link")
            try Files.replace(path, with: [1])
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
            try Files.replace(link, with: [2, 3])
            #expect(try Files.contents(of: path) == [2, 3])
            #expect(try Files.contents(of: link) == [2, 3])
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o640)
        }
    }

    @Test func reasons() throws {
        try withFolder { folder in
            func reason(_ work: () throws -> Void) throws -> String {
                try #require(throws: Files.Failure.self) { try work() }.reason
            }
            #expect(
                try reason { _ = try Files.contents(of: "\(folder)/none") } == "No such file or directory")
            #expect(try reason { _ = try Files.contents(of: folder) } == "it is a folder")
            #expect(try reason { try Files.replace(folder, with: []) } == "it is a folder")
            #expect(
                try reason { try Files.replace("\(folder)/none/x", with: []) } == "No such file or directory")
            try Files.replace("\(folder)/file", with: [])
            #expect(try reason { try Files.makeFolder("\(folder)/file") }.contains("is no folder"))
        }
        try Files.replace("/dev/null", with: [1, 2])
        #expect(try Files.contents(of: "/dev/null").isEmpty)
    }

    @Test func process() {
        #expect(ThisProcess.environment == ProcessInfo.processInfo.environment)
        #expect(ThisProcess.coreCount == ProcessInfo.processInfo.activeProcessorCount)
        #expect(ThisProcess.currentFolder == FileManager.default.currentDirectoryPath)
    }
}
