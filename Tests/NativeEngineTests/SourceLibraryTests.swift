import Testing

@testable import NativeEngine

/// Emitted C contains the definitions that it names, and no others: compilers warn of what is not used.
@Suite struct SourceLibraryTests {
    static let library = SourceLibrary(
        """
        static int take(int x) {
            return x;
        }
        static int twice(int x) {
            return take(take(x));
        }
        """)

    @Test func whatIsNamed() {
        #expect(Self.library.needed(by: ["int y = take(1);"]).contains("static int take"))
        #expect(!Self.library.needed(by: ["int y = take(1);"]).contains("static int twice"))
        #expect(Self.library.needed(by: ["int y = twice(1);"]).contains("static int take"))
    }

    /// What a message says is no name, escaped quotes or not; what follows it is.
    @Test(arguments: [#"fail("take it");"#, #"fail("\"take\" it, \\");"#])
    func whatIsSaid(text: String) {
        #expect(Self.library.needed(by: [text]).isEmpty)
        #expect(Self.library.needed(by: [text + " twice(1);"]).contains("static int twice"))
    }
}
