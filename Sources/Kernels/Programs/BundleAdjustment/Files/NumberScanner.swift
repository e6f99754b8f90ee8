import NativeEngine

/// Reads whitespace-separated numbers from the bytes of a text, and knows the line it is in.
struct NumberScanner {
    private let bytes: [UInt8]
    private var position = 0
    /// The line of the next byte, counted from 1.
    private(set) var line = 1

    /// - Throws: A ``BundleAdjustmentError`` of kind `compressedFile` for packed bytes that cannot be unpacked.
    init(_ bytes: [UInt8]) throws(BundleAdjustmentError) {
        do {
            self.bytes = try Compression.unpacked(bytes)
        } catch {
            throw BundleAdjustmentError(.compressedFile, error.reason)
        }
    }

    /// The bytes of a file.
    init(path: String) throws(BundleAdjustmentError) {
        let bytes: [UInt8]
        do {
            bytes = try Files.contents(of: path)
        } catch {
            throw BundleAdjustmentError(.unreadableFile, "\(path) cannot be read: \(error.reason)")
        }
        try self.init(bytes)
    }

    /// How many bytes are left.
    var remaining: Int { bytes.count - position }

    /// An error at the current line.
    func error(_ message: String) -> BundleAdjustmentError { error(at: line, message) }

    private func error(at line: Int, _ message: String) -> BundleAdjustmentError {
        BundleAdjustmentError(.malformedFile(line: line), "line \(line): \(message)")
    }

    /// Goes to the next word and returns its bytes' range; empty at the end.
    private mutating func nextWord() -> Range<Int> {
        bytes.withUnsafeBufferPointer { bytes in
            while position < bytes.count, bytes[position] <= 0x20 {
                if bytes[position] == 0x0A { line += 1 }
                position += 1
            }
            let start = position
            while position < bytes.count, bytes[position] > 0x20 { position += 1 }
            return start..<position
        }
    }

    private func text(_ word: Range<Int>) -> String {
        let shown = bytes[word].prefix(40)
        return "`\(String(decoding: shown, as: UTF8.self))\(shown.count < word.count ? "…" : "")`"
    }

    /// The next word as a number that is at least 0 and below `limit`.
    mutating func integer(
        below limit: Int = Int(Int32.max), _ meaning: @autoclosure () -> String
    ) throws(BundleAdjustmentError) -> Int {
        let word = nextWord()
        guard !word.isEmpty else { throw error("the file ends where \(meaning()) should be") }
        var value = 0
        let digits = word.count > 1 && bytes[word.lowerBound] == 0x2B ? word.dropFirst() : word
        for byte in bytes[digits] {
            guard byte >= 0x30, byte <= 0x39, value < 1 << 40 else {
                throw error("\(meaning()) must be a whole number, and is \(text(word))")
            }
            value = 10 * value + Int(byte - 0x30)
        }
        guard value < limit else {
            throw error("\(meaning()) is \(value); it must be less than \(limit)")
        }
        return value
    }

    /// The next word as a finite number.
    mutating func real(_ meaning: @autoclosure () -> String) throws(BundleAdjustmentError) -> Double {
        let word = nextWord()
        guard !word.isEmpty else { throw error("the file ends where \(meaning()) should be") }
        let number = bytes.withUnsafeBufferPointer { decimal($0, word, integral: false) }
        guard let value = number, value.isFinite else {
            throw error("\(meaning()) must be a finite decimal number, and is \(text(word))")
        }
        return value
    }

    /// Throws if anything but whitespace is left.
    mutating func end() throws(BundleAdjustmentError) {
        let word = nextWord()
        if !word.isEmpty {
            throw error(
                "the file should end here; it goes on with \(text(word)). Do the counts in line 1 fit?")
        }
    }
}
