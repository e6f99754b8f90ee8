import AD
import Testing

/// Functions with derivatives of their own that are none: the process ends with a sentence.
struct UserFunctionTests {
    @Test func placeOfAProgram() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = ReversibleFunction { (y: Scalar, x: Scalar) in
                let scaled = UserFunction("scaled") { z in
                    z * x
                } derivative: { _ in
                    1
                }
                y += scaled(x)
            }
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(
            text.contains(
                "in `scaled`: the value of `scaled`, `x * ?`, reads a place of a program; a function with a derivative of its "
                    + "own is made of its parameters and of constants. Make the place a parameter"), "\(text)"
        )
        #expect(text.hasPrefix("\(#fileID):"), "\(text)")
    }

    @Test func arrayForADerivative() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let table = Vector.constant([1, 2])
            _ = UserFunction("wrong") { x in
                x * x
            } derivative: { x in
                table * x
            }
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("the derivative of `wrong`,"), "\(text)")
        #expect(text.contains("is a vector; it must be one number"), "\(text)")
    }
}
