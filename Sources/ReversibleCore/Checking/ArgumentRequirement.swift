/// What must hold for the arguments of a ready program, so that its result is right.
///
/// Requirements belong to the function, not to its statements: every engine checks them on the values at hand before
/// a run, so the error names the argument that does not fit and not a statement deep inside the program.
///
/// ```swift
/// ReversibleFunction("dot", parameters: ["out", "x", "y"]) { … }
///     .requiring { _, x, y in [.equal(.elements(x), .elements(y))] }
/// ```
package struct ArgumentRequirement: Sendable {
    /// A size that an argument has, as the message calls it.
    package struct Extent: Sendable {
        var node: Node
        /// The argument that is named.
        var variable: Variable
        /// What is counted, in the singular and the plural.
        var noun: String
        var nouns: String

        /// The elements of a vector.
        package static func elements(_ x: Vector) -> Extent {
            Extent(node: x.count.node, variable: x.place.variable, noun: "element", nouns: "elements")
        }

        /// The elements of an integer vector.
        package static func elements(_ x: IntegerVector) -> Extent {
            Extent(node: x.count.node, variable: x.place.variable, noun: "element", nouns: "elements")
        }

        /// The rows of a matrix.
        package static func rows(_ a: Matrix) -> Extent {
            Extent(node: a.rows.node, variable: a.variable, noun: "row", nouns: "rows")
        }

        /// The columns of a matrix.
        package static func columns(_ a: Matrix) -> Extent {
            Extent(node: a.columns.node, variable: a.variable, noun: "column", nouns: "columns")
        }

        /// Any integer that follows from sizes and integers of the arguments, told as a count of something that `x` has.
        package static func count(_ value: some Operand, of x: Vector, _ noun: String, _ nouns: String)
            -> Extent
        {
            Extent(node: value.node, variable: x.place.variable, noun: noun, nouns: nouns)
        }

        /// The same for a matrix.
        package static func count(_ value: some Operand, of x: Matrix, _ noun: String, _ nouns: String)
            -> Extent
        {
            Extent(node: value.node, variable: x.variable, noun: noun, nouns: nouns)
        }

        /// The same for integers.
        package static func count(_ value: some Operand, of x: IntegerVector, _ noun: String, _ nouns: String)
            -> Extent
        {
            Extent(node: value.node, variable: x.place.variable, noun: noun, nouns: nouns)
        }
    }

    /// Which elements of an array.
    package enum Part: Sendable {
        case all
        case diagonal
        /// The diagonal of a matrix and what is below.
        case lowerTriangle
    }

    /// What numbers must be.
    package enum Property: Sendable {
        case finite, finiteOrMinusInfinity, positive, nonzero, zero
        /// An infinity is an answer, a NaN is none.
        case number

        @inline(__always)
        package func holds(_ x: Double) -> Bool {
            // Written so that a NaN fails.
            switch self {
            case .finite: abs(x) <= .greatestFiniteMagnitude
            case .finiteOrMinusInfinity: x <= .greatestFiniteMagnitude
            case .positive: x > 0 && x <= .greatestFiniteMagnitude
            case .nonzero: abs(x) <= .greatestFiniteMagnitude && x != 0
            case .zero: x == 0
            case .number: x == x
            }
        }

        var sentence: String {
            switch self {
            case .finite: "must be finite"
            case .finiteOrMinusInfinity: "must be finite, or −∞ for a probability of 0"
            case .positive: "must be positive and finite"
            case .nonzero: "must be finite and not 0"
            case .zero: "must be 0 before the run"
            case .number: "must be a number"
            }
        }
    }

    enum Condition: Sendable {
        case equal(Extent, Extent)
        case atLeast(Int, Extent)
        case exactly(Int, Extent)
        case elements(Variable, Part, Property)
        case indices(Variable, below: Extent)
        case outcome(String, Property)
    }

    let condition: Condition
    /// Whether this is looked at only after a run has failed, to say why.
    var onlyExplains = false

    /// Two sizes must be equal.
    package static func equal(_ a: Extent, _ b: Extent) -> Self { Self(condition: .equal(a, b)) }

    /// A size must be at least `least`.
    package static func atLeast(_ least: Int, _ a: Extent) -> Self { Self(condition: .atLeast(least, a)) }

    /// A size is given.
    package static func exactly(_ count: Int, _ a: Extent) -> Self { Self(condition: .exactly(count, a)) }

    /// A matrix must have as many rows as columns.
    package static func square(_ a: Matrix) -> Self { equal(.rows(a), .columns(a)) }

    /// A number must have a property.
    package static func number(_ x: Scalar, _ property: Property) -> Self {
        Self(condition: .elements(x.place.variable, .all, property))
    }

    /// All elements must have a property.
    package static func elements(_ x: Vector, _ property: Property) -> Self {
        Self(condition: .elements(x.place.variable, .all, property))
    }

    /// All elements must have a property.
    package static func elements(_ a: Matrix, _ property: Property) -> Self { elements(a, .all, property) }

    /// Some elements of a matrix must have a property.
    package static func elements(_ a: Matrix, _ part: Part, _ property: Property) -> Self {
        Self(condition: .elements(a.variable, part, property))
    }

    /// All integers must be 0 before the run.
    package static func zeros(_ x: IntegerVector) -> Self {
        Self(condition: .elements(x.place.variable, .all, .zero))
    }

    /// An integer must be an index of something of this size.
    package static func index(_ x: Integer, below size: Extent) -> Self {
        Self(condition: .indices(x.place.variable, below: size))
    }

    /// All integers must be indices of something of this size.
    package static func indices(_ x: IntegerVector, below size: Extent) -> Self {
        Self(condition: .indices(x.place.variable, below: size))
    }

    /// What it means if arguments that fit lead to numbers that do not: a sentence about the arguments.
    ///
    /// - Parameter property: What all results are otherwise.
    package static func outcome(_ sentence: String, unless property: Property = .finite) -> Self {
        Self(condition: .outcome(sentence, property))
    }

    /// The requirement as an explanation only: what does not fit may do no harm, and if it does, the error names it.
    package static func afterFailure(_ requirement: Self) -> Self {
        Self(condition: requirement.condition, onlyExplains: true)
    }

    /// Whether this is about sizes only, which no statement changes.
    var isAboutSizes: Bool {
        switch condition {
        case .equal, .atLeast, .exactly: true
        case .elements, .indices, .outcome: false
        }
    }
}

