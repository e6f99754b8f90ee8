// document: Sources/NativeEngine/NativeEngine.docc/WhereTheCompiledCodeIsKept.md

import AD
import Foundation
import NativeEngine
import Testing

/// The programs of `Sources/NativeEngine/NativeEngine.docc/WhereTheCompiledCodeIsKept.md`.
@Suite struct WhereTheCompiledCodeIsKept {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += x * x }
        let folder = FileManager.default.temporaryDirectory.appending(path: "libraries-\(UUID())").path
        var options = CompileOptions()
        options.cacheFolder = folder
        print(try compile(f, options: options)(0.0, 3.0))  // (9.0, 3.0)
        print(try FileManager.default.contentsOfDirectory(atPath: folder).count)  // 1
        // end of block
        session.check(1)
        // block 2
        let open = FileManager.default.temporaryDirectory.appending(path: "open-\(UUID())").path
        try FileManager.default.createDirectory(
            atPath: open, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: open)
        options.cacheFolder = open
        do {
            _ = try compile(f, options: options)
        } catch {
            print(error.kind, error.message.contains("other users may write to it (mode 777"))
            // cacheUnusable true
        }
        // end of block
        session.check(2)
        // block 3
        let fast = try? compile(f)
        let (y, _) = try fast?(0.0, 3.0) ?? f(0.0, 3.0)
        print(y)  // 9.0
        // end of block
        session.check(3)
    }
}
