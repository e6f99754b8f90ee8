import ReversibleCore

// The kernels around one that adds to elements its iterations choose, where the order must make no difference.
extension Planner {
    /// Memory for the contributions to an array; nil if it is no array of the device's.
    func addScatter(to variable: Variable) -> Scatter? {
        guard case .array(_, let sizes)? = devices[variable.id] else { return nil }
        let count = sizes.reduce(.constant(1), *)
        let buffer = addTemporary(
            "scattered_to_\(name(variable))", isReal: false, count: count * .constant(3))
        steps.append(.clear(buffer))
        return Scatter(variable: variable, buffer: buffer, count: count)
    }

    /// Keeps copies of arrays.
    func saving(_ variables: Set<Variable>) throws(PTXError) -> [(buffer: Int, saved: Int)] {
        var result: [(buffer: Int, saved: Int)] = []
        for variable in variables.sorted(by: { $0.id < $1.id }) {
            guard let buffer = buffer(of: variable) else { continue }
            let saved = addTemporary(
                "copy_of_\(name(variable))", isReal: buffers[buffer].isReal, count: buffers[buffer].count)
            try addCopy(buffer, to: saved)
            result.append((buffer, saved))
        }
        return result
    }

    /// A kernel that copies a buffer into another of the same size.
    func addCopy(_ source: Int, to target: Int) throws(PTXError) {
        let emitter = KernelEmitter(self, name: kernelName("copy"))
        let (isReal, count) = (buffers[source].isReal, buffers[source].count)
        try emitter.iterate(count, from: .constant(0), by: .constant(1), as: nil) { () throws(PTXError) in
            func element(_ buffer: Int, _ name: String) -> KernelAddress {
                let base = emitter.slot(.address(buffer), name)
                let array = KernelArray(space: .global, base: base, isReal: isReal, sizes: [])
                return emitter.element(array, emitter.elementIndex ?? "0")
            }
            let value = emitter.load(element(source, "source"), isReal: isReal)
            emitter.store(value, in: element(target, "target"), isReal: isReal)
        }
        try add(
            emitter, "Copies `\(buffers[source].name)` to `\(buffers[target].name)`.", iterations: count)
    }

    /// The kernel that adds the sums of contributions to the elements of an array.
    func addScatterSums(_ scatter: Scatter, at location: SourceLocation?) throws(PTXError) {
        let emitter = KernelEmitter(self, name: kernelName("scattered"))
        emitter.location = location
        try emitter.iterate(scatter.count, from: .constant(0), by: .constant(1), as: nil) {
            () throws(PTXError) in
            let e = emitter.elementIndex ?? "0"
            let addresses = emitter.scatterBases(scatter, name(scatter.variable)).map { base in
                emitter.element(KernelArray(space: .global, base: base, isReal: false, sizes: []), e)
            }
            let (exponent, larger, smaller) = (
                emitter.load(addresses[0], isReal: false), emitter.load(addresses[1], isReal: false),
                emitter.load(addresses[2], isReal: false)
            )
            let isUntouched = emitter.out.value(.predicate, "setp.eq.s64", exponent, "0")
            emitter.out.branch("untouched", if: isUntouched)
            let sum = emitter.scatterSum(exponent, larger, smaller)
            let address = try emitter.address(Place(scatter.variable))
            let old = emitter.inDouble(emitter.load(address, isReal: true))
            let new = emitter.out.value(.f64, "add.rn.f64", old, sum)
            emitter.store(
                precision == .double ? new : emitter.out.value(.f32, "cvt.rn.f32.f64", new), in: address,
                isReal: true)
            emitter.out.label("untouched")
        }
        try add(
            emitter, "The contributions are added to `\(name(scatter.variable))`.", iterations: scatter.count)
    }
}

extension KernelEmitter {
    /// The sum of an element's contributions, in double precision.
    fileprivate func scatterSum(_ exponent: String, _ larger: String, _ smaller: String) -> String {
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
