/// The C helpers of rendered fragments.
enum VectorSupport {
    /// The helpers that `text` uses; an unused one would be a warning.
    static func source(neededBy text: String) -> String {
        var result = types
        for (name, definition) in helpers where text.contains(name + "(") {
            result += "\n" + definition + "\n"
        }
        if text.contains("math_word32") { result += "\n" + single + "\n" }
        return result
    }

    private static let types = """
        typedef double math_real __attribute__((vector_size(8 * LANES)));
        typedef uint64_t math_bits __attribute__((vector_size(8 * LANES)));
        typedef int64_t math_mask __attribute__((vector_size(8 * LANES)));

        """

    private static let single = """
        typedef int32_t math_word32 __attribute__((vector_size(4 * LANES)));

        __attribute__((unused)) static inline vf math_select32(math_word32 m, vf a, vf b) {
            return (vf)((m & (math_word32)a) | (~m & (math_word32)b));
        }
        """

    private static let helpers: [(name: String, definition: String)] = [
        (
            "math_number",
            """
            static inline math_real math_number(double x) { return x - (math_real){0}; }
            """
        ),
        (
            "math_word",
            """
            static inline math_bits math_word(uint64_t x) { return x + (math_bits){0}; }
            """
        ),
        (
            "math_select",
            """
            static inline math_real math_select(math_mask m, math_real a, math_real b) {
                return (math_real)((m & (math_mask)a) | (~m & (math_mask)b));
            }
            """
        ),
        (
            "math_select_bits",
            """
            static inline math_bits math_select_bits(math_mask m, math_bits a, math_bits b) {
                return ((math_bits)m & a) | (~(math_bits)m & b);
            }
            """
        ),
        ("math_fma", elementwise("fma", parameters: ["a", "b", "c"])),
        ("math_sqrt", elementwise("sqrt", parameters: ["a"])),
        ("math_floor", elementwise("floor", parameters: ["a"])),
        (
            "math_multiply_high",
            """
            static inline math_bits math_multiply_high(math_bits a, math_bits b) {
                __extension__ typedef unsigned __int128 product;
                math_bits result = a;
                for (int lane = 0; lane < LANES; lane++)
                    result[lane] = (uint64_t)(((product)a[lane] * b[lane]) >> 64);
                return result;
            }
            """
        ),
        (
            "math_look_up",
            """
            static inline math_bits math_look_up(const uint64_t *table, math_bits index) {
                math_bits result = index;
                for (int lane = 0; lane < LANES; lane++) result[lane] = table[index[lane]];
                return result;
            }
            """
        ),
    ]

    /// A function that the compiler has for vectors, or else lane by lane.
    private static func elementwise(_ name: String, parameters: [String]) -> String {
        let list = parameters.map { "math_real \($0)" }.joined(separator: ", ")
        let lanes = parameters.map { "\($0)[lane]" }.joined(separator: ", ")
        return """
            #ifndef __has_builtin
            #define __has_builtin(x) 0
            #endif
            static inline math_real math_\(name)(\(list)) {
            #if __has_builtin(__builtin_elementwise_\(name))
                return __builtin_elementwise_\(name)(\(parameters.joined(separator: ", ")));
            #else
                math_real result = a;
                for (int lane = 0; lane < LANES; lane++) result[lane] = __builtin_\(name)(\(lanes));
                return result;
            #endif
            }
            """
    }
}
