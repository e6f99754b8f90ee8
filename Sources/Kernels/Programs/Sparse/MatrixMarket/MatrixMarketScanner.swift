/// Walks through the bytes of a Matrix Market file, and counts lines.
struct MatrixMarketScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0
    private(set) var line = 1

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        // A byte order mark, as editors on Windows write it.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    var isAtEnd: Bool { position == bytes.count }

    /// Whether only blanks are left on this line; they are skipped.
    var isAtLineEnd: Bool {
        mutating get {
            while position < bytes.count, isBlank(bytes[position]) { position += 1 }
            return position == bytes.count || isNewline(bytes[position])
        }
    }

    /// Goes to the beginning of the next line; a carriage return and a line feed end one line together.
    mutating func nextLine() {
        while position < bytes.count, !isNewline(bytes[position]) { position += 1 }
        guard position < bytes.count else { return }
        let isReturn = bytes[position] == UInt8(ascii: "\r")
        position += 1
        if isReturn, position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
        line += 1
    }

    /// Goes to the next line that holds something other than blanks and comments.
    mutating func skipIgnorableLines() {
        while isAtLineEnd ? !isAtEnd : bytes[position] == UInt8(ascii: "%") { nextLine() }
    }

    /// The text from here to the end of the line, its blanks turned into spaces; this stays where it is.
    func restOfLine() -> String {
        var end = position
        while end < bytes.count, !isNewline(bytes[end]) { end += 1 }
        let text = bytes[position..<end].map { isBlank($0) ? UInt8(ascii: " ") : $0 }
        return String(decoding: text, as: UTF8.self)
    }

    /// The word here, for a message: quoted, shortened if it is long.
    mutating func quotedWord() -> String {
        if isAtLineEnd { return isAtEnd ? "the end of the file" : "the end of the line" }
        let word = bytes[position..<wordEnd]
        let text = String(decoding: word.prefix(40), as: UTF8.self)
        return "`\(text)\(word.count > 40 ? "…" : "")`"
    }

    private var wordEnd: Int {
        var end = position
        while end < bytes.count, !isBlank(bytes[end]), !isNewline(bytes[end]) { end += 1 }
        return end
    }

    /// Checks that nothing more than a comment stands on this line, and goes to the next one.
    mutating func requireLineEnd(
        expected: String, _ kind: SparseMatrixError.Kind = .invalidEntry
    ) throws(SparseMatrixError) {
        guard isAtLineEnd || bytes[position] == UInt8(ascii: "%") else {
            throw SparseMatrixError(kind, "\(quotedWord()) is too much: \(expected)", line: line)
        }
        nextLine()
    }

    /// A size, between 0 and `limit`.
    mutating func size(of name: String, limit: Int) throws(SparseMatrixError) -> Int {
        guard let size = integer() else {
            throw SparseMatrixError(
                .invalidHeader, "the number of \(name) is \(quotedWord()); it must be an integer", line: line)
        }
        guard size.value >= 0, size.value <= limit, !size.overflow else {
            throw SparseMatrixError(
                .invalidSize,
                "the number of \(name) is \(size.text(in: bytes)); it must be between 0 and "
                    + "\(limit)\(name == "entries" ? "" : ", for which this machine has memory")", line: line)
        }
        return size.value
    }

    /// An index, counted from 1 in the file; returned counted from 0.
    mutating func index(_ name: String, limit: Int) throws(SparseMatrixError) -> Int {
        guard let index = integer() else {
            throw SparseMatrixError(
                .invalidEntry, "the \(name) is \(quotedWord()); it must be an integer", line: line)
        }
        guard index.value >= 1, index.value <= limit, !index.overflow else {
            throw SparseMatrixError(
                .indexOutOfRange,
                "the \(name) is \(index.text(in: bytes)); the matrix has \(limit) \(name)s, counted from 1",
                line: line)
        }
        return index.value - 1
    }

    /// An integer as it stands in the file.
    private struct WrittenInteger {
        var value = 0
        var overflow = false
        var range: Range<Int>

        func text(in bytes: UnsafeBufferPointer<UInt8>) -> String {
            let digits = bytes[range]
            return String(decoding: digits.prefix(40), as: UTF8.self) + (digits.count > 40 ? "…" : "")
        }
    }

    /// The integer here; nil, and this stays where it is, if the word is none.
    private mutating func integer() -> WrittenInteger? {
        guard !isAtLineEnd else { return nil }
        let start = position
        var (next, value, overflow) = (position, 0, false)
        let isNegative = bytes[next] == UInt8(ascii: "-")
        if isNegative || bytes[next] == UInt8(ascii: "+") { next += 1 }
        let firstDigit = next
        while next < bytes.count, let digit = digit(bytes[next]) {
            // Past this no size or index is valid.
            if value > 1 << 50 { overflow = true } else { value = 10 * value + digit }
            next += 1
        }
        guard next > firstDigit, next == bytes.count || isBlank(bytes[next]) || isNewline(bytes[next]) else {
            return nil
        }
        position = next
        return WrittenInteger(value: isNegative ? -value : value, overflow: overflow, range: start..<next)
    }

    /// A value: a decimal number, `inf` or `nan`; with `integral`, digits and a sign only.
    mutating func number(_ name: String, integral: Bool) throws(SparseMatrixError) -> Double {
        let word = isAtLineEnd ? position..<position : position..<wordEnd
        guard let value = decimal(bytes, word, integral: integral) else {
            throw SparseMatrixError(
                .invalidEntry,
                "the \(name) is \(quotedWord()); it must be \(integral ? "an integer" : "a number")",
                line: line)
        }
        if value.isInfinite,
            let first = bytes[word].first(where: { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }),
            first | 0x20 != UInt8(ascii: "i")
        {
            throw SparseMatrixError(
                .unrepresentable,
                "the \(name) is \(quotedWord()), beyond the largest number, \(Double.greatestFiniteMagnitude)",
                line: line)
        }
        position = word.upperBound
        return value
    }
}

func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

func isNewline(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

func digit(_ byte: UInt8) -> Int? {
    let value = Int(byte) - 48
    return value >= 0 && value <= 9 ? value : nil
}
