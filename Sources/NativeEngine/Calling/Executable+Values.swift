import AD
import ReversibleCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How much of a thread's stack recursion may use before it moves to a thread made for it.
let ordinaryStack = 256 << 10

extension Executable {
    /// Runs the program on values and returns what they become.
    ///
    /// - Parameter explaining: Throws what is wrong, if it knows better than the program in the interpreter.
    func run<Number: ReversibleNumber>(
        _ arguments: [Leaf<Number>], options: RunOptions, threads: Int,
        explaining: () throws(ReversibilityError) -> Void = {}
    ) throws(ReversibilityError) -> [Leaf<Number>] {
        var drift = 0.0
        return try run(arguments, options: options, threads: threads, drift: &drift, explaining: explaining)
    }

    /// The same.
    ///
    /// - Parameter drift: Becomes how far sums that verify undoing were apart.
    func run<Number: ReversibleNumber>(
        _ arguments: [Leaf<Number>], options: RunOptions, threads: Int, drift: inout Double,
        explaining: () throws(ReversibilityError) -> Void = {}
    ) throws(ReversibilityError) -> [Leaf<Number>] {
        try checkSettings(options, threads: threads)
        try definition.checkArguments(arguments, omitting: omitted)
        try definition.checkContents(arguments, inverted: isInverted)
        var leaves = arguments
        var message: String?
        var settings = RunSettings(
            options.adapted(to: Number.self), stackBytes: ordinaryStack, threads: threads)
        switch attempt(&leaves, &settings, &message) {
        case .ok:
            drift = settings.drift
            definition.alignCotangents(&leaves)
            try definition.checkOutcome(of: leaves, from: arguments)
            return leaves
        case .stackExhausted:
            let deep = DeepStack.run { stackBytes in
                var leaves = arguments
                var message: String?
                var settings = RunSettings(
                    options.adapted(to: Number.self), stackBytes: stackBytes, threads: threads)
                let status = self.attempt(&leaves, &settings, &message)
                return (status, leaves, message, settings.drift)
            }
            message = deep?.2
            if let (status, results, _, found) = deep, status == .ok {
                drift = found
                leaves = results
                definition.alignCotangents(&leaves)
                try definition.checkOutcome(of: leaves, from: arguments)
                return leaves
            }
        case .checkFailed, .outOfMemory, .drifted, .sizesDiffer: break
        }
        // The interpreter would need as much memory, and could not say so.
        if let message, message.hasPrefix(ReversibilityError.noStack) {
            throw ReversibilityError(
                .invalidSize, message + ReversibilityError.whatRecordsTake, function: definition.name)
        }
        try explaining()
        // The interpreter says what is wrong; and if an ancilla was off by rounding only, that nothing is.
        // Of sums that do not agree it finds the place, or that they were off by their own rounding.
        guard verifies else { return try definition.run(arguments, inverted: isInverted, options: options) }
        let again = try definition.runVerified(arguments, options: options)
        drift = again.drift
        return again.results
    }

