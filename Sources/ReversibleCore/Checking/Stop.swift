#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Ends the process: a program was written that is none.
///
/// Where a trap would be followed by registers and a backtrace of this library, some hundred lines below which nobody
/// finds the sentence that says what is wrong, the process exits after the sentence instead.
package func stop(_ error: some Error, _ fileID: StaticString, _ line: UInt) -> Never {
    #if canImport(Glibc) || canImport(Musl)
        let text = Array("\(fileID):\(line): Fatal error: \(error)\n".utf8)
        var written = 0
        while written < text.count {
            let count = text.withUnsafeBytes {
                write(2, $0.baseAddress.map { $0 + written }, text.count - written)
            }
            if count <= 0 { break }
            written += count
        }
        exit(1)
    #else
        fatalError("\(error)", file: fileID, line: line)
    #endif
}
