import ReversibleCore

/// The C text that emitted programs stand on: what a run keeps, and how it fails.
enum RunSource {
    /// `lgamma_r` is beyond C11.
    static let includes = """
        #define _GNU_SOURCE
        #include <math.h>
        #include <setjmp.h>
        #include <stdbool.h>
        #include <stddef.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <string.h>

        """

    /// Options of a run and their defaults; part of an exported header too.
    static let options = """
        #ifndef REVERSIBLE_OPTIONS
        #define REVERSIBLE_OPTIONS
        /* What a function answers. */
        enum {
            REVERSIBLE_OK = 0,
            REVERSIBLE_CHECK_FAILED = 1,    /* the program is not reversible on these arguments */
            REVERSIBLE_OUT_OF_MEMORY = 2,   /* no memory, or a size that is negative or too large */
            REVERSIBLE_STACK_EXHAUSTED = 3, /* recursion deeper than the thread's stack */
            REVERSIBLE_DRIFTED = 4,         /* undoing lost digits that a derivative needs */
            REVERSIBLE_SIZES_DIFFER = 5     /* arrays that go together differ in size */
        };

        /* One piece of a parallel loop. */
        typedef void (*reversible_piece)(void *environment, int64_t piece);

        /* How to run; start from REVERSIBLE_DEFAULTS. A null pointer instead means these. */
        typedef struct {
            double tolerance;          /* how far from 0 an ancilla may end */
            int64_t turn_limit;        /* turns after which a while loop is taken to be endless */
            int64_t call_depth_limit;  /* nested calls after which a recursion is taken to be endless */
            int64_t stack_bytes;       /* how much of the thread's stack recursion may use */
            /* Runs piece(environment, k) for every k below pieces, in any order, on any threads; null: in order. */
            void (*parallel)(void *context, int64_t pieces, reversible_piece piece, void *environment);
            void *context;
            const char *message;       /* set when a check fails: where, and what was wrong */
            double drift_tolerance;    /* how far what is read after undoing may be off, relative to its magnitude */
            double drift;              /* set by a derivative: how far it was off */
            int64_t memory_limit;      /* bytes that one array or stack may take; 0: what malloc gives */
        } reversible_options;
        #define REVERSIBLE_DEFAULTS {1e-8, 10000000, 1000000, 262144, NULL, NULL, NULL, 1e-8, 0, 0}

        /* A stack as an argument: numbers with the top last, in memory that malloc gave. */
        typedef struct {
            double *items;
            int64_t count;
        } reversible_stack;
        #endif

        """

    /// Everything a run owns. `fail` leaves the run from any depth; its memory is given back at the entry.
    static let run = """
        typedef struct chunk {
            struct chunk *previous;
            size_t size, used;
        } chunk;

        typedef struct {
            double *items;
            int64_t count, capacity;
        } number_stack;

        /* Everything a run owns. */
        typedef struct {
            reversible_options *options;
            chunk *memory, *spare;
            number_stack *stacks;
            int64_t stack_count, stack_capacity, depth;
            char *floor;
            jmp_buf failed;
        } run_state;

        static _Noreturn void fail(run_state *run, int status, const char *message) {
            run->options->message = message;
            longjmp(run->failed, status);
        }

        """

    /// Scratch arrays: taken and released in the order of blocks.
    static let memory = """
        /* Zeroed scratch memory. Released in the opposite order, so that a pointer into it is never stale. */
        __attribute__((malloc)) static void *take(run_state *run, int64_t count, size_t size) {
            const size_t header = (sizeof(chunk) + 63) / 64 * 64;
            if (count < 0 || (uint64_t)count > (SIZE_MAX / 4) / size)
                fail(run, REVERSIBLE_OUT_OF_MEMORY, "the size of an ancilla is negative or too large");
            const size_t bytes = ((size_t)count * size + 63) / 64 * 64;
            chunk *top = run->memory;
            if (!top || top->size - top->used < bytes) {
                if (run->spare && run->spare->size >= bytes) {
                    top = run->spare;
                    run->spare = NULL;
                } else {
                    const size_t capacity = bytes > 65536 ? bytes : 65536;
                    const int64_t limit = run->options->memory_limit;
                    top = limit && bytes > (uint64_t)limit ? NULL : aligned_alloc(64, header + capacity);
                    if (!top) fail(run, REVERSIBLE_OUT_OF_MEMORY, "there is no memory for an ancilla");
                    top->size = capacity;
                }
                top->used = 0;
                top->previous = run->memory;
                run->memory = top;
            }
            void *result = (char *)top + header + top->used;
            top->used += bytes;
            return memset(result, 0, bytes);
        }

        static void *take_matrix(run_state *run, int64_t rows, int64_t columns, size_t size) {
            if (rows < 0 || columns < 0 || (columns && rows > INT64_MAX / 16 / columns))
                fail(run, REVERSIBLE_OUT_OF_MEMORY, "the size of an ancilla is negative or too large");
            return take(run, rows * columns, size);
        }

        typedef struct {
            chunk *top;
            size_t used;
        } memory_mark;

        static inline memory_mark mark_memory(const run_state *run) {
            return (memory_mark){run->memory, run->memory ? run->memory->used : 0};
        }

        static inline void release_memory(run_state *run, memory_mark mark) {
            while (run->memory != mark.top) {
                chunk *top = run->memory;
                run->memory = top->previous;
                /* One block is kept: a loop that crosses a boundary would allocate in every turn. */
                if (!run->spare || run->spare->size < top->size) {
                    free(run->spare);
                    run->spare = top;
                } else {
                    free(top);
                }
            }
            if (mark.top) mark.top->used = mark.used;
        }

        """

