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
        try emitter.copy(source, to: target, isReal: isReal, count: count)
        try add(
            emitter, "Copies `\(buffers[source].name)` to `\(buffers[target].name)`.", iterations: count)
    }

    /// The kernel that adds the sums of contributions to the elements of an array.
    func addScatterSums(_ scatter: Scatter, at location: SourceLocation?) throws(PTXError) {
        let emitter = KernelEmitter(self, name: kernelName("scattered"))
        emitter.location = location
        try emitter.addContributions(scatter, name(scatter.variable))
        try add(
            emitter, "The contributions are added to `\(name(scatter.variable))`.", iterations: scatter.count)
    }
}
