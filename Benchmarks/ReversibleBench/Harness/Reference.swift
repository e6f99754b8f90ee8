import Foundation
import NativeEngine

/// One of the hand-written C files in References, compiled as native code is: at run time, by the same
/// compiler with the same flags.
struct Reference {
    private let library: LoadedLibrary

    init(_ name: String) throws {
        guard
            let source = Bundle.module.url(forResource: name, withExtension: "c", subdirectory: "References")
        else { throw Missing(description: "there is no reference \(name).c") }
        let text = try String(contentsOf: source, encoding: .utf8)
        library = try Toolchain.shared().library(for: Compilation(source: text))
    }

    /// The function of a name, whose C type must be that of the result.
    ///
    /// It is good as long as this process lives: the libraries of the shared toolchain are never closed.
    func function<Function>(_ symbol: String) throws -> Function {
        unsafeBitCast(try library.symbol(symbol), to: Function.self)
    }

    private struct Missing: Error, CustomStringConvertible { let description: String }
}