    /// Runs code that takes few numbers on them; false if it fails, and then a run on leaves says why.
    func run(
        on numbers: inout NumberWords, options: RunOptions, threads: Int
    ) throws(ReversibilityError) -> Bool {
        try checkSettings(options, threads: threads)
        var settings = RunSettings(options, stackBytes: ordinaryStack, threads: threads)
        // Pointers to the words, and of each two sizes, which numbers do not have.
        var pointers = SIMD8<Int>()
        var sizes = SIMD16<Int>()
        return withUnsafeMutablePointer(to: &numbers.words) { words in
            for position in 0..<numbers.count {
                pointers[position] = Int(bitPattern: UnsafeMutableRawPointer(words) + 8 * position)
            }
            return withUnsafeMutableBytes(of: &pointers) { pointers in
                withUnsafeMutableBytes(of: &sizes) { sizes in
                    enter(
                        pointers.baseAddress?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self),
                        sizes.baseAddress?.assumingMemoryBound(to: Int.self), &settings) == .ok
                }
            }
        }
    }

    /// Refuses options and thread counts that make no sense.
    func checkSettings(_ options: RunOptions, threads: Int) throws(ReversibilityError) {
        try options.check(for: definition.name)
        if let problem = OptionRange.atLeast(0, threads, "threads") {
            throw ReversibilityError(.invalidArgument, problem, function: definition.name)
        }
    }

    private func attempt<Number: ReversibleNumber>(
        _ leaves: inout [Leaf<Number>], _ settings: inout RunSettings, _ message: inout String?
    ) -> RunStatus {
        let status =
            kinds.contains(where: \.isArray)
            ? leaves.withArrays(at: definition.slots) { leaves, arrays in
                enter(&leaves, arrays, &settings)
            } : enter(&leaves, [], &settings)
        // The text of a message may be the thread's own.
        if status == .outOfMemory { message = settings.message.map { String(cString: $0) } }
        return status
    }

    /// Numbers and stacks get memory of their own; arrays are where they are.
    private func enter<Number: ReversibleNumber>(
        _ leaves: inout [Leaf<Number>], _ arrays: [ArrayDescriptor?], _ settings: inout RunSettings
    ) -> RunStatus {
        let count = leaves.count
        // On the thread's stack, where there are few: a call of a function of numbers allocates nothing here.
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: max(4 * count, 1)) { memory in
            memory.initialize(repeating: 0)
            return withUnsafeTemporaryAllocation(
                of: UnsafeMutableRawPointer?.self, capacity: max(count, 1)
            ) { values in
                values.initialize(repeating: nil)
                guard let words = memory.baseAddress else { return .checkFailed }
                return enter(&leaves, arrays, &settings, words, words + 2 * count, values)
            }
        }
    }

    /// - Parameters:
    ///   - words: Two for every leaf.
    ///   - sizes: Two for every leaf.
    ///   - values: One pointer for every leaf.
    private func enter<Number: ReversibleNumber>(
        _ leaves: inout [Leaf<Number>], _ arrays: [ArrayDescriptor?], _ settings: inout RunSettings,
        _ words: UnsafeMutablePointer<Int>, _ sizes: UnsafeMutablePointer<Int>,
        _ values: UnsafeMutableBufferPointer<UnsafeMutableRawPointer?>
    ) -> RunStatus {
        for position in leaves.indices {
            let word = UnsafeMutableRawPointer(words + 2 * position)
            values[position] = word
            switch leaves[position] {
            case .real(let value) where position >= arrays.count || arrays[position] == nil:
                word.storeBytes(of: value, as: Number.self)
            case .integer(let value): word.storeBytes(of: value, as: Int.self)
            case .reals(let numbers) where definition.parameters[position].variable.kind == .stack:
                StackMemory.fill(word, numbers)
            default:
                guard position < arrays.count, let array = arrays[position] else { continue }
                values[position] = array.base
                let isMatrix = definition.parameters[position].variable.kind == .matrix
                sizes[2 * position] = isMatrix ? array.rows : array.count
                sizes[2 * position + 1] = array.columns
            }
        }
        let status = enter(UnsafePointer(values.baseAddress), UnsafePointer(sizes), &settings)
        for position in leaves.indices {
            let word = UnsafeMutableRawPointer(words + 2 * position)
            switch leaves[position] {
            case .real where position >= arrays.count || arrays[position] == nil:
                leaves[position] = .real(word.load(as: Number.self))
            case .integer: leaves[position] = .integer(word.load(as: Int.self))
            case .reals where definition.parameters[position].variable.kind == .stack:
                leaves[position] = .reals(StackMemory.take(word))
            default: break
            }
        }
        return status
    }
}

/// A stack argument in C's hands: a pointer that malloc gave, and a count.
private enum StackMemory {
    static func fill<Number: ReversibleNumber>(_ word: UnsafeMutableRawPointer, _ numbers: [Number]) {
        let memory = malloc(max(numbers.count, 1) * 8)
        let items = memory?.bindMemory(to: Double.self, capacity: max(numbers.count, 1))
        for (index, number) in numbers.enumerated() { items?[index] = number.primal }
        word.storeBytes(of: memory, as: UnsafeMutableRawPointer?.self)
        word.storeBytes(of: memory == nil ? 0 : numbers.count, toByteOffset: 8, as: Int.self)
    }

    static func take<Number: ReversibleNumber>(_ word: UnsafeMutableRawPointer) -> [Number] {
        let memory = word.load(as: UnsafeMutableRawPointer?.self)
        let count = word.load(fromByteOffset: 8, as: Int.self)
        defer { free(memory) }
        guard let items = memory?.assumingMemoryBound(to: Double.self) else { return [] }
        return (0..<count).map { Number(constant: items[$0]) }
    }
}
