import NativeEngine
import Testing

@Suite struct NativeErrorTests {
    @Test func theDescriptionIsTheMessage() {
        #expect(NativeError.Kind.allCases.contains(.compilerNotFound))
    }
}
