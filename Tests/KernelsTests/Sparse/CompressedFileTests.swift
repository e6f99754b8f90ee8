import Foundation
import Testing

@testable import ReversiblePrograms

/// Files that gzip and bzip2 have packed. Python's `gzip` and `bz2` made them, the second of each in two parts.
struct CompressedFileTests {
    static let text = "%%MatrixMarket matrix coordinate real general\n2 2 2\n1 2 3.5\n2 1 -1e-3\n"
    static let packed: [(compression: Compression, base64: String)] = [
        (
            .gzip,
            "H4sIAAAAAAACA1NV9U0sKcqs8E0syk4tUcgFcxSS8/OLUjLzEktSFYpSE3MU0lPzUosSc7iMFICQyxBIGuuZA"
                + "nmGCrqGqbrGXACDUUcoRgAAAA=="
        ),
        (
            .bzip2,
            "QlpoOTFBWSZTWeghkYEAAAddgAAQQgM6AAACLq+UQCAASM3kpp5NTIDTyhE0aaBoAaFVu7JQCUnpndHOu5IAI"
                + "vZZbiILVvycrG31aZByovmiSAZCww+LuSKcKEh0EMjAgA=="
        ),
        (
            .gzip,
            "H4sIAAAAAAACA1NV9U0sKcqs8E0syk4tUcgFcxSS8/OLUjLzEktSFYpSAe5ee4EjAAAAH4sIAAAAAAACA0vMU"
                + "UhPzUstSszhMlIAQi5DIGmsZwrkGSroGqbqGnMBAAxp+ZwjAAAA"
        ),
        (
            .bzip2,
            "QlpoOTFBWSZTWdP0IxcAAAGVgEIAAAIuK5RAIAAhoEZDNQpgAAmhDrq7aTS5bJGYQ8glU2Pi7kinChIafoRi4"
                + "EJaaDkxQVkmU1mPkuWSAAANWYAAEEADOgAihRAAIAAxAAAInlMBMjR6ZXgHXtjEkgAitWs19S0+LuSKcKEhHy"
                + "XLJA=="
        ),
    ]

    private static func bytes(_ number: Int) throws -> [UInt8] {
        Array(try #require(Data(base64Encoded: packed[number].base64)))
    }

    /// Whether this machine has the library, as most have.
    private static func isThere(_ compression: Compression) -> Bool {
        (try? compression.unpack([], by: compression.libraries)) != nil
    }

    /// A file with these bytes, for as long as `body` runs.
    private static func withFile<Result>(
        _ bytes: [UInt8], _ name: String, _ body: (String) throws -> Result
    ) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).\(name)").path
        try Data(bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    @Test(arguments: 0..<4) func unpacks(number: Int) throws {
        let compression = Self.packed[number].compression
        guard Self.isThere(compression) else { return }
        let bytes = try Self.bytes(number)
        #expect(Compression(of: bytes) == compression)
        #expect(try String(decoding: Compression.unpacked(bytes), as: UTF8.self) == Self.text)
        // As the last block of a tape.
        #expect(try Compression.unpacked(bytes + [0, 0, 0]).count == Self.text.utf8.count)
        let expected = try MatrixMarket.parse(Self.text)
        #expect(try MatrixMarket.parse(bytes) == expected)
        #expect(try Self.withFile(bytes, "mtx.gz") { try MatrixMarket.read($0) } == expected)
    }

    /// More than the room that the libraries are given at a time.
    @Test func longFiles() throws {
        guard Self.isThere(.gzip) else { return }
        let part = try Self.bytes(0)
        let many = try Compression.unpacked(Array(repeatElement(part, count: 3000).joined()))
        #expect(many.count == 3000 * Self.text.utf8.count)
    }

    /// What is cut off anywhere, or has another byte, is an error and never another text.
    @Test(arguments: 0..<2) func damaged(number: Int) throws {
        let compression = Self.packed[number].compression
        guard Self.isThere(compression) else { return }
        let bytes = try Self.bytes(number)
        for count in 4..<bytes.count {
            #expect(throws: Compression.Failure.self) { try Compression.unpacked(Array(bytes[..<count])) }
        }
        var refused = 0
        for position in bytes.indices {
            var other = bytes
            other[position] ^= 0x10
            guard Compression(of: other) != nil else { continue }
            // The header of gzip has a time and a system, on which nothing depends.
            if let found = try? Compression.unpacked(other) {
                #expect(String(decoding: found, as: UTF8.self) == Self.text)
            } else {
                refused += 1
            }
        }
        #expect(refused > bytes.count * 2 / 3)
    }

    @Test func sentences() throws {
        guard Self.isThere(.gzip) else { return }
        let bytes = try Self.bytes(0)
        func reason(_ bytes: [UInt8]) -> String? {
            do throws(Compression.Failure) {
                _ = try Compression.unpacked(bytes)
                return nil
            } catch {
                return error.reason
            }
        }
        let advice = "; fetch it again, or look at it with `gunzip --test`"
        let start = "the file is compressed with gzip and damaged: "
        #expect(reason(bytes.dropLast()) == start + "it ends too early" + advice)
        #expect(reason(bytes + [7]) == start + "1 bytes are left over behind what is packed" + advice)
        var other = bytes
        other[other.count - 5] ^= 1
        #expect(reason(other) == start + "it does not fit its checksum, or is no such file" + advice)
    }

    @Test func withoutTheLibrary() throws {
        let bytes = try Self.bytes(1)
        let error = #expect(throws: Compression.Failure.self) {
            try Compression.bzip2.unpack(bytes, by: ["libnothing.so.1"])
        }
        #expect(
            error?.reason
                == "the file is compressed with bzip2, and libnothing.so.1, which unpacks it, is not on this machine; "
                + "install it, or unpack the file first, with `bunzip2`")
    }

    /// A scene of bundle adjustment, as the collection offers its files.
    @Test func scenes() throws {
        guard Self.isThere(.bzip2) else { return }
        let text = "1 1 1\n0 0 -1.5 +2\n" + (0..<12).map { "\($0)\n" }.joined()
        let base64 =
            "QlpoOTFBWSZTWRvmX8wAAA9YAAAQQAt/4CAAMUwAANTyQyNMju5tJudn1W0CBIMlIpI0RRAsgfF3JFOFCQG+ZfzA"
        let packed = Array(try #require(Data(base64Encoded: base64)))
        let scene = try Self.withFile(packed, "txt.bz2") { try BundleAdjustment.BAL.Problem(contentsOf: $0) }
        #expect(try scene == BundleAdjustment.BAL.Problem(text: text))
        let error = #expect(throws: BundleAdjustmentError.self) {
            try Self.withFile(packed.dropLast(), "txt.bz2") {
                try BundleAdjustment.BAL.Problem(contentsOf: $0)
            }
        }
        #expect(error?.kind == .compressedFile && error?.description.contains("it ends too early") == true)
    }
}
