/// The C text of a matrix times a vector, row by row.
enum RowProductSource {
    /// Adds to each number of a vector the products of a row and a vector, each sum in the order of its loop.
    ///
    /// A sum in its order waits for itself. Eight rows side by side do not: blocks of four by four are turned, so that a vector
    /// has one column's numbers of four rows.
    static func functions(_ number: NativeNumber) -> String {
        let real = number == .double ? "double" : "float"
        return """
            static void add_row_products(\(real) *restrict y, const \(real) *restrict a, int64_t stride, const \(real) *restrict x, int64_t rows, int64_t columns, bool negative, bool backward) {
                typedef \(real) four __attribute__((vector_size(4 * sizeof(\(real)))));
                int64_t i = 0;
                for (; i + 8 <= rows; i += 8) {
                    four sums[2];
                    memcpy(sums, y + i, sizeof sums);
                    int64_t done = 0;
                    for (; done + 4 <= columns; done += 4) {
                        const int64_t j = backward ? columns - 4 - done : done;
                        four factors;
                        memcpy(&factors, x + j, sizeof factors);
                        if (negative) factors = -factors;
                        for (int half = 0; half < 2; ++half) {
                            four r[4];
                            for (int k = 0; k < 4; ++k) memcpy(&r[k], a + (i + 4 * half + k) * stride + j, sizeof r[k]);
                            const four even = __builtin_shufflevector(r[0], r[1], 0, 4, 2, 6), odd = __builtin_shufflevector(r[0], r[1], 1, 5, 3, 7);
                            const four below = __builtin_shufflevector(r[2], r[3], 0, 4, 2, 6), last = __builtin_shufflevector(r[2], r[3], 1, 5, 3, 7);
                            const four columns_of_rows[4] = {
                                __builtin_shufflevector(even, below, 0, 1, 4, 5), __builtin_shufflevector(odd, last, 0, 1, 4, 5),
                                __builtin_shufflevector(even, below, 2, 3, 6, 7), __builtin_shufflevector(odd, last, 2, 3, 6, 7)};
                            for (int k = 0; k < 4; ++k) {
                                const int column = backward ? 3 - k : k;
                                sums[half] += columns_of_rows[column] * factors[column];
                            }
                        }
                    }
                    for (; done < columns; ++done) {
                        const int64_t j = backward ? columns - 1 - done : done;
                        const \(real) factor = negative ? -x[j] : x[j];
                        for (int k = 0; k < 8; ++k) sums[k / 4][k % 4] += a[(i + k) * stride + j] * factor;
                    }
                    memcpy(y + i, sums, sizeof sums);
                }
                for (; i < rows; ++i) {
                    for (int64_t done = 0; done < columns; ++done) {
                        const int64_t j = backward ? columns - 1 - done : done;
                        y[i] += a[i * stride + j] * (negative ? -x[j] : x[j]);
                    }
                }
            }

            """
    }
}
