/// One instruction of the register machine that programs are lowered to.
///
/// `r` are real registers, `k` integer registers (conditions are 0 and 1), `v` arrays. All are numbered
/// within the frame of the running function.
struct Instruction {
    var opcode: Opcode
    var function: UInt8 = 0
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
    var d: Int32 = 0
    var e: Int32 = 0
}

enum Opcode: UInt8 {
    // Control.
    /// Continue at a.
    case jump
    /// Continue at b if k[a] is 0.
    case jumpIfZero
    /// Continue at a unless k[b] relation k[c], r[b] relation r[c].
    case jumpUnlessIntegers, jumpUnlessReals
    /// Call function a, with b argument instructions following.
    case call
    /// Argument: r[a] here is r[b] there; function ≠ 0 copies back.
    case argumentReal
    /// Argument: k[a] here is k[b] there; function ≠ 0 copies back.
    case argumentInteger
    /// Argument: v[a] here is v[b] there.
    case argumentArray
    case returnToCaller
    /// Loop registers k[a] index, k[a+1] remaining turns, k[a+2] step from bounds k[b], k[c], step k[d].
    /// Skips the jump that follows unless the loop is empty. Function: 1 closed, 2 backward.
    case openLoop
    /// Next turn of the loop at k[a], continuing at b.
    case nextTurn
    /// Count a `While` turn in k[a], up to the limit, and continue at b.
    case countTurn
    /// k[a] -= 1.
    case countDown
    /// k[a] must equal k[b]; function says which ``Requirement``.
    case requireEqual
    /// k[a] must be b.
    case requireValue

    // Integers: k[a] = k[b] op k[c].
    case integerMove, integerAdd, integerSubtract, integerMultiply, integerDivide, integerRemainder
    case integerMinimum, integerMaximum, integerNegate, integerAbs, integerSplit, integerBelow,
        integerPopcount
    /// The function of all 64 bits whose number stands beside it.
    case integerBits
    /// k[a] = k[b] relation k[c].
    case integerCompare
    case not
    /// k[a] = v[b][k[c]].
    case integerLoad
    /// v[a][k[b]] = k[c].
    case integerStore
    /// The same without bounds checks, for elementwise loops.
    case integerLoadFlat, integerStoreFlat
    /// k[a] = a size of v[b]; function says which axis.
    case size

    // Reals: r[a] = r[b] op r[c].
    case move, add, subtract, multiply, divide, negate
    /// r[a] = k[b].
    case convert
    /// r[a] = function(r[b]), function(r[b], r[c]).
    case unary, binary
    /// r[a] = the magnitudes of the parts of r[b]; function = 1: each no more than may count of what is held.
    case magnitudes
    /// r[a] += r[b] * r[c].
    case addProduct, subtractProduct
    /// r[a] += v[b][k[c]] * v[d][k[e]].
    case addElementProduct, subtractElementProduct
    /// r[a] += v[b][k[c], k[d]] * v[b′][k[c′], k[d′]], where ′ marks the slots of the following instruction.
    case addElementProduct2, subtractElementProduct2
    /// The slots of the instruction before; never run.
    case operands
    /// k[a] = r[b] relation r[c].
    case compare
    /// r[a] = r[b] * r[c], where r[c] must be finite and not 0.
    case scale, unscale
    /// (r[a], r[b]) turn by the angle with cosine r[c] and sine r[d]; function = 1: back.
    case rotate
    /// r[a], r[b] = (r[a] + r[b])/√2, (r[a] − r[b])/√2.
    case hadamard
    /// r[a] = v[b][k[c]]; with two indices v[b][k[c], k[d]].
    case load, load2, loadFlat
    /// v[a][k[b]] = r[c]; v[a][k[b], k[c]] = r[d].
    case store, store2, storeFlat
    /// v[a][k[b]] += r[c]; v[a][k[b], k[c]] += r[d].
    case addToElement, subtractFromElement, addToElement2, subtractFromElement2
    /// v[a][k[b]] += r[c] * r[d].
    case addProductToElement, subtractProductFromElement
    /// v[a][k[b], k[c]] += r[d] * r[e].
    case addProductToElement2, subtractProductFromElement2
    /// v[a][k[b]] += r[c] without a bounds check.
    case addToFlat, subtractFromFlat

    // Ancillas.
    /// r[a] = 0, k[a] = 0.
    case zeroReal, zeroInteger
    /// k[a] holds the bits of the largest magnitude seen: update it by r[b].
    case peak
    /// r[a] must be 0 within the tolerance, scaled by the peak in k[b] if b ≥ 0; k[a] must be 0.
    case requireZeroReal, requireZeroInteger
    /// v[a] = zeros; k[b] elements, or with function = 1 a matrix k[b] × k[c].
    case makeReals, makeIntegers
    /// v[a] must be zeros again, likewise, unless function = 1; and it is given back.
    case dropReals, dropIntegers
    /// r[a], v[a] = zeros, where they are; they must have been finite, or undoing would not have given zeros.
    case clearReal, clearReals, clearIntegers
    /// k[a] = a new empty stack; k[a] must be empty.
    case makeStack, requireEmptyStack

    // Checks.
    /// k[a] ≠ k[b]; or not both k[a] = k[b] and k[c] = k[d]. The statement's pair e of places would be one element.
    /// Of a matrix of which only the rows (function 1) or the columns (2) may be the same, k[c] is the other index.
    case requireDistinct, requireDistinct2
    /// v[a] and v[b] have the same shape.
    case requireSameShape
    /// v[a] has elements.
    case requireElements
    /// Iterations of a ParallelFor: begin and end watching v[a], name the iteration k[a].
    case watch, unwatch, iteration
    /// A use of v[a][k[b]], of v[a][k[b], k[c]] (function 2), or flat (function 0), before it happens.
    case watchRead, watchWrite

    // Verified undoing.
    /// Keeps r[a], which read number b of a function is; with function = 1 takes it back and compares, with 2 added
    /// for decisions, which must be the same exactly, and 4 for tangents. k[c] has the bits of the largest that the place held, if c ≥ 0;
    /// with d ≥ 0 it stands in `While`s, of which list d tells what counts their turns.
    case note

    // Stacks.
    /// Stack k[a] and r[b]; function = 1: c is the companion stack's register, 2: an empty stack gives 0, 3: and every
    /// entry says to which companion it belongs.
    case push, pop
    /// Stack k[a] and k[b]; popping with function = 1 takes the turns of a recorded loop.
    case pushInteger, popInteger
    /// k[a] = how many numbers are on stack k[b].
    case stackCount
    /// r[a] = number k[c] of stack k[b]; stack k[a]'s number k[b] = r[c]. What lies above the top is 0.
    case stackLoad, stackStore
}

extension UnsafePointer<Instruction> {
    @inline(__always) var a: Int { Int(pointee.a) }
    @inline(__always) var b: Int { Int(pointee.b) }
    @inline(__always) var c: Int { Int(pointee.c) }
    @inline(__always) var d: Int { Int(pointee.d) }
    @inline(__always) var e: Int { Int(pointee.e) }
}

/// Comparisons of reals carry their relation as a number, and a flag if a NaN makes them false instead of an error.
extension Relation {
    static let quiet: UInt8 = 8

    @inline(__always)
    static func isQuiet(_ number: UInt8) -> Bool { number & quiet != 0 }

    /// The relation's number without the flag.
    @inline(__always)
    static func plain(_ number: UInt8) -> UInt8 { number & ~quiet }
}