    static let ending = """
        static void end_run(run_state *run) {
            while (run->memory) {
                chunk *top = run->memory;
                run->memory = top->previous;
                free(top);
            }
            free(run->spare);
            for (int64_t k = 0; k < run->stack_count; ++k) free(run->stacks[k].items);
            free(run->stacks);
        }

        """

    /// What verifies undoing: sums of what is read must come back to 0, relative to the sum of magnitudes.
    static func restoring(_ number: NativeNumber) -> String {
        """
        static bool is_restored(double sum, double magnitude, double held, double total, reversible_options *options) {
            /* What was 0 may come back as some roundings of what it became, or of what else was read, if that is not large;
               beyond some, they are held against that, or against 1 where nothing is known of it. */
            const double size = \(Update.Witness.heldWeight) * held + (total < \(Update.Witness.heldWeight) ? total : \(Update.Witness.heldWeight));
            const double rounding = \(number == .double ? RunOptions.roundings(of: Double.self) : RunOptions.roundings(of: Float.self));
            if (magnitude <= rounding * size && isfinite(total + held)) {
                if (fabs(sum) <= rounding * (size > 1 ? size : 1)) return true;
                magnitude = size > 0 ? size : 1;
            }
            if (!isfinite(magnitude) || !(fabs(sum) <= options->drift_tolerance * magnitude)) return false;
            if (magnitude > 0 && fabs(sum) / magnitude > options->drift) options->drift = fabs(sum) / magnitude;
            return true;
        }

        """
    }

    /// What checks are made of.
    static let checks = """
        #define require(condition, message) \\
            do { \\
                if (__builtin_expect(!(condition), 0)) fail(run, REVERSIBLE_CHECK_FAILED, message); \\
            } while (0)

        #define require_kept(condition, message) \\
            do { \\
                if (__builtin_expect(!(condition), 0)) fail(run, REVERSIBLE_DRIFTED, message); \\
            } while (0)

        #define require_sizes(condition, message) \\
            do { \\
                if (__builtin_expect(!(condition), 0)) fail(run, REVERSIBLE_SIZES_DIFFER, message); \\
            } while (0)

        """

    /// The number of turns of a loop; 0 for a step of 0, which only a check reports.
    static let loops = """
        static inline int64_t turns_of(int64_t start, int64_t end, int64_t step, bool closed) {
            if (step == 0) return 0;
            if (start == end) return closed;
            if ((step > 0) != (start < end)) return 0;
            const uint64_t distance = step > 0 ? (uint64_t)end - (uint64_t)start : (uint64_t)start - (uint64_t)end;
            const uint64_t size = step > 0 ? (uint64_t)step : -(uint64_t)step;
            const uint64_t turns = (distance - !closed) / size + 1;
            return turns > INT64_MAX ? INT64_MAX : (int64_t)turns;
        }

        """

    /// Integer division where nothing is checked: it wraps, and by 0 gives 0 and leaves the dividend.
    static let division = """
        static inline int64_t quotient_of(int64_t a, int64_t b) {
            return b == 0 ? 0 : b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
        }

        static inline int64_t remainder_of(int64_t a, int64_t b) {
            return b == 0 ? a : b == -1 ? 0 : a % b;
        }

        """

    /// The binomial schedule of copies, as `BinomialSchedule.split` has it: for turns that are undone by running them again.
    static let schedule = """
        static int64_t split_of(int64_t turns, int64_t copies) {
            if (copies <= 1 || turns <= 2) return turns - 1;
            if (copies >= turns - 1) return 1;
            int64_t repetitions = 1, before = 0, below = 1, product;
            while (!__builtin_mul_overflow(below, copies + repetitions, &product) && product / repetitions < turns) {
                before = below;
                below = product / repetitions++;
            }
            const int64_t right = __builtin_mul_overflow(below, copies, &product) ? turns : product / repetitions;
            const int64_t split = turns - right > before ? turns - right : before;
            return split > 1 ? split : 1;
        }

        """

    /// Watching the iterations of a `ParallelFor`: which iteration wrote, and which read, each element.
    static let watches = """
        static int64_t *watch(run_state *run, int64_t count) {
            int64_t *shadow = take(run, 2 * count, sizeof *shadow);
            for (int64_t k = 0; k < 2 * count; ++k) shadow[k] = INT64_MIN;
            return shadow;
        }

        static bool used_by(int64_t *shadow, int64_t element, int64_t iteration, bool writes) {
            int64_t *writer = shadow + 2 * element, *reader = writer + 1;
            if (*writer != INT64_MIN && *writer != iteration) return false;
            if (writes && *reader != INT64_MIN && *reader != iteration) return false;
            if (writes) *writer = iteration;
            else if (*reader == INT64_MIN) *reader = iteration;
            return true;
        }

        """
}
