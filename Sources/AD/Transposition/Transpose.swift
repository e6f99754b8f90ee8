import ReversibleCore

// Transposition of programs that are linear in some of their places (arXiv 2105.09469): the words run in reverse order, a
// sum of multiples becomes sums into what was read, and what the factors are made of is undone as an inverse undoes it.

/// The transpose of a program that is linear in some arguments.
///
/// A program changes its places where they are. What it does to the linear ones together is a linear map M, which may depend
/// on the others; its transpose is a program over the same arguments that does Mᵀ to the linear ones.
///
/// ```swift
/// let g = ReversibleFunction { (y: Vector, x: Vector) in
///     y[0] += 3 * x[0] - 2 * x[1]
///     y[1] += x[1] / 4
/// }
/// let t = try transpose(g, in: 0, with: 1)
/// try t([2, 1], [0, 0])       // y = [2, 1], x = [6, -3.75]: Lᵀ y is added to x
/// ```
///
/// The other arguments are given as `g` leaves them, and come back as `g` takes them, as by `~g`: what `g` only reads is
/// the same in both. Where `M` is split into blocks, as by an output that `g` adds to and an input that it reads, Mᵀ adds to
/// the input and reads the output. The program may be printed, run, inverted (`~transpose(g)` does what `transpose(~g)` does),
/// compiled, differentiated and transposed like any other. An ancilla or a stack of a run that linear numbers flow into is
/// linear too.
///
/// - Parameters:
///   - first: The number of an argument that `g` is linear in.
///   - second: The number of another one.
/// - Throws: `notLinear`, with the statement, if `g` is not linear in these arguments together, or if they flow into others;
///   `invalidArgument` if there is no such argument, or it has no real numbers.
public func transpose<each A: Argument>(
    _ g: ReversibleFunction<repeat each A>, in first: Int, with second: Int
) throws(ReversibilityError) -> ReversibleFunction<repeat each A> {
    try transpose(g, in: [first, second])
}

/// The transpose of a program that is linear in some arguments: see ``transpose(_:in:with:)``.
///
/// - Parameter arguments: The numbers of the arguments that `g` is linear in.
/// - Throws: `notLinear`, with the statement, if `g` is not linear in these arguments together, or if they flow into others;
///   `invalidArgument` if there is no such argument, or it has no real numbers.
public func transpose<each A: Argument>(
    _ g: ReversibleFunction<repeat each A>, in arguments: [Int]
) throws(ReversibilityError) -> ReversibleFunction<repeat each A> {
    let definition = try g.definition
    let linear = try definition.leaves(ofArguments: arguments)
    return ReversibleFunction(
        callee: .function(try definition.transposed(linear: linear)), isInverted: g.isInverted,
        options: g.options)
}

/// The transpose of a forward-mode program in its tangents: the adjoint, a second time.
///
/// A tangent program is linear in its tangents, whatever it does to its values. `transpose(tangent(f))` takes and gives what
/// `adjoint(f)` does, made by rules of its own: of expressions only sums, multiples and choices are transposed, and no
/// derivative of any function is asked for (arXiv 2105.09469).
///
/// - Throws: What making the tangent program throws.
public func transpose<each A: Argument>(
    _ g: ReversibleFunction<repeat DualVar<each A>>
) throws(ReversibilityError) -> ReversibleFunction<repeat GVar<each A>> {
    let definition = try g.definition
    var (linear, types, next): (Set<Int>, [String], Int) = ([], [], 0)
    for (argument, type) in zip(definition.arguments, definition.argumentTypes) {
        // Values come first, and those that are real have a tangent each.
        let own = (argument.count + argument.count { !$0.hasGradient }) / 2
        linear.formUnion(next + own..<next + argument.count)
        next += argument.count
        types.append(type.hasPrefix("DualVar<") ? "GVar" + type.dropFirst("DualVar".count) : type)
    }
    return ReversibleFunction<repeat GVar<each A>>(
        callee: .function(try definition.transposed(linear: linear, argumentTypes: types)),
        isInverted: g.isInverted, options: g.options)
}

/// Checks that a program is linear in some arguments: that what it adds to them, and to what they flow into, are multiples of
/// them only.
///
/// ```swift
/// try checkLinear(g, in: [1])     // error: … `y += x * x`: `x` and `x`, which are both linear, are multiplied
/// ```
///
/// The program is looked at, and not run. Factors, indices, conditions, bounds and angles may depend on other arguments.
///
/// - Parameter arguments: The numbers of the arguments; results that they flow into need not be named.
/// - Throws: `notLinear`, with the first statement that is not; `invalidArgument` if there is no such argument, or it has no
///   real numbers.
public func checkLinear<each A: Argument>(
    _ g: ReversibleFunction<repeat each A>, in arguments: [Int]
) throws(ReversibilityError) {
    let definition = try g.definition
    _ = try definition.checkedLinear(in: try definition.leaves(ofArguments: arguments))
}

extension Definition {
    /// The real leaves of some arguments, by number.
    fileprivate func leaves(ofArguments wanted: [Int]) throws(ReversibilityError) -> Set<Int> {
        var result: Set<Int> = []
        for argument in wanted {
            guard arguments.indices.contains(argument) else {
                throw ReversibilityError(
                    .invalidArgument,
                    "there is no argument \(argument); the function has \(arguments.count), counted from 0",
                    function: name)
            }
            let first = arguments[..<argument].reduce(0) { $0 + $1.count }
            let real = arguments[argument].enumerated().filter { $1.hasGradient }.map { first + $0.offset }
            if real.isEmpty {
                throw ReversibilityError(
                    .invalidArgument,
                    "argument \(argument) has no real numbers, which a program could be linear in",
                    function: name)
            }
            result.formUnion(real)
        }
        return result
    }

