/// The C text for SIMD lanes: vector types and how lanes reach memory.
enum LaneSource {
    static func types(_ number: NativeNumber) -> String {
        let (type, bytes) = number == .double ? ("double", 8) : ("float", 4)
        // gcc is at home with vectors that the machine has only; integers take 64 bits a lane.
        let narrow = number == .double ? "" : "FLOAT_FACTOR * "
        let factor =
            number == .double
            ? ""
            : """
            #ifdef __clang__
            #define FLOAT_FACTOR 2
            #else
            #define FLOAT_FACTOR 1
            #endif

            """
        return """
            /* The iterations of a parallel loop run side by side, LANES at a time. */
            #ifndef LANES
            \(factor)#if defined(__AVX512F__)
            #define LANES \(narrow)8
            #elif defined(__AVX__)
            #define LANES \(narrow)4
            #else
            #define LANES \(narrow)2
            #endif
            #endif
            #pragma GCC diagnostic ignored "-Wpsabi" /* vectors do not leave this file */
            #ifndef __clang__
            #pragma GCC diagnostic ignored "-Wmaybe-uninitialized" /* of vectors filled lane by lane */
            #endif
            #define LANE_INLINE static inline __attribute__((always_inline))
            #ifdef __clang__
            #define MATH_INLINE static inline
            #define MATH_CALLED static __attribute__((noinline))
            #define REST static __attribute__((noinline, minsize))
            #else
            #define REST static
            #define MATH_CALLED LANE_INLINE
            #define MATH_INLINE LANE_INLINE /* gcc warns of vectors that functions of one file pass each other */
            #endif
            typedef \(type) real;
            typedef \(type) vf __attribute__((vector_size(\(bytes) * LANES)));
            typedef int64_t vi __attribute__((vector_size(8 * LANES))); /* integers, and masks of 0 and -1 */
            typedef int\(bytes * 8)_t vbits __attribute__((vector_size(\(bytes) * LANES)));

            """
    }

    /// Masks, selections and lane numbers.
    static func basics(_ number: NativeNumber) -> String {
        """
        \(number == .double ? doubleConversions : floatConversions)
        #define INTEGER_MASK(comparison) ((vi)(comparison))
        \(number == .double ? "#define MASK(comparison) ((vi)(comparison))" : "#define MASK(comparison) lanes_wide((vbits)(comparison))")
        static inline vf lanes_splat(real x) { return x - (vf){0}; }
        static inline vi lanes_splat_i(int64_t k) { return k - (vi){0}; }
        static inline vi lanes_select_i(vi m, vi a, vi b) { return (m & a) | (~m & b); }
        static inline vf lanes_select(vi m, vf a, vf b) {
            const vbits bits = \(number == .double ? "m" : "lanes_narrow(m)");
            return (vf)((bits & (vbits)a) | (~bits & (vbits)b));
        }
        /* x where the mask is set, else 0. */
        static inline vf lanes_keep(vi m, vf x) {
            return (vf)(\(number == .double ? "m" : "lanes_narrow(m)") & (vbits)x);
        }
        static inline vi lanes_keep_i(vi m, vi k) { return m & k; }
        static inline int lanes_any(vi m) {
            int64_t any = 0;
            for (int l = 0; l < LANES; ++l) any |= m[l];
            return any != 0;
        }
        static inline int lanes_all(vi m) {
            int64_t all = -1;
            for (int l = 0; l < LANES; ++l) all &= m[l];
            return all != 0;
        }
        /* 0, 1, 2, …; lanes beyond the active ones repeat the last of these. */
        static inline vi lanes_numbers(int active) {
            vi k = {0};
            for (int l = 0; l < LANES; ++l) k[l] = l < active ? l : active - 1;
            return k;
        }
        static inline vi lanes_running(int active) {
            vi m = {0};
            for (int l = 0; l < LANES; ++l) m[l] = -(int64_t)(l < active);
            return m;
        }

        """
    }

    /// Adds up lanes in a fixed order.
    static let sums = sum("real", "vf", "") + sum("int64_t", "vi", "_i")

