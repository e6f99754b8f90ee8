import Foundation
import NativeEngine
import Testing

@Suite struct CacheFolderTests {
    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func message(_ folder: String, _ environment: [String: String] = [:]) -> String? {
        do {
            _ = try LibraryCache(folder: folder, environment: environment)
            return nil
        } catch {
            #expect(error.kind == .cacheUnusable)
            return error.message
        }
    }

    private func text(_ path: String, _ reason: String) -> String {
        """
        The folder \(path) cannot hold compiled libraries: \(reason). Set REVERSIBLE_CACHE to a folder that is \
        yours alone.
        """
    }

    @Test func theNamedFolderIsMadeForThisUserOnly() throws {
        let folder = try TemporaryFolder()
        let wanted = "\(folder.path)/a/b"
        let cache = try LibraryCache(environment: ["REVERSIBLE_CACHE": wanted])
        #expect(cache.folder == wanted)
        #expect(try mode(wanted) == 0o700)
        // A folder given in the call goes before it.
        let other = try LibraryCache(folder: "\(folder.path)/c", environment: ["REVERSIBLE_CACHE": wanted])
        #expect(other.folder == "\(folder.path)/c")
    }

    @Test func theUsualFolders() throws {
        let folder = try TemporaryFolder()
        let home = try LibraryCache(environment: ["HOME": folder.path, "XDG_CACHE_HOME": "relative"])
        #if canImport(Darwin)
            #expect(home.folder == "\(folder.path)/Library/Caches/swift-reversible")
        #else
            #expect(home.folder == "\(folder.path)/.cache/swift-reversible")
        #endif
        let named = try LibraryCache(environment: ["HOME": folder.path, "XDG_CACHE_HOME": "\(folder.path)/x"])
        #expect(named.folder == "\(folder.path)/x/swift-reversible")
        #expect(try mode(named.folder) == 0o700)
    }

    @Test func aUsualFolderThatCannotBeUsedIsReplacedByAPrivateOne() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: "\(folder.path)/file"))
        let cache = try LibraryCache(environment: ["HOME": "\(folder.path)/file", "TMPDIR": "/tmp"])
        #expect(cache.folder.contains("/swift-reversible-"))
        #expect(try mode(cache.folder) == 0o700)
        let again = try LibraryCache(environment: [:])
        #expect(again.folder == cache.folder, "one for the process")
    }

    @Test func aFolderOthersCanWriteTo() throws {
        let folder = try TemporaryFolder()
        for (bits, shown) in [(0o777, "777"), (0o720, "720"), (0o1777, "1777")] {
            try FileManager.default.setAttributes([.posixPermissions: bits], ofItemAtPath: folder.path)
            let reason = "other users may write to it (mode \(shown); chmod 700 would end that)"
            #expect(message(folder.path) == text(folder.path, reason))
        }
    }

    @Test func aFileInPlaceOfTheFolder() throws {
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/file"
        try Data().write(to: URL(fileURLWithPath: file))
        #expect(message(file) == text(file, "it is not a folder"))
        #expect(message("\(file)/below") == text("\(file)/below", "it cannot be made: Not a directory"))
        do {
            _ = try LibraryCache(environment: ["REVERSIBLE_CACHE": file])
            Issue.record("a file was taken for a folder")
        } catch { #expect(error.kind == .cacheUnusable) }
    }

    @Test func links() throws {
        let folder = try TemporaryFolder()
        let mine = "\(folder.path)/mine"
        let link = "\(folder.path)/link"
        try FileManager.default.createDirectory(
            atPath: mine, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: mine)
        #expect(try LibraryCache(folder: link, environment: [:]).folder == mine)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: mine)
        #expect(message(link)?.contains("other users may write to it") == true)
        try FileManager.default.removeItem(atPath: mine)
        #expect(message(link)?.contains("is not a folder") == true)
    }

    @Test func aFolderOfAnotherUser() throws {
        let folder = try TemporaryFolder()
        let other = "\(folder.path)/other"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
        // Only the superuser can give a folder away; anybody else looks at one of the superuser.
        let path = geteuid() == 0 ? other : "/usr"
        let owner: UInt32 = geteuid() == 0 ? 12345 : 0
        if geteuid() == 0 { #expect(chown(other, owner, owner) == 0) }
        #expect(message(path) == text(path, "it belongs to another user (\(owner))"))
        let link = "\(folder.path)/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(message(link) == text(link, "it leads to a folder of another user (\(owner))"))
    }
}
