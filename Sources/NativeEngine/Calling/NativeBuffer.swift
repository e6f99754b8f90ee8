import ReversibleCore

/// Memory of the caller's that stands for one place.
public enum NativeBuffer<Number> {
    /// A `Scalar`.
    case real(UnsafeMutablePointer<Number>)
    /// An `Integer`.
    case integer(UnsafeMutablePointer<Int>)
    /// A `Vector`.
    case reals(UnsafeMutableBufferPointer<Number>)
    /// An `IntegerVector`.
    case integers(UnsafeMutableBufferPointer<Int>)
    /// A `Matrix`, row after row.
    case matrix(rows: Int, columns: Int, UnsafeMutableBufferPointer<Number>)
}

extension NativeBuffer where Number: ReversibleNumber {
    /// Sets all numbers to 0.
    package func clear() {
        switch self {
        case .real(let p): p.pointee = Number(constant: 0)
        case .integer(let p): p.pointee = 0
        case .reals(let b), .matrix(_, _, let b): b.update(repeating: Number(constant: 0))
        case .integers(let b): b.update(repeating: 0)
        }
    }
}

extension NativeBuffer {
    /// The memory, and the sizes C is told.
    fileprivate var extent: (base: UnsafeMutableRawPointer?, bytes: Int, sizes: (Int, Int)) {
        let stride = MemoryLayout<Number>.stride
        switch self {
        case .real(let p): return (UnsafeMutableRawPointer(p), stride, (0, 0))
        case .integer(let p): return (UnsafeMutableRawPointer(p), MemoryLayout<Int>.stride, (0, 0))
        case .reals(let b): return (UnsafeMutableRawPointer(b.baseAddress), stride * b.count, (b.count, 0))
        case .integers(let b):
            return (UnsafeMutableRawPointer(b.baseAddress), MemoryLayout<Int>.stride * b.count, (b.count, 0))
        case .matrix(let rows, let columns, let b):
            return (UnsafeMutableRawPointer(b.baseAddress), stride * b.count, (rows, columns))
        }
    }

    fileprivate func fits(_ kind: Variable.Kind) -> Bool {
        switch (kind, self) {
        case (.scalar, .real), (.integer, .integer), (.vector, .reals), (.integerVector, .integers):
            return true
        case (.matrix, .matrix(let rows, let columns, let elements)):
            let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
            return rows >= 0 && columns >= 0 && !overflow && count == elements.count
        default: return false
        }
    }

    /// A copy of what the memory holds.
    package func leaf() -> Leaf<Number> where Number: Sendable {
        switch self {
        case .real(let p): .real(p.pointee)
        case .integer(let p): .integer(p.pointee)
        case .reals(let b): .reals(Array(b))
        case .integers(let b): .integers(Array(b))
        case .matrix(let rows, let columns, let b): .matrix(rows: rows, columns: columns, Array(b))
        }
    }

    /// Writes what a copy holds.
    package func assign(_ leaf: Leaf<Number>) where Number: Sendable {
        switch (self, leaf) {
        case (.real(let p), .real(let x)): p.pointee = x
        case (.integer(let p), .integer(let k)): p.pointee = k
        case (.reals(let b), .reals(let v)), (.matrix(_, _, let b), .matrix(_, _, let v)):
            _ = b.update(from: v)
        case (.integers(let b), .integers(let v)): _ = b.update(from: v)
        default: break
        }
    }
}

/// The caller's memory, for the requirements of a function.
private struct BufferSource<Number: ReversibleNumber>: ArgumentSource {
    let places: [NativeBuffer<Number>]

    func sizes(at position: Int) -> (count: Int, rows: Int, columns: Int) {
        switch places[position] {
        case .real, .integer: (1, 0, 0)
        case .reals(let numbers): (numbers.count, 0, 0)
        case .integers(let numbers): (numbers.count, 0, 0)
        case .matrix(let rows, let columns, let numbers): (numbers.count, rows, columns)
        }
    }

    func integer(at position: Int, _ element: Int) -> Int? {
        switch places[position] {
        case .integer(let p): p.pointee
        case .integers(let numbers): element < numbers.count ? numbers[element] : nil
        default: nil
        }
    }

    func firstFailure(
        of property: ArgumentRequirement.Property, in part: ArgumentRequirement.Part, at position: Int
    ) -> (element: Int, value: String)? {
        switch places[position] {
        case .real(let p): return property.holds(p.pointee.primal) ? nil : (0, "\(p.pointee.primal)")
        case .integer(let p): return property.holds(Double(p.pointee)) ? nil : (0, "\(p.pointee)")
        case .integers(let numbers):
            return numbers.firstIndex { !property.holds(Double($0)) }.map { ($0, "\(numbers[$0])") }
        case .reals(let numbers):
            return part.firstFailure(
                of: property, in: UnsafeBufferPointer(numbers), rows: 1, columns: numbers.count)
        case .matrix(let rows, let columns, let numbers):
            return part.firstFailure(
                of: property, in: UnsafeBufferPointer(numbers), rows: rows, columns: columns)
        }
    }
}