    private static func sum(_ type: String, _ vector: String, _ suffix: String) -> String {
        """
        static inline \(type) lanes_sum\(suffix)(\(vector) x) {
            \(type) half[LANES] = {0};
            for (int l = 0; l < LANES; ++l) half[l] = x[l];
            for (int n = LANES / 2; n > 0; n /= 2)
                for (int l = 0; l < n; ++l) half[l] += half[l + n];
            return half[0];
        }

        """
    }

    /// Sums of all lanes' contributions.
    static let accumulation =
        """
        /* Sums per lane are quicker while they stay in the cache. */
        #define SUMS_PER_LANE (1572864 / (int64_t)sizeof(vf))


        """ + accumulation("real", "vf", "") + accumulation("int64_t", "vi", "_i")

    private static func accumulation(_ type: String, _ vector: String, _ suffix: String) -> String {
        """
        static inline void lanes_add\(suffix)(\(vector) *per_lane, \(type) *sums, int64_t at, \(vector) x) {
            if (per_lane) per_lane[at] += x;
            else sums[at] += lanes_sum\(suffix)(x);
        }

        """
    }

    /// Loads and stores of the element type `real` or `int64_t`, as macros of functions for both.
    static let memory = memoryAccess("real", "vf", "") + memoryAccess("int64_t", "vi", "_i")

    private static func memoryAccess(_ type: String, _ vector: String, _ suffix: String) -> String {
        """
        /* Neighbouring elements. Lanes beyond the active ones repeat the last of these, and write nothing. */
        static inline \(vector) lanes_load\(suffix)(const \(type) *p, int active) {
            \(vector) x = {0};
            if (active == LANES) return memcpy(&x, p, sizeof x), x;
            for (int l = 0; l < LANES; ++l) x[l] = p[l < active ? l : active - 1];
            return x;
        }
        static inline void lanes_store\(suffix)(\(type) *p, \(vector) x, int active) {
            if (active == LANES) memcpy(p, &x, sizeof x);
            else for (int l = 0; l < active; ++l) p[l] = x[l];
        }
        /* Elements a stride apart. */
        static inline \(vector) lanes_load_stride\(suffix)(const \(type) *p, int64_t stride, int active) {
            \(vector) x = {0};
            for (int l = 0; l < LANES; ++l) x[l] = p[stride * (l < active ? l : active - 1)];
            return x;
        }
        static inline void lanes_store_stride\(suffix)(\(type) *p, int64_t stride, \(vector) x, int active) {
            for (int l = 0; l < active; ++l) p[stride * l] = x[l];
        }
        /* The same where a mask is set; mostly that is everywhere or nowhere, as at the ends of a stencil. */
        static inline \(vector) lanes_load_stride_where\(suffix)(vi m, const \(type) *p, int64_t stride, int active) {
            \(vector) x = {0};
            static const \(type) nothing = 0;
            for (int l = 0; l < LANES; ++l)
                x[l] = *(m[l] ? p + stride * (l < active ? l : active - 1) : &nothing);
            return x;
        }
        static inline \(vector) lanes_load_where\(suffix)(vi m, const \(type) *p, int active) {
            if (lanes_all(m)) return lanes_load\(suffix)(p, active);
            return lanes_load_stride_where\(suffix)(m, p, 1, active);
        }
        static inline void lanes_store_stride_where\(suffix)(vi m, \(type) *p, int64_t stride, \(vector) x, int active) {
            \(type) nowhere = 0;
            for (int l = 0; l < active; ++l) *(m[l] ? p + stride * l : &nowhere) = x[l];
        }
        static inline void lanes_store_where\(suffix)(vi m, \(type) *p, \(vector) x, int active) {
            if (lanes_all(m)) lanes_store\(suffix)(p, x, active);
            else lanes_store_stride_where\(suffix)(m, p, 1, x, active);
        }
        /* Elements anywhere; lanes whose mask is 0 read 0 and write nothing. */
        static inline \(vector) lanes_gather\(suffix)(const \(type) *p, vi index) {
            \(vector) x = {0};
            for (int l = 0; l < LANES; ++l) x[l] = p[index[l]];
            return x;
        }
        static inline \(vector) lanes_gather_where\(suffix)(vi m, const \(type) *p, vi index) {
            \(vector) x = {0};
            static const \(type) nothing = 0;
            /* Chosen by address, without a branch for every lane. */
            for (int l = 0; l < LANES; ++l) x[l] = *(m[l] ? p + index[l] : &nothing);
            return x;
        }
        static inline void lanes_scatter\(suffix)(\(type) *p, vi index, \(vector) x) {
            for (int l = 0; l < LANES; ++l) p[index[l]] = x[l];
        }
        static inline void lanes_scatter_where\(suffix)(vi m, \(type) *p, vi index, \(vector) x) {
            \(type) nowhere = 0;
            for (int l = 0; l < LANES; ++l) *(m[l] ? p + index[l] : &nowhere) = x[l];
        }
        /* Adds lane after lane: several may name one element. */
        static inline void lanes_scatter_add\(suffix)(vi m, \(type) *p, vi index, \(vector) x) {
            \(type) nowhere = 0;
            for (int l = 0; l < LANES; ++l) *(m[l] ? p + index[l] : &nowhere) += x[l];
        }
        /* Elements of an array that every lane has its own copy of. */
        static inline \(vector) lanes_pick\(suffix)(vi m, const \(vector) *p, vi index) {
            \(vector) x = {0};
            for (int l = 0; l < LANES; ++l)
                if (m[l]) x[l] = p[index[l]][l];
            return x;
        }
        static inline void lanes_put\(suffix)(vi m, \(vector) *p, vi index, \(vector) x) {
            for (int l = 0; l < LANES; ++l)
                if (m[l]) p[index[l]][l] = x[l];
        }

        """
    }

