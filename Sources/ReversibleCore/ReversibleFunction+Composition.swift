// Two functions one after the other.

extension ReversibleFunction {
    /// The function that runs this one and then `next`, on the same arguments.
    ///
    /// Its inverse is `(~next).then(~self)`. A composition that is no program is a programming error and traps: where one
    /// of the two is the parameter that stands for a recursive function, for one.
    ///
    /// - Parameters:
    ///   - next: What runs on what this function leaves.
    ///   - name: The name in error messages and printed calls; `f.then(g)`, with the names of the two, without it.
    public func then(
        _ next: ReversibleFunction<repeat each A>, name: String? = nil, fileID: StaticString = #fileID,
        line: UInt = #line
    ) -> ReversibleFunction<repeat each A> {
        do {
            let name = name ?? "\(source).then(\(next.source))"
            var both = try ReversibleFunction(checking: name, parameters: parameterNames) {
                (places: repeat each A) in
                self(repeat each places)
                next(repeat each places)
            }
            both.options = options
            return both
        } catch {
            stop(error, fileID, line)
        }
    }

    /// How a program calls the function, unless that is long: where compositions are composed again and again, what their
    /// name would say nobody could read.
    private var source: String {
        let name =
            switch callee {
            case .function(let definition): definition.name
            case .itself(let owner): owner.name ?? "f"
            case .unavailable: "unavailable"
            }
        let short = name.count > 40 ? "…" : name
        return isInverted ? "(~\(short))" : short
    }

    /// The names of the parameters, one for each argument; none where one has no name.
    private var parameterNames: [String] {
        guard case .function(let definition) = callee else { return [] }
        let names = definition.arguments.map { leaves in
            String(leaves.first?.name.prefix { $0 != "." } ?? "")
        }
        return Set(names).count == names.count && !names.contains("") ? names : []
    }
}
