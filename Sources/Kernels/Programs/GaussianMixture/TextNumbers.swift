/// The numbers of a text, one after the other, with spaces or ends of lines between them.
///
/// Lines are counted only when an error needs one, so that reading large files costs nothing more.
struct TextNumbers {
    private let bytes: UnsafeRawBufferPointer
    /// Where the last number starts.
    private var start = 0
    /// Behind the last number.
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The line of the last number, from 1.
    var line: Int { 1 + bytes[..<start].count { $0 == 10 } }

    /// The next number, which must be finite.
    mutating func number(_ name: @autoclosure () -> String) throws(MixtureError) -> Double {
        guard advance() else { throw missing(name()) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard
            let number = decimal(bytes.assumingMemoryBound(to: UInt8.self), start..<position, integral: false)
        else {
            throw MixtureError(
                .malformedText, line: line, "'\(shown(text))' is not a number; \(name()) is expected")
        }
        guard number.isFinite else {
            throw MixtureError(.malformedText, line: line, "\(name()) is \(shown(text)); it must be finite")
        }
        return number
    }

    /// The next number, which must be an integer in the range.
    mutating func integer(
        _ range: ClosedRange<Int>, _ name: @autoclosure () -> String
    ) throws(MixtureError) -> Int {
        guard advance() else { throw missing(name()) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = Int(text) else {
            throw MixtureError(
                .malformedText, line: line, "'\(shown(text))' is not an integer; \(name()) is expected")
        }
        guard range.contains(number) else {
            throw MixtureError(
                .malformedText, line: line,
                "\(name()) is \(number); it must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The next numbers.
    mutating func row(_ count: Int, _ name: (Int) -> String) throws(MixtureError) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(count)
        for index in 0..<count { result.append(try number(name(index))) }
        return result
    }

    /// Requires that nothing follows.
    mutating func requireEnd(hint: String) throws(MixtureError) {
        guard advance() else { return }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        throw MixtureError(.malformedText, line: line, "'\(shown(text))' is left over \(hint)")
    }

    private func missing(_ name: String) -> MixtureError {
        MixtureError(.malformedText, line: line, "the text ends here, where \(name) is expected")
    }

    /// The beginning of a text that may be anything.
    private func shown(_ text: String) -> String { text.count > 40 ? text.prefix(40) + "…" : text }

    /// Goes to the next number; false at the end of the text.
    private mutating func advance() -> Bool {
        while position < bytes.count, bytes[position] <= 32 { position += 1 }
        start = position
        while position < bytes.count, bytes[position] > 32 { position += 1 }
        return start < position
    }
}
