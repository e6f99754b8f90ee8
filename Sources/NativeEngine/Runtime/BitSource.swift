import ReversibleCore

/// The C text of functions of all 64 bits.
///
/// Nothing in it is undefined: products and sums are of unsigned numbers, and numbers are shifted by less than 64. That `>>`
/// of a negative number keeps its sign is left to compilers, all of which do.
enum BitSource {
    /// The name of a function in C; nil of those that are written with an operator.
    static func name(of function: IntegerFunction) -> String? {
        switch function {
        case .shiftLeft: "bits_left"
        case .shiftRight: "bits_right"
        case .logicalShiftRight: "bits_logical_right"
        case .wrappingAdd: "bits_sum"
        case .wrappingSubtract: "bits_difference"
        case .wrappingMultiply: "bits_product"
        case .rotateLeft: "bits_turned_left"
        case .rotateRight: "bits_turned_right"
        case .popcount: "bits_count"
        default: nil
        }
    }

    /// One number at a time.
    static let scalars = """
        static inline int64_t bits_logical_right(int64_t a, int64_t n) {
            if (n <= -64 || n >= 64) return 0;
            return (int64_t)(n < 0 ? (uint64_t)a << -n : (uint64_t)a >> n);
        }

        static inline int64_t bits_right(int64_t a, int64_t n) {
            if (n <= -64) return 0;
            if (n < 0) return (int64_t)((uint64_t)a << -n);
            return a >> (n < 63 ? n : 63);
        }

        static inline int64_t bits_left(int64_t a, int64_t n) {
            if (n >= 64) return 0;
            if (n >= 0) return (int64_t)((uint64_t)a << n);
            return a >> (n > -63 ? -n : 63);
        }

        static inline int64_t bits_sum(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }

        static inline int64_t bits_difference(int64_t a, int64_t b) { return (int64_t)((uint64_t)a - (uint64_t)b); }

        static inline int64_t bits_product(int64_t a, int64_t b) { return (int64_t)((uint64_t)a * (uint64_t)b); }

        static inline int64_t bits_turned_left(int64_t a, int64_t n) {
            return (int64_t)((uint64_t)a << (n & 63) | (uint64_t)a >> (-(uint64_t)n & 63));
        }

        static inline int64_t bits_turned_right(int64_t a, int64_t n) {
            return (int64_t)((uint64_t)a >> (n & 63) | (uint64_t)a << (-(uint64_t)n & 63));
        }

        static inline int64_t bits_count(int64_t a) { return __builtin_popcountll((uint64_t)a); }

        """

    /// The same of lanes: compilers make vectors of these loops where the processor has such instructions.
    static let lanes =
        ["left", "right", "logical_right", "sum", "difference", "product", "turned_left", "turned_right"]
        .map { name in
            """
            static inline vi lanes_bits_\(name)(vi a, vi b) {
                vi r = {0};
                for (int l = 0; l < LANES; ++l) r[l] = bits_\(name)(a[l], b[l]);
                return r;
            }

            """
        }.joined()
            + """
            static inline vi lanes_bits_count(vi a) {
                vi r = {0};
                for (int l = 0; l < LANES; ++l) r[l] = bits_count(a[l]);
                return r;
            }

            """
}
