import AD
import CUDAEngine
import ReversibleCore

/// A program whose kernels are checked: the program without the types of its arguments, and data for it.
package struct Subject: Sendable {
    /// What the program is an example of.
    package enum Group: String, Sendable, CaseIterable {
        case functions = "elementary functions"
        case language = "statements of the language"
        case arrays = "whole arrays and sums"
        case bundleAdjustment = "bundle adjustment"
        case mixtures = "Gaussian mixtures"
        case sparse = "sparse matrices"
        case library = "building blocks"
    }

    /// Which program is derived from the function.
    package enum Aspect: String, Sendable, CaseIterable {
        case forward, inverse, gradient, product
    }

    package var name: String
    package var group: Group
    package var aspects: [Aspect]
    /// The sizes for which the data makes sense and the reference is affordable.
    package var sizes: ClosedRange<Int>
    /// The arguments for a size.
    package var values: @Sendable (Int) -> [Leaf<Double>]
    /// Whether elementary functions stand outside of parallel work. There native code takes the system's, and the last
    /// bits may differ.
    package var hasLooseFunctions: Bool
    /// The largest size that the interpreter runs.
    package var largestInterpreted: Int
    /// What is special about the kernels.
    package var adjust: @Sendable (inout PTXOptions) -> Void

    private let function: Result<Definition, ReversibilityError>

    package init<each A: Argument>(
        _ name: String, _ group: Group, _ f: ReversibleFunction<repeat each A>,
        aspects: [Aspect] = Aspect.allCases, sizes: ClosedRange<Int> = 0...1_000_000,
        hasLooseFunctions: Bool = false, largestInterpreted: Int = 1000,
        adjust: @escaping @Sendable (inout PTXOptions) -> Void = { _ in },
        values: @escaping @Sendable (Int) -> [Leaf<Double>]
    ) {
        self.name = name
        self.group = group
        self.aspects = aspects
        self.sizes = sizes
        self.values = values
        self.hasLooseFunctions = hasLooseFunctions
        self.largestInterpreted = largestInterpreted
        self.adjust = adjust
        function = Result { () throws(ReversibilityError) in try f.definition }
    }

    /// The program of an aspect.
    package func derived(_ aspect: Aspect) throws -> DerivedProgram {
        let definition = try function.get()
        switch aspect {
        case .forward, .inverse:
            return DerivedProgram(
                function: definition, definition: definition, isInverted: aspect == .inverse, wanted: nil,
                hasDerivatives: false)
        case .gradient:
            return DerivedProgram(
                function: definition, definition: try definition.pullback(inverted: false), isInverted: false,
                wanted: definition.gradientsWanted(of: Set(definition.arguments.indices)),
                hasDerivatives: true)
        case .product:
            return DerivedProgram(
                function: definition,
                definition: try definition.tangent(moving: Set(definition.arguments.indices)),
                isInverted: false, wanted: nil, hasDerivatives: true)
        }
    }
}

/// A program made of a function: itself, its inverse, its pullback, or its tangent program.
package struct DerivedProgram: Sendable {
    package let function: Definition
    package let definition: Definition
    package let isInverted: Bool
    /// For every place whether its final value is wanted; nil for all.
    package let wanted: [Bool]?
    let hasDerivatives: Bool

    /// What the program's places hold at the start: the values, and random gradients or tangents after them.
    package func places(_ values: [Leaf<Double>]) -> [Leaf<Double>] {
        guard hasDerivatives else { return values }
        var numbers = Numbers(seed: 77)
        let derivatives = function.zeroGradients(for: values).map { leaf in
            leaf.map { _ in numbers.uniform(-1, 1) }
        }
        return function.interleave(values, derivatives)
    }

    package func isWanted(_ position: Int) -> Bool { wanted?[position] ?? true }
}
