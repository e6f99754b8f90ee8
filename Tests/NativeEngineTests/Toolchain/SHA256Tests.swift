import NativeEngine
import Testing

@Suite struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ]) func knownTexts(text: String, digest: String) {
        #expect(SHA256.hexadecimal(SHA256.hash(text.utf8)) == digest)
    }

    @Test func aMillionLetters() {
        let digest = SHA256.hash([UInt8](repeating: 0x61, count: 1_000_000))
        #expect(
            SHA256.hexadecimal(digest) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func piecesAreTheSameAsTheWhole() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for length in 0..<200 {
            let whole = SHA256.hash(bytes[..<length])
            for cut in [0, length / 3, length / 2, length] {
                var hasher = SHA256()
                hasher.update(bytes[..<cut])
                hasher.update(bytes[cut..<length].lazy.map { $0 })
                let digest = hasher.finish()
                #expect(digest == whole)
            }
        }
    }

    @Test func fieldsAreNotRunTogether() {
        #expect(digest(["ab", "c"]) != digest(["a", "bc"]))
        #expect(digest(["ab", ""]) != digest(["ab"]))
    }

    private func digest(_ fields: [String]) -> [UInt8] {
        var hasher = SHA256()
        for field in fields { hasher.update(field: field) }
        return hasher.finish()
    }
}
