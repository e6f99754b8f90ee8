import ReversibleCore

// Contributions to elements that the iterations choose, in a way in which their order makes no difference.
//
// Integers add up to the same bits in any order. Reals become integers: a first kernel finds, for every element, the
// largest exponent E of all contributions to it, a second one cuts each contribution into multiples of 2^(E-30) and of
// 2^(E-62) and adds up both, and a third one adds the sum to the element. What is cut off is at most 2^-63 of the
// largest contribution to the element, each time; there is room for 2^31 contributions.
extension KernelEmitter {
    /// Adds to an integer that other threads may add to; false if none can.
    func addToCount(_ amount: String, _ s: Update) throws(PTXError) -> Bool {
        if isMeasuring, threads?.onlyAdded.contains(s.place.variable) ?? false { return true }
        guard threads?.shared[s.place.variable] != nil, case .memory(_, let operand, _) = try address(s.place)
        else { return false }
        let register = amount.hasPrefix("%") ? amount : out.value(.integer, "mov.u64", amount)
        let signed = s.operation == .subtract ? out.value(.integer, "neg.s64", register) : register
        out.instruction("red.global.add.u64", operand, signed)
        return true
    }

    /// Adds to a scattered array; false if it is none.
    func addToScatter(_ amount: String, _ s: Update) throws(PTXError) -> Bool {
        let variable = s.place.variable
        guard let scatter = scatters[variable] else {
            return isMeasuring && (threads?.onlyAdded.contains(variable) ?? false)
        }
        let bases = scatterBases(scatter, planner.name(variable))
        var words = try array(variable)
        words.isReal = false
        let outer = storage[variable.id]
        defer { storage[variable.id] = outer }
        var operands: [String] = []
        for base in isMeasuring ? bases.prefix(1) : bases[...] {
            words.base = base
            storage[variable.id] = .array(words)
            guard case .memory(_, let operand, _) = try address(s.place) else { return false }
            operands.append(operand)
        }
        let signed = s.operation == .subtract ? out.value(realClass, "neg.\(realType)", amount) : amount
        let value = inDouble(signed)
        if isMeasuring {
            let bits = out.value(.integer, "mov.b64", value)
            let shifted = out.value(.word, "cvt.u32.u64", out.value(.integer, "shr.u64", bits, "52"))
            let own = out.value(.word, "and.b32", shifted, "2047")
            // 0 is kept for elements without contributions.
            out.instruction("red.global.max.u32", operands[0], out.value(.word, "max.u32", own, "1"))
        } else {
            addPieces(of: value, out.value(.word, "ld.global.u32", operands[0]), operands[1], operands[2])
        }
        return true
    }

    /// The registers of the addresses of a scattered array's exponents, and of its sums of larger and smaller pieces.
    func scatterBases(_ scatter: Scatter, _ name: String) -> [String] {
        let start = slot(.address(scatter.buffer), "scattered_to_\(name)")
        if let known = scatterRegisters[start] { return known }
        let bytes = slot(.integer(scatter.count * .constant(8)), "bytes_of_\(name)")
        let parts = ["larger", "smaller"].map { out.register(.integer, "\($0)_pieces_for_\(name)") }
        atEntry { out in
            var last = start
            for part in parts {
                out.instruction("add.s64", part, last, bytes)
                last = part
            }
        }
        scatterRegisters[start] = [start] + parts
        return [start] + parts
    }

    private func addPieces(of value: String, _ exponent: String, _ high: String, _ low: String) {
        let number = out.labelNumber()
        out.open()
        let isFinite = out.value(.predicate, "setp.lt.u32", exponent, "2047")
        out.branch("finite_\(number)", if: isFinite)
        let one = out.value(.integer, "mov.u64", "1")
        let largest = Double.greatestFiniteMagnitude
        // +inf counts up the one, -inf the other, and NaN both.
        let isUp = out.value(.predicate, "setp.gtu.f64", value, PTXLiteral.double(largest))
        let isDown = out.value(.predicate, "setp.ltu.f64", value, PTXLiteral.double(-largest))
        out.conditional(isUp, "red.global.add.u64", high, one)
        out.conditional(isDown, "red.global.add.u64", low, one)
        out.branch("scattered_\(number)")
        out.label("finite_\(number)")
        let wide = out.value(.integer, "cvt.u64.u32", exponent)
        let power = out.value(.integer, "sub.s64", out.value(.integer, "mov.u64", "1053"), wide)
        let scaled = timesPowerOfTwo(value, power)
        let whole = out.value(.integer, "cvt.rni.s64.f64", scaled)
        let rest = out.value(.f64, "sub.rn.f64", scaled, out.value(.f64, "cvt.rn.f64.s64", whole))
        let finer = out.value(.f64, "mul.rn.f64", rest, PTXLiteral.double(0x1p32))
        out.instruction("red.global.add.u64", high, whole)
        out.instruction("red.global.add.u64", low, out.value(.integer, "cvt.rni.s64.f64", finer))
        out.label("scattered_\(number)")
        out.close()
    }

