import ReversibleCore

extension RunSource {
    /// Stacks of a run; a stack is a number, as in the interpreter.
    static func stacks(_ number: NativeNumber) -> String {
        """
        static int64_t open_stack(run_state *run) {
            if (run->stack_count == run->stack_capacity) {
                const int64_t capacity = 2 * run->stack_capacity + 8;
                number_stack *grown = realloc(run->stacks, (size_t)capacity * sizeof *grown);
                if (!grown) fail(run, REVERSIBLE_OUT_OF_MEMORY, "there is no memory for a stack");
                run->stacks = grown;
                run->stack_capacity = capacity;
            }
            run->stacks[run->stack_count] = (number_stack){NULL, 0, 0};
            return run->stack_count++;
        }

        static void close_stack(run_state *run, int64_t stack) {
            if (run->stacks[stack].count) fail(run, REVERSIBLE_CHECK_FAILED, "a stack is not empty when its block ends");
            if (stack == run->stack_count - 1) free(run->stacks[--run->stack_count].items);
        }

        /* How much was asked for is part of the message. */
        static _Noreturn void fail_to_grow(run_state *run, uint64_t bytes) {
            static const char text[] = "\(ReversibilityError.noStack)";
            static _Thread_local char message[sizeof text + 32];
            char digits[20];
            int count = 0;
            for (; !count || bytes; bytes /= 10) digits[count++] = (char)('0' + bytes % 10);
            memcpy(message, text, sizeof text);
            char *end = message + sizeof text - 1;
            while (count) *end++ = digits[--count];
            memcpy(end, " bytes", sizeof " bytes");
            fail(run, REVERSIBLE_OUT_OF_MEMORY, message);
        }

        /* Makes room for at least so many numbers. */
        __attribute__((noinline)) static void grow_stack(run_state *run, int64_t stack, int64_t least) {
            number_stack *s = &run->stacks[stack];
            int64_t capacity = 2 * s->capacity + 16;
            if (capacity < least) capacity = least;
            const uint64_t bytes = (uint64_t)capacity * sizeof *s->items;
            const int64_t limit = run->options->memory_limit;
            double *grown = limit && bytes > (uint64_t)limit ? NULL : realloc(s->items, bytes);
            if (!grown) fail_to_grow(run, bytes);
            s->items = grown;
            s->capacity = capacity;
        }

        static inline void push(run_state *run, int64_t stack, double value) {
            number_stack *s = &run->stacks[stack];
            if (__builtin_expect(s->count == s->capacity, 0)) {
                grow_stack(run, stack, s->count + 1);
                s = &run->stacks[stack];
            }
            s->items[s->count++] = value;
        }

        /* Copies of all elements of an array, the last one on top. */
        static void push_copies(run_state *run, int64_t stack, const double *elements, int64_t count) {
            number_stack *s = &run->stacks[stack];
            if (count <= 0) return;
            if (s->capacity - s->count < count) grow_stack(run, stack, s->count + count);
            memcpy(s->items + s->count, elements, (size_t)count * sizeof *elements);
            s->count += count;
        }

        /* What push_copies has kept; elements may be null. */
        static void pop_copies(run_state *run, int64_t stack, double *elements, int64_t count) {
            number_stack *s = &run->stacks[stack];
            if (count <= 0) return;
            if (s->count < count) fail(run, REVERSIBLE_CHECK_FAILED, "nothing can be popped from an empty stack");
            s->count -= count;
            if (elements) memcpy(elements, s->items + s->count, (size_t)count * sizeof *elements);
        }

        static inline double pop(run_state *run, int64_t stack) {
            number_stack *s = &run->stacks[stack];
            if (s->count == 0) fail(run, REVERSIBLE_CHECK_FAILED, "nothing can be popped from an empty stack");
            return s->items[--s->count];
        }

        /* A number of a stack, from the bottom; what lies above the top is 0. */
        static double number_of(run_state *run, int64_t stack, int64_t index) {
            if (index < 0) fail(run, REVERSIBLE_CHECK_FAILED, "an empty stack has no top");
            return index < run->stacks[stack].count ? run->stacks[stack].items[index] : 0;
        }

        static double *number_at(run_state *run, int64_t stack, int64_t index) {
            if (index < 0) fail(run, REVERSIBLE_CHECK_FAILED, "an empty stack has no top");
            while (run->stacks[stack].count <= index) push(run, stack, 0);
            return &run->stacks[stack].items[index];
        }

        /* What only undoing needs; where nothing was kept it was 0. */
        static void push_spare(run_state *run, int64_t stack, double value, int64_t owner) {
            push(run, stack, value);
            push(run, stack, (double)owner);
        }

        static double pop_spare(run_state *run, int64_t stack, int64_t owner) {
            if (!run->stacks[stack].count) return 0;
            if (pop(run, stack) != (double)owner)
                fail(run, REVERSIBLE_CHECK_FAILED, "calls of an adjoint are undone in another order");
            return pop(run, stack);
        }

        /* A cotangent moves in step with its value; entries that were never touched count as 0. */
        static void push_beside(run_state *run, int64_t stack, double value, int64_t companion) {
            const int64_t depth = run->stacks[companion].count;
            /* What stands above belonged to entries of integers, which are gone. */
            if (run->stacks[stack].count > depth) run->stacks[stack].count = depth;
            while (run->stacks[stack].count < depth) push(run, stack, 0);
            push(run, stack, value);
        }

        static double pop_touched(run_state *run, int64_t stack, int64_t companion) {
            number_stack *s = &run->stacks[stack];
            const int64_t depth = run->stacks[companion].count;
            if (s->count <= depth) return 0;
            s->count = depth;
            return s->items[depth];
        }

        static inline double pop_beside(run_state *run, int64_t stack, int64_t companion) {
            return run->stacks[stack].count ? pop_touched(run, stack, companion) : 0;
        }

        static void require_none_left(run_state *run, int64_t stack, int64_t companion) {
            const number_stack *s = &run->stacks[stack];
            for (int64_t k = run->stacks[companion].count; k < s->count; ++k)
                if (s->items[k] != 0) fail(run, REVERSIBLE_CHECK_FAILED, "a derivative was left on a stack");
        }

        /* A decision joins the word on top: an integer of up to 53 bits, whose first bit says where they begin. */
        static void push_decision(run_state *run, int64_t stack, bool decision) {
            number_stack *s = &run->stacks[stack];
            if (s->count && s->items[s->count - 1] < 4503599627370496.0)
                s->items[s->count - 1] = 2 * s->items[s->count - 1] + decision;
            else
                push(run, stack, 2.0 + decision);
        }

        static bool pop_decision(run_state *run, int64_t stack) {
            number_stack *s = &run->stacks[stack];
            if (s->count == 0) fail(run, REVERSIBLE_CHECK_FAILED, "no decision is recorded");
            const int64_t word = (int64_t)s->items[s->count - 1];
            if (word < 4) --s->count;
            else s->items[s->count - 1] = (double)(word >> 1);
            return word & 1;
        }

        static void push_integer(run_state *run, int64_t stack, int64_t value) {
            const double kept = \(number == .double ? "(double)value" : "(double)(float)value");
            if (kept >= 9223372036854775808.0 || (int64_t)kept != value)
                fail(run, REVERSIBLE_CHECK_FAILED, "the number type does not hold an integer exactly");
            push(run, stack, kept);
        }

        static int64_t pop_integer(run_state *run, int64_t stack) {
            const double top = pop(run, stack);
            if (!(top >= -9223372036854775808.0 && top < 9223372036854775808.0) || top != (double)(int64_t)top)
                fail(run, REVERSIBLE_CHECK_FAILED, "the top of the stack is not an integer");
            return (int64_t)top;
        }

        """
    }
}
