import NativeEngine
import ReversibleCore
import Testing

@Suite("Elementary functions as C for single numbers")
struct ScalarSourceTests {
    static func source(_ number: NativeNumber) -> String {
        let functions = ElementaryFunction.allCases
        let loops = functions.map { function in
            let name = VectorMath.scalarName(function, number: number)
            let type = number.typeName
            return """
                void array_\(function)(long n, const \(type) *x, const \(type) *y, \(type) *r) {
                    (void)y;
                    for (long i = 0; i < n; i++) r[i] = \(name)(\(function.arity == 1 ? "x[i]" : "x[i], y[i]"));
                }

                """
        }
        return "#include <stdint.h>\n#include <math.h>\n#include <string.h>\n"
            + VectorMath.scalarSource(for: functions, number: number) + loops.joined()
    }

    /// As for lanes, with orders of polygamma among the first arguments.
    static func points() -> (x: [Double], y: [Double]) {
        var (x, y) = LaneSourceTests.points()
        for order in [0, 1, 2, 3, 5, 12, 40, 1000] {
            for argument in [0.25, 1, 1.4616321449683622, 7.5, 30, 1e10, -0.5, -3.25, -2, 0, 1e-5, .infinity]
            {
                x.append(Double(order))
                y.append(argument)
            }
        }
        return (x, y)
    }

    @Test("single doubles are the interpreter's to the bit", arguments: TestCompiler.all)
    func doubles(_ compiler: TestCompiler) throws {
        let library = try compiler.library(Self.source(.double), VectorMath.compilerFlags + ["-march=native"])
        let (x, y) = Self.points()
        for function in ElementaryFunction.allCases {
            let values = try library("\(function)", x, y)
            for index in x.indices {
                let wanted =
                    function.arity == 1 ? function.value(x[index]) : function.value(x[index], y[index])
                if !FragmentPoints.isSame(values[index], wanted) {
                    Issue.record("\(function)(\(x[index]), \(y[index])) is \(values[index]), not \(wanted)")
                    break
                }
            }
        }
    }

    @Test("single floats are the interpreter's to the bit", arguments: TestCompiler.all)
    func floats(_ compiler: TestCompiler) throws {
        let library = try compiler.library(Self.source(.float), VectorMath.compilerFlags + ["-march=native"])
        let points = Self.points()
        let x = points.x.map { Float($0) }
        let y = points.y.map { Float($0) }
        for function in ElementaryFunction.allCases {
            let values = try library("\(function)", x, y)
            for index in x.indices {
                let wanted =
                    function.arity == 1 ? function.value(x[index]) : function.value(x[index], y[index])
                if !FragmentPoints.isSame(values[index], wanted) {
                    Issue.record("\(function)(\(x[index]), \(y[index])) is \(values[index]), not \(wanted)")
                    break
                }
            }
        }
    }
}