extension ArgumentRequirement {
    /// The requirement on a derived function's arguments, which have the same sizes; nil if it is about anything else.
    package func sizes(renamed renaming: Renaming) -> ArgumentRequirement? {
        isAboutSizes ? renamed(by: renaming, without: []) : nil
    }

    /// The requirement of a function in which some parameters have become constants or views; nil if it is about what one
    /// of these holds.
    func renamed(by renaming: Renaming, without replaced: Set<Variable>) -> ArgumentRequirement? {
        func renamed(_ extent: Extent) -> Extent {
            Extent(
                node: renaming(extent.node), variable: renaming(extent.variable), noun: extent.noun,
                nouns: extent.nouns)
        }
        let condition: Condition
        switch self.condition {
        case .equal(let a, let b): condition = .equal(renamed(a), renamed(b))
        case .atLeast(let least, let a): condition = .atLeast(least, renamed(a))
        case .exactly(let count, let a): condition = .exactly(count, renamed(a))
        case .indices(let variable, let size):
            if replaced.contains(variable) { return nil }
            condition = .indices(variable, below: renamed(size))
        case .elements(let variable, _, _):
            if replaced.contains(variable) { return nil }
            return self
        case .outcome: return self
        }
        return ArgumentRequirement(condition: condition, onlyExplains: onlyExplains)
    }
}

extension ReversibleFunction {
    /// The function for callers that have made sure of everything themselves.
    package var withoutRequirements: ReversibleFunction<repeat each A> {
        get throws(ReversibilityError) {
            ReversibleFunction(
                callee: .function(try definition.requiring([])), isInverted: isInverted, options: options)
        }
    }

    /// The function with requirements on its arguments.
    ///
    /// - Parameter list: Is given the function's places, to say what must hold for them.
    package func requiring(
        _ list: (repeat each A) -> [ArgumentRequirement]
    ) -> ReversibleFunction<repeat each A> {
        // A function that cannot be made says why when it is used.
        guard case .function(let definition) = callee else { return self }
        do {
            // Fresh places have the numbers of the function's own: a place is known by its number.
            let tracer = Tracer()
            func make<P: Argument>(_ type: P.Type) throws -> P {
                var source = PlaceSource(.parameter, tracer: tracer, name: nil)
                return try P.makePlaces(from: &source)
            }
            let requirements = list(repeat try make((each A).self))
            return ReversibleFunction(
                callee: .function(try definition.requiring(requirements)), isInverted: isInverted,
                options: options)
        } catch let error as ReversibilityError {
            return ReversibleFunction(callee: .unavailable(error), isInverted: isInverted, options: options)
        } catch {
            return ReversibleFunction(
                callee: .unavailable(
                    ReversibilityError(.invalidArgument, "\(error)", function: definition.name)),
                isInverted: isInverted, options: options)
        }
    }

    /// The inverse as a function of its own, so that its errors have its name.
    package func inverse(named name: String) -> ReversibleFunction<repeat each A> {
        guard case .function(let definition) = callee, !isInverted else { return self }
        do {
            let inverse = try Definition(
                name: name, arguments: definition.arguments, argumentTypes: definition.argumentTypes,
                body: definition.body.inverse, names: definition.names, owner: definition.owner,
                isDerived: definition.isDerived, requirements: definition.requirements?.list ?? [])
            return ReversibleFunction(callee: .function(inverse), options: options)
        } catch {
            return ReversibleFunction(callee: .unavailable(error), options: options)
        }
    }
}