extension Executable {
    /// Runs the program over the caller's memory.
    @_specialize(where Number == Double)
    @_specialize(where Number == Float)
    func run<Number: ReversibleNumber>(
        inPlace places: [NativeBuffer<Number>], options: RunOptions, threads: Int
    ) throws(ReversibilityError) {
        try checkSettings(options, threads: threads)
        try check(places)
        if definition.requirements != nil { try check(BufferSource(places: places)) }
        // What may have to be put back: checks can fail, and a recursion may have to start again elsewhere.
        let saved = checks == .all || isRecursive ? places.map { $0.leaf() } : nil
        var settings = RunSettings(
            options.adapted(to: Number.self), stackBytes: ordinaryStack, threads: threads)
        let status = enter(places, &settings)
        if status == .ok { return }
        guard let saved else {
            let reason = settings.message.map { String(cString: $0) } ?? "the run failed"
            if status == .drifted {
                throw ReversibilityError(
                    .drift, reason + "; what the gradients hold is not specified", function: definition.name)
            }
            let kind: ReversibilityError.Kind =
                switch status {
                case .outOfMemory: .invalidSize
                case .sizesDiffer: .lengthMismatch
                case .checkFailed, .drifted, .ok, .stackExhausted: .emptyStack
                }
            throw ReversibilityError(
                kind,
                reason
                    + "; the arguments are not as they were: code compiled with `checks: .all` puts them back",
                function: definition.name)
        }
        for (place, leaf) in zip(places, saved) { place.assign(leaf) }
        let results = try run(saved, options: options, threads: threads)
        for (place, leaf) in zip(places, results) { place.assign(leaf) }
    }

    private func enter<Number>(_ places: [NativeBuffer<Number>], _ settings: inout RunSettings) -> RunStatus {
        withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: places.count + 1) {
            values in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * places.count + 1) { sizes in
                for (position, place) in places.enumerated() {
                    let extent = place.extent
                    values.initializeElement(at: position, to: extent.base)
                    sizes.initializeElement(at: 2 * position, to: extent.sizes.0)
                    sizes.initializeElement(at: 2 * position + 1, to: extent.sizes.1)
                }
                return enter(
                    UnsafePointer(values.baseAddress), UnsafePointer(sizes.baseAddress), &settings)
            }
        }
    }

    /// Refuses derivatives that are not of the size of what they are derivatives of: the code counts on it.
    ///
    /// - Parameters:
    ///   - function: The function; the places are those of each argument's values, and then its derivatives.
    ///   - layers: How many derivatives every real value has.
    ///   - having: The arguments that have them among the places; nil for all.
    func checkDerivatives<Number>(
        among places: [NativeBuffer<Number>], of function: Definition, layers: Int, having: [Int]? = nil
    ) throws(ReversibilityError) {
        var start = 0
        for (position, argument) in function.arguments.enumerated() {
            let layers = having?.contains(position) ?? true ? layers : 0
            let real = argument.indices.filter { argument[$0].hasGradient }
            let end = start + argument.count + layers * real.count
            // A wrong number of places, and of another type, is reported where all are looked at.
            guard end <= places.count else { return }
            for (number, leaf) in real.enumerated() {
                let own = places[start + leaf].extent
                for layer in 0..<layers {
                    let other = places[start + argument.count + layer * real.count + number].extent
                    guard other.bytes != own.bytes || other.sizes != own.sizes else { continue }
                    let stride = MemoryLayout<Number>.stride
                    throw ReversibilityError(
                        .lengthMismatch,
                        "the memory of a derivative of `\(argument[leaf].name)` is for \(other.bytes / stride) numbers, and "
                            + "that of its value for \(own.bytes / stride); give memory of one size and shape",
                        function: function.name)
                }
            }
            start = end
        }
    }

    private func check<Number>(_ places: [NativeBuffer<Number>]) throws(ReversibilityError) {
        guard places.count == kinds.count else {
            throw refusal("the function takes \(kinds.count) places, and \(places.count) were given")
        }
        for position in kinds.indices where !places[position].fits(kinds[position]) {
            let (kind, name) = (kinds[position], definition.parameters[position].name)
            throw refusal(
                kind == .stack
                    ? "`\(name)` is a Stack, whose size changes; use the call on values"
                    : "`\(name)` is of type \(kind.typeName), and the memory given for it is not")
        }
        for position in written {
            let mine = places[position].extent
            guard let base = mine.base else { continue }
            for other in kinds.indices where other != position {
                let theirs = places[other].extent
                if let start = theirs.base, start < base + mine.bytes, base < start + theirs.bytes {
                    throw refusal(
                        "the memory of `\(definition.parameters[position].name)`, which changes, overlaps that of "
                            + "`\(definition.parameters[other].name)`")
                }
            }
        }
    }

    /// Refuses arguments that do not go together; their numbers are looked at only where other checks are made too.
    private func check<Number: ReversibleNumber>(_ source: BufferSource<Number>) throws(ReversibilityError) {
        try definition.checkSizes(in: source)
        if checks == .all { try definition.checkContents(in: source, inverted: isInverted) }
    }

    private func refusal(_ message: String) -> ReversibilityError {
        ReversibilityError(.invalidArgument, message, function: definition.name)
    }
}
