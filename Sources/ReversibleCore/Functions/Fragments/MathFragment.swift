/// A straight-line program over doubles and 64-bit integers that computes an elementary function.
///
/// Fragments are written once, with ``FragmentBuilder``, and rendered for every backend: as C over vector types,
/// as text for a GPU, or evaluated here (``evaluate(_:)``). Only operations occur that IEEE 754 or two's
/// complement arithmetic define to the last bit, so all renderings of a fragment agree to the bit.
package struct MathFragment: Sendable {
    /// What an instruction computes.
    package enum Kind: Sendable {
        /// A double.
        case real
        /// 64 bits; arithmetic on them wraps.
        case integer
        /// True or false.
        case mask
        /// Nothing by itself: a branch, whose results are read by `branchResult`.
        case branch
    }

    /// An operation; the instruction's operands stand in the order of the parameters named here.
    package enum Operation: Hashable, Sendable {
        /// The fragment's argument of this number.
        case argument(Int)
        /// A constant, as bits, so that −0 differs from 0.
        case real(UInt64)
        case integer(UInt64)

        // Reals: rounded to nearest, ties to even.
        case add, subtract, multiply, divide
        /// a · b + c, rounded once.
        case fusedMultiplyAdd
        case squareRoot
        /// The largest integer not above the operand.
        case floor
        case compare(Relation)

        // Reals as bits, and back.
        case bits, realFromBits

        // Integers. A shift's count is its second operand, 0 … 63.
        case integerAdd, integerSubtract, and, or, xor
        case shiftLeft, shiftRight, shiftRightArithmetic
        /// The lower and the upper 64 bits of an unsigned product.
        case multiplyLow, multiplyHigh
        /// A comparison of signed integers.
        case compareIntegers(Relation)

        case maskAnd, maskOr, maskNot
        /// The second operand where the first, a mask, is true; otherwise the third.
        case select
        /// The word at the index given by the operand, which is inside the table.
        case table(Int)

        /// If the first operand, a mask, is true, the results of this branch on the operands after it.
        case rarely(Int)
        /// A result of the branch that is the first operand; the second operand if it was not taken.
        case branchResult(Int)
    }

    /// One step: an operation on values computed earlier, which it names by their place in ``instructions``.
    package struct Instruction: Hashable, Sendable {
        package var operation: Operation
        package var operands: [Int]
        package var kind: Kind
    }

    /// A part that is computed only if a rare condition holds.
    package struct Branch: Sendable {
        package var body: MathFragment
    }

    /// The number of arguments.
    package var arity: Int
    package var instructions: [Instruction]
    /// The names of some values, for readable renderings, by place in ``instructions``.
    package var names: [Int: String]
    package var branches: [Branch]
    package var tables: [[UInt64]]
    /// The places of the results. A whole function has one, a real; branches may have several.
    package var results: [Int]
}

extension MathFragment.Operation {
    /// Whether the value is a constant, which renderings write where it is used.
    package var isConstant: Bool {
        switch self {
        case .real, .integer: true
        default: false
        }
    }
}
