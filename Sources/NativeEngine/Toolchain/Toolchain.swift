import Synchronization

/// A compiler and a cache: all that turns C text into code.
package struct Toolchain: Sendable {
    package let compiler: CCompiler
    package let cache: LibraryCache

    package init(compiler: CCompiler, cache: LibraryCache) {
        self.compiler = compiler
        self.cache = cache
    }

    /// The compiler and the cache that the environment names.
    ///
    /// - Throws: `compilerNotFound` if there is no C compiler, `cacheUnusable` if `REVERSIBLE_CACHE` names a
    ///   folder that cannot be used.
    package init(environment: [String: String]) throws(NativeError) {
        compiler = try CCompiler.find(environment: environment)
        cache = try LibraryCache(environment: environment)
    }

    /// Those of this process: looked for once, and again only if they were not found.
    ///
    /// - Throws: `compilerNotFound` or `cacheUnusable`.
    package static func shared() throws(NativeError) -> Toolchain {
        try found.withLock { (found) throws(NativeError) -> Toolchain in
            if let found { return found }
            let toolchain = try Toolchain(environment: ThisProcess.environment)
            found = toolchain
            return toolchain
        }
    }

    private static let found = Mutex<Toolchain?>(nil)

    /// The library for a C text: loaded already, from the cache, or compiled now.
    ///
    /// - Throws: `compilationFailed`, `loadFailed` or `cacheUnusable`.
    package func library(for compilation: Compilation) throws(NativeError) -> LoadedLibrary {
        try cache.library(for: compilation, compiler: compiler)
    }
}