    /// x · 2^k, in two steps: 2^k alone may be outside the range.
    func timesPowerOfTwo(_ x: String, _ k: String) -> String {
        let half = out.value(.integer, "shr.s64", k, "1")
        let other = out.value(.integer, "sub.s64", k, half)
        return [half, other].reduce(x) { product, power in
            let biased = out.value(.integer, "add.s64", power, "1023")
            let factor = out.value(.f64, "mov.b64", out.value(.integer, "shl.b64", biased, "52"))
            return out.value(.f64, "mul.rn.f64", product, factor)
        }
    }

    /// A real number in double precision.
    func inDouble(_ value: String) -> String {
        let own = value.hasPrefix("%") ? value : out.value(realClass, "mov.\(realType)", value)
        return precision == .double ? own : out.value(.f64, "cvt.f64.f32", own)
    }
}

/// Memory in which contributions to a scattered array add up: for all elements the exponents, then the sums of larger
/// pieces, then those of smaller ones.
struct Scatter {
    var variable: Variable
    var buffer: Int
    /// The number of the array's elements.
    var count: HostInteger
}

// What is made of the contributions in the end.
extension KernelEmitter {
    /// Adds the sums of contributions to the elements of an array, a thread for every element.
    func addContributions(_ scatter: Scatter, _ name: String) throws(PTXError) {
        try iterate(scatter.count, from: .constant(0), by: .constant(1), as: nil) { () throws(PTXError) in
            let e = elementIndex ?? "0"
            let addresses = scatterBases(scatter, name).map { base in
                element(KernelArray(space: .global, base: base, isReal: false, sizes: []), e)
            }
            let (exponent, larger, smaller) = (
                load(addresses[0], isReal: false), load(addresses[1], isReal: false),
                load(addresses[2], isReal: false)
            )
            let isUntouched = out.value(.predicate, "setp.eq.s64", exponent, "0")
            out.branch("untouched", if: isUntouched)
            let sum = scatterSum(exponent, larger, smaller)
            let address = try address(Place(scatter.variable))
            let old = inDouble(load(address, isReal: true))
            let new = out.value(.f64, "add.rn.f64", old, sum)
            store(
                precision == .double ? new : out.value(.f32, "cvt.rn.f32.f64", new), in: address,
                isReal: true)
            out.label("untouched")
        }
    }

    /// The sum of an element's contributions, in double precision.
    private func scatterSum(_ exponent: String, _ larger: String, _ smaller: String) -> String {
        let sum = out.register(.f64, "sum")
        let isFinite = out.value(.predicate, "setp.lt.s64", exponent, "2047")
        out.branch("finite", if: isFinite)
        // The counts of +inf and -inf: both, or NaN, which counts as both, make NaN.
        let hasUp = out.value(.predicate, "setp.ne.s64", larger, "0")
        let hasDown = out.value(.predicate, "setp.ne.s64", smaller, "0")
        let (up, down) = (
            out.value(.f64, "selp.f64", PTXLiteral.double(.infinity), PTXLiteral.double(0), hasUp),
            out.value(.f64, "selp.f64", PTXLiteral.double(-.infinity), PTXLiteral.double(0), hasDown)
        )
        out.instruction("add.rn.f64", sum, up, down)
        out.branch("summed")
        out.label("finite")
        // The smaller pieces' upper half goes to the larger ones: what is left has one sign and 32 bits.
        let carried = out.value(.integer, "add.s64", larger, out.value(.integer, "shr.s64", smaller, "32"))
        let rest = out.value(.integer, "and.b64", smaller, "4294967295")
        let fraction = out.value(
            .f64, "mul.rn.f64", out.value(.f64, "cvt.rn.f64.s64", rest), PTXLiteral.double(0x1p-32))
        let total = out.value(.f64, "add.rn.f64", out.value(.f64, "cvt.rn.f64.s64", carried), fraction)
        let power = out.value(.integer, "sub.s64", exponent, "1053")
        out.instruction("mov.f64", sum, timesPowerOfTwo(total, power))
        out.label("summed")
        return sum
    }
}