    /// Integer division that no lane out of play can trap.
    static let division = """
        static inline vi lanes_divide(vi m, vi a, vi b) {
            vi q = {0};
            for (int l = 0; l < LANES; ++l)
                if (m[l] && b[l] != 0) q[l] = b[l] == -1 ? (int64_t)(0 - (uint64_t)a[l]) : a[l] / b[l];
            return q;
        }
        static inline vi lanes_remainder(vi m, vi a, vi b) {
            vi r = {0};
            for (int l = 0; l < LANES; ++l)
                if (m[l] && b[l] != -1) r[l] = b[l] == 0 ? a[l] : a[l] % b[l];
            return r;
        }

        """

    /// Pieces of a parallel loop.
    static let pieces = """
        /* How a loop is cut, whatever the number of threads: sums of pieces are added in order. Every piece clears sums of
           its own, and adds them up; that is to be little beside the steps of all turns. */
        static inline int64_t piece_length(int64_t turns, int64_t bytes_of_sums, double steps_of_turn) {
            if (turns < 1024) return turns;
            int64_t pieces = turns / 512;
            const int64_t affordable = 268435456 / (bytes_of_sums + 1);
            const double worthwhile = (double)turns * steps_of_turn / (3.0 * bytes_of_sums + 1);
            if (pieces > 64) pieces = 64;
            if (pieces > affordable) pieces = affordable;
            if (pieces > worthwhile) pieces = (int64_t)worthwhile;
            if (pieces < 1) pieces = 1;
            const int64_t length = (turns + pieces - 1) / pieces;
            return (length + LANES - 1) / LANES * LANES;
        }

        """
}

extension LaneSource {
    static let runPieces = """
        static void run_pieces(run_state *run, int64_t pieces, reversible_piece piece, void *environment) {
            if (run->options->parallel)
                run->options->parallel(run->options->context, pieces, piece, environment);
            else
                for (int64_t k = 0; k < pieces; ++k) piece(environment, k);
        }

        """
}

extension LaneSource {
    fileprivate static let doubleConversions = """
        static inline vf lanes_real(vi k) { return __builtin_convertvector(k, vf); }
        """

    /// Lane by lane: gcc 12 cannot convert between vectors of 16 and 32 bytes everywhere. Integers become `double`
    /// first, as in the interpreter.
    fileprivate static let floatConversions = """
        static inline vf lanes_real(vi k) {
            vf x = {0};
            for (int l = 0; l < LANES; ++l) x[l] = (float)(double)k[l];
            return x;
        }
        static inline vi lanes_wide(vbits b) {
            vi m = {0};
            for (int l = 0; l < LANES; ++l) m[l] = b[l];
            return m;
        }
        static inline vbits lanes_narrow(vi m) {
            vbits b = {0};
            for (int l = 0; l < LANES; ++l) b[l] = (int32_t)m[l];
            return b;
        }
        """
}
