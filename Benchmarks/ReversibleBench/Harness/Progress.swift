import Foundation

/// One changing line on standard error, shown only to a person at a terminal.
struct Progress {
    private let shown = isatty(FileHandle.standardError.fileDescriptor) == 1

    /// Replaces the line.
    func show(_ text: String) {
        guard shown else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }

    /// Removes the line.
    func clear() { show("") }
}
