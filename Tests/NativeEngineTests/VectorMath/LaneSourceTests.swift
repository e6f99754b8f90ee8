import NativeEngine
import ReversibleCore
import TestSupport
import Testing

@Suite("Elementary functions as C over lanes")
struct LaneSourceTests {
    /// The text before the lanes' functions, and a function over arrays for each.
    static func source(_ number: NativeNumber, lanes: Int) -> String {
        let functions = ElementaryFunction.allCases
        let size = number == .double ? 8 : 4
        let prelude = """
            #include <stdint.h>
            #include <math.h>
            #include <string.h>
            #define LANES \(lanes)
            typedef \(number.typeName) vf __attribute__((vector_size(\(size) * LANES)));
            typedef int64_t vi __attribute__((vector_size(8 * LANES)));
            static inline int lanes_any(vi m) {
                int64_t any = 0;
                for (int lane = 0; lane < LANES; lane++) any |= m[lane];
                return any != 0;
            }

            """
        let type = number.typeName
        // Not pointers to vf, which would promise alignment.
        let loops = functions.map { function in
            """
            void array_\(function)(long n, const \(type) *x, const \(type) *y, \(type) *r) {
                for (long i = 0; i < n; i += LANES) {
                    vf a, b, c;
                    memcpy(&a, x + i, sizeof a);
                    memcpy(&b, y + i, sizeof b);
                    (void)b;
                    c = \(VectorMath.laneName(function))(\(function.arity == 1 ? "a" : "a, b"));
                    memcpy(r + i, &c, sizeof c);
                }
            }

            """
        }
        return prelude + VectorMath.source(for: functions, number: number) + loops.joined()
    }

    /// Pairs of arguments; the order of a polygamma is an integer for some.
    static func points() -> (x: [Double], y: [Double]) {
        let count = 2400
        var x = FragmentPoints.many(count, seed: 1)
        var y = FragmentPoints.many(count, seed: 2)
        for special in FragmentPoints.special {
            x.append(special)
            y.append(1.5)
            for other: Double in [special, 0, -1, 2] {
                x.append(other)
                y.append(special)
            }
        }
        while x.count % 8 != 0 {
            x.append(1)
            y.append(2)
        }
        return (x, y)
    }

    /// What lanes compute: the fragment's value, or for higher orders of polygamma the interpreter's.
    static func reference(_ function: ElementaryFunction, _ x: Double, _ y: Double) -> Double {
        if function == .polygamma, x == 0 { return MathFragment.digamma.evaluate(y) }
        if function.arity == 1 { return function.fragment?.evaluate(x) ?? function.value(x) }
        return function.fragment?.evaluate(x, y) ?? function.value(x, y)
    }

    static let references: [ElementaryFunction: [Double]] = {
        let (x, y) = points()
        let rows = ElementaryFunction.allCases.map { function in
            (function, zip(x, y).map { reference(function, $0, $1) })
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }()

    @Test(
        "lanes of doubles agree with the evaluator to the bit", arguments: TestCompiler.all,
        isExhaustive ? [2, 4, 8] : [4])
    func doubles(_ compiler: TestCompiler, _ lanes: Int) throws {
        // The plain machine has no fused instruction; one number of lanes is enough there.
        let both = isExhaustive && lanes == 4 && Self.isX86
        for machine in both ? ["-march=native", "-march=x86-64"] : ["-march=native"] {
            let library = try compiler.library(
                Self.source(.double, lanes: lanes), VectorMath.compilerFlags + [machine])
            let (x, y) = Self.points()
            for function in ElementaryFunction.allCases {
                let values = try library("\(function)", x, y)
                let references = try #require(Self.references[function])
                let wrong = values.indices.filter { !FragmentPoints.isSame(values[$0], references[$0]) }
                let first = wrong.first.map {
                    "at \(x[$0]), \(y[$0]): \(values[$0]), not \(references[$0])"
                }
                #expect(wrong.isEmpty, "\(function) \(machine) \(first ?? "")")
            }
        }
    }

    @Test(
        "lanes of floats are the rounded doubles", arguments: TestCompiler.all, isExhaustive ? [2, 8] : [8])
    func floats(_ compiler: TestCompiler, _ lanes: Int) throws {
        let library = try compiler.library(
            Self.source(.float, lanes: lanes), VectorMath.compilerFlags + ["-march=native"])
        let points = Self.points()
        let x = points.x.map { Float($0) }
        let y = points.y.map { Float($0) }
        for function in ElementaryFunction.allCases {
            let values = try library("\(function)", x, y)
            let references = zip(x, y).map { x, y in
                Float(Self.reference(function, Double(x), Double(y)))
            }
            let wrong = values.indices.filter { !FragmentPoints.isSame(values[$0], references[$0]) }
            let first = wrong.first.map { "at \(x[$0]), \(y[$0]): \(values[$0]), not \(references[$0])" }
            #expect(wrong.isEmpty, "\(function) \(first ?? "")")
        }
    }

    static var isX86: Bool {
        #if arch(x86_64)
            true
        #else
            false
        #endif
    }

    @Test("helpers and tables stand once, and only where they are used")
    func helpers() {
        let source = VectorMath.source(for: [.sin, .cos, .sin, .tan], number: .double)
        for text in ["math_table0[", "math_real math_fma(", "lanes_sin(math_real", "lanes_cos(math_real"] {
            #expect(source.split(separator: text, omittingEmptySubsequences: false).count >= 2, "\(text)")
        }
        #expect(source.split(separator: "static const uint64_t math_table", maxSplits: 9).count == 2)
        #expect(source.split(separator: "static inline math_real lanes_sin(").count == 2)
        #expect(!VectorMath.source(for: [.exp], number: .double).contains("math_table"))
        #expect(!VectorMath.source(for: [.add], number: .double).contains("math_fma"))
    }
}
