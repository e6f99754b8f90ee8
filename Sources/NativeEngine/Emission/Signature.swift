import ReversibleCore

/// How an emitted function is called from C.
///
/// Numbers go in by value; those that change come back as the result, in a struct if there are several. Arrays
/// are pointers followed by their sizes.
struct Signature {
    struct Parameter {
        var kind: Variable.Kind
        var name: String
        /// Whether a number comes back, or an array is written.
        var isWritten: Bool
        /// Whether it is part of the C function at all.
        var isPassed: Bool
    }

    var name: String
    var parameters: [Parameter]
    /// The positions of numbers that come back.
    var results: [Int]
    var real: String
    /// Whether the function is given the run: memory, stacks, checks.
    var needsRun: Bool

    /// - Parameter mentioned: For every parameter whether the program mentions it; nil to pass them all.
    init(_ variant: SourceUnit.Variant, name: String, unit: SourceUnit, mentioned: [Bool]?) {
        self.name = name
        real = unit.real
        needsRun = unit.needsRun
        var names = CNames()
        let modes = variant.definition.parameterModes
        let parameters = variant.definition.parameters.enumerated().map { position, parameter in
            Parameter(
                kind: parameter.variable.kind,
                name: parameter.variable.kind.isArray
                    ? names.declareArray(parameter.name) : names.declare(parameter.name),
                isWritten: modes[position].changes,
                isPassed: mentioned.map { $0[position] } ?? true)
        }
        self.parameters = parameters
        let preserved = variant.definition.preservedIntegers
        results = parameters.indices.filter {
            (parameters[$0].kind == .scalar || parameters[$0].kind == .integer) && parameters[$0].isWritten
                && parameters[$0].isPassed && variant.form.wanted[$0] && !preserved.contains($0)
        }
    }

    func type(_ kind: Variable.Kind) -> String {
        switch kind {
        case .scalar, .vector, .matrix: real
        case .integer, .index, .integerVector, .stack: "int64_t"
        }
    }

    var resultType: String {
        switch results.count {
        case 0: "void"
        case 1: type(parameters[results[0]].kind)
        default: "\(name)_result"
        }
    }

    /// The struct of several results.
    var resultDeclaration: String? {
        guard results.count > 1 else { return nil }
        let fields = results.map { "\(type(parameters[$0].kind)) \(parameters[$0].name);" }
        return "typedef struct { \(fields.joined(separator: " ")) } \(name)_result;"
    }

    func declarations(isAliased: Bool) -> String {
        let list =
            (needsRun ? ["run_state *run"] : [])
            + parameters.filter(\.isPassed).flatMap { parameter -> [String] in
                let type = type(parameter.kind)
                let array =
                    "\(parameter.isWritten ? "" : "const ")\(type) *\(isAliased ? "" : "restrict ")\(parameter.name)"
                switch parameter.kind {
                case .scalar, .integer, .index, .stack: return ["\(type) \(parameter.name)"]
                case .vector, .integerVector: return [array, "int64_t \(parameter.name)_count"]
                case .matrix:
                    return [array, "int64_t \(parameter.name)_rows", "int64_t \(parameter.name)_columns"]
                }
            }
        return list.isEmpty ? "void" : list.joined(separator: ", ")
    }
}
