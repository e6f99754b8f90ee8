import AD
import Testing

/// Words over the bits of integers, where they cannot be.
struct BitTests {
    @Test func evenFactor() {
        expectRefused(
            .invalidStatement, at: #line + 7,
            """
            in `f`, `k &*= 6`: `&*=` multiplies by 6, which is even: the highest bit would be lost. The factor must be \
            odd to be undone
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k"]) { (k: Integer) in
                k &*= 6
            }
        }
        // Nor is there a way back.
        expectRefused(
            .invalidStatement, at: #line + 7, column: 26,
            """
            in `f`, `k &*= 0`: `&*=` multiplies by 0, which is even: the highest bit would be lost. The factor must be \
            odd to be undone
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k"]) { (k: Integer) in
                ~Block { k &*= 0 }
            }
        }
    }

    @Test func realNumbers() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `k ^= k & x`: `&` needs two integers
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k", "x"]) { (k: Integer, x: Scalar) in
                k ^= k & x
            }
        }
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `k += popcount(x * 2)`: `popcount` needs an integer
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k", "x"]) { (k: Integer, x: Scalar) in
                k += popcount(x * 2)
            }
        }
        expectRefused(
            .invalidStatement, at: #line + 7,
            """
            in `f`, `ROTL(k, x)`: an Integer cannot change by a real number; make the expression an integer, or the \
            place a Scalar
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k", "x"]) { (k: Integer, x: Scalar) in
                ROTL(k, x)
            }
        }
    }

    /// A place is not changed by itself: `k ^= k << 13` is a word of its own making.
    @Test func ownBits() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `k ^= k << 13`: `k` is changed and used by the same statement; it could not be undone. Use an \
            ancilla, or the words made for it (`NEG`, `SWAP`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k"]) { (k: Integer) in
                k ^= k << 13
            }
        }
    }
}
