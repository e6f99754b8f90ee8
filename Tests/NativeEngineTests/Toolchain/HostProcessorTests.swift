import NativeEngine
import Testing

@Suite struct HostProcessorTests {
    @Test func thisProcessorHasAWidth() {
        #expect([2, 4, 8].contains(targetFeatures().lanes))
        #expect(!HostProcessor.current.identity.isEmpty)
    }

    #if arch(x86_64)
        @Test func widthsFollowTheFlags() {
            #expect(HostProcessor.features(of: "flags\t: sse2 avx2 avx512f avx512dq").lanes == 8)
            #expect(HostProcessor.features(of: "flags\t: sse2 avx2 avx512f").lanes == 4)
            #expect(HostProcessor.features(of: "flags\t: sse2 avx").lanes == 2)
        }
    #endif

    @Test func theClockAndTheOtherCoresDoNotMatter() {
        let core = "processor\t: 0\nmodel name\t: Some CPU\ncpu MHz\t\t: 2100.0\nflags\t\t: sse2 avx2\n"
        let faster = core.replacing("2100", with: "3400")
        #expect(HostProcessor.described(by: core) == "model name\t: Some CPU\nflags\t\t: sse2 avx2")
        #expect(HostProcessor.described(by: core + "\n" + core) == HostProcessor.described(by: faster))
    }
}