    /// Checks that the function is linear in some parameters, and gives all that they flow into.
    fileprivate func checkedLinear(in parameters: Set<Int>) throws(ReversibilityError) -> Set<Int> {
        try DeepStack.following(chainOf: calls.depth) {
            Result { () throws(ReversibilityError) in
                var check = LinearityCheck()
                return try check.check(self, linear: parameters)
            }
        }.get()
    }

    /// The transpose in some parameters, in the place of the function.
    ///
    /// It is made as the adjoint is, whose cotangents do not depend on the values of linear places: these are left out.
    func transposed(
        linear parameters: Set<Int>, argumentTypes: [String]? = nil
    ) throws(ReversibilityError) -> Definition {
        let all = try checkedLinear(in: parameters)
        if let other = all.subtracting(parameters).min() {
            throw ReversibilityError(
                .notLinear,
                "`\(self.parameters[other].name)` depends on the linear arguments, and is not one of those named; a transpose "
                    + "is made in all of them together",
                function: name)
        }
        return try transposed(
            linear: all, levels: calls.stackLevels, argumentTypes: argumentTypes ?? self.argumentTypes)
    }

    /// The transpose of what has been checked to be linear.
    func transposed(
        linear positions: Set<Int>, levels: StackLevels, argumentTypes: [String]
    ) throws(ReversibilityError) -> Definition {
        try checkRemembers()
        let levels = calls.usesStacks ? levels : StackLevels()
        return try derived(
            .transposed(linear: positions.sorted(), levels: levels, argumentTypes: argumentTypes)
        ) { () throws(ReversibilityError) in
            let tracer = Tracer()
            var both: [[Parameter]] = []
            let map = DerivativeMap(
                self, roles: .transposed, levels: levels,
                active: try linearVariables(from: positions), tracer: tracer,
                itself: (.function(self), .itself(Call.Owner(tracer.token))), parameters: &both)
            let dropped = map.movedValues
            // Of each leaf what the transpose has of it: the cotangent if it is linear, and else the value.
            let leaves = parameters.map { leaf in
                Parameter(
                    variable: map.standIn(for: leaf.variable), name: leaf.name, alignedTo: leaf.alignedTo)
            }
            var next = 0
            let groups = arguments.map { group in
                defer { next += group.count }
                return Array(leaves[next..<next + group.count])
            }
            let sizes = Renaming(
                Dictionary(
                    uniqueKeysWithValues: parameters.map { ($0.variable, map.standIn(for: $0.variable)) }))
            return try Definition(
                name: "transpose(\(name))", arguments: groups, argumentTypes: argumentTypes,
                body: try body.adjoint(map).askingSizes(of: map).withoutValues(dropped, map),
                names: tracer.names,
                owner: tracer.token, isDerived: true, requirements: requirements?.sizes(renamed: sizes) ?? [])
        }
    }
}

extension DerivativeMap.Roles {
    /// Linear places keep their names; their values are not there.
    static let transposed = Self(value: "value", derivative: "", keepsNames: true)
}

extension Block {
    /// The same block, in which the sizes of linear places' values are those of their cotangents.
    fileprivate func askingSizes(of map: DerivativeMap) -> Block {
        Renaming([:]) { node in
            guard case .size(let variable, let axis) = node.kind,
                let cotangent = map.derivative(ofValue: Place(variable))
            else { return node }
            return Node(.size(cotangent.variable, axis), node.type)
        }(self)
    }

    /// The block without the values of linear places, which nothing reads.
    ///
    /// Where a computation runs again its calls take them all the same: there they are zeros, which a linear program keeps.
    fileprivate func withoutValues(_ values: Set<Variable>, _ map: DerivativeMap) -> Block {
        let kept = valuesInCalls(values)
        var result = droppingChanges(of: values.subtracting(kept))
        for value in kept.sorted(by: { $0.id < $1.id }) where !Accesses(of: result).declared.contains(value) {
            guard let cotangent = map.derivative(ofValue: Place(value)) else { continue }
            result.ancillas.append(
                Ancilla(variable: value, sizes: cotangent.sizes, rule: .cotangent))
        }
        return result
    }

    private func valuesInCalls(_ values: Set<Variable>) -> Set<Variable> {
        var result: Set<Variable> = []
        forEachStatement { statement in
            if case .call(let call) = statement.kind {
                result.formUnion(call.arguments.map(\.variable).filter(values.contains))
            }
        }
        return result
    }

    private func droppingChanges(of values: Set<Variable>) -> Block {
        var result = Block(ancillas: ancillas.filter { !values.contains($0.variable) })
        for statement in statements {
            let own = statement.ownPlaces
            if !own.isEmpty, own.allSatisfy({ values.contains($0.variable) }) { continue }
            let kept = statement.mappingOwnBlocks { $0.droppingChanges(of: values) }
            // What only moved values does nothing now.
            switch kept.kind {
            case .forLoop(let s) where s.body.isEmpty: continue
            case .block(let block) where block.isEmpty: continue
            default: result.statements.append(kept)
            }
        }
        return result
    }

}
