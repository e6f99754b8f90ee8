import GradBench
import TestSupport
import Testing

/// Derivatives within derivatives: all modes give what the suite's tools give.
struct NestedEvalTests {
    @Test(arguments: ["ff", "fr", "rf", "rr"]) func particle(modes: String) throws {
        var tool = Conversation()
        // The suite's constant.
        expectClose(try tool.numbers("particle", modes, ["w": 0]), [0.2071918746486116], 1e-10)
    }

    @Test(arguments: ["ff", "fr", "rf", "rr"]) func saddle(modes: String) throws {
        var tool = Conversation()
        let expected = [Double](repeating: 8.246324826140356e-06, count: 4)
        expectClose(try tool.numbers("saddle", modes, ["start": [1, 1]]), expected, 1e-10)
    }

    /// The descent ends at once where the first step is shorter than 1e-5.
    @Test(arguments: ["ff", "rr"]) func saddleFromTheMiddle(modes: String) throws {
        var tool = Conversation()
        #expect(try tool.numbers("saddle", modes, ["start": [0.25, 0]]) == [0.25, 0, 0.25, 0])
        #expect(try tool.numbers("saddle", modes, ["start": [0, 0]]) == [0, 0, 0, 0])
    }

    @Test(.enabled(if: isExhaustive, "the interpreter takes its time"))
    func interpreted() throws {
        var tool = Conversation(.interpreter)
        expectClose(try tool.numbers("particle", "fr", ["w": 0]), [0.2071918746486116], 1e-10)
        let expected = [Double](repeating: 8.246324826140356e-06, count: 4)
        expectClose(try tool.numbers("saddle", "rf", ["start": [1, 1]]), expected, 1e-10)
    }
}
