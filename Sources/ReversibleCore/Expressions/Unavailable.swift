// Overloads that cannot be called, for the sake of what Swift then says.

extension Array {
    /// Not available: the index of a place is known only when the program runs.
    @available(
        *, unavailable,
        message:
            "a Swift array is read while the program is made, and a place's value is known when it runs: make the array a constant of the program, `Vector.constant(…)` or `IntegerVector.constant(…)`, or an argument of the function; or unroll with Swift's `for`"
    )
    public subscript(index: some SymbolicOperand) -> Expr { Expr(.real(0)) }
}

/// Not available: a place's value is known only when the program runs.
@available(
    *, unavailable,
    message:
        "Swift's `if` and `?:` choose while the program is made: use `If(…) { } else: { }` for statements and `select(condition, a, b)` for numbers"
)
public func < (a: some SymbolicOperand, b: some Operand) -> Bool { false }

/// Not available: a place's value is known only when the program runs.
@available(
    *, unavailable,
    message:
        "Swift's `if` and `?:` choose while the program is made: use `If(…) { } else: { }` for statements and `select(condition, a, b)` for numbers"
)
public func <= (a: some SymbolicOperand, b: some Operand) -> Bool { false }

/// Not available: a place's value is known only when the program runs.
@available(
    *, unavailable,
    message:
        "Swift's `if` and `?:` choose while the program is made: use `If(…) { } else: { }` for statements and `select(condition, a, b)` for numbers"
)
public func > (a: some SymbolicOperand, b: some Operand) -> Bool { false }

/// Not available: a place's value is known only when the program runs.
@available(
    *, unavailable,
    message:
        "Swift's `if` and `?:` choose while the program is made: use `If(…) { } else: { }` for statements and `select(condition, a, b)` for numbers"
)
public func >= (a: some SymbolicOperand, b: some Operand) -> Bool { false }

/// Not available: a place's value is known only when the program runs.
@available(
    *, unavailable,
    message:
        "Swift's `if` and `?:` choose while the program is made: use `If(…) { } else: { }` for statements and `select(condition, a, b)` for numbers"
)
public func == (a: some SymbolicOperand, b: some Operand) -> Bool { false }

/// Not available: a place's value is known only when the program runs.
@available(
    *, unavailable,
    message:
        "Swift's `if` and `?:` choose while the program is made: use `If(…) { } else: { }` for statements and `select(condition, a, b)` for numbers"
)
public func != (a: some SymbolicOperand, b: some Operand) -> Bool { false }

// `x > 0 ? x : -x` and `let t: Scalar = x * y` would have a place where there is an expression.

/// Not available: an expression holds nothing that could change.
@available(
    *, unavailable,
    message:
        "an expression cannot be changed: only a place can stand on the left, in a word like `SWAP` or in a call. Keep a result by adding it to an ancilla; choose between numbers with `select(condition, a, b)`"
)
public prefix func - (a: some SymbolicOperand) -> Scalar { .ancilla() }

/// Not available: an expression holds nothing that could change.
@available(
    *, unavailable,
    message:
        "an expression cannot be changed: only a place can stand on the left, in a word like `SWAP` or in a call. Keep a result by adding it to an ancilla; choose between numbers with `select(condition, a, b)`"
)
public func + (a: some SymbolicOperand, b: some Operand) -> Scalar { .ancilla() }

/// Not available: an expression holds nothing that could change.
@available(
    *, unavailable,
    message:
        "an expression cannot be changed: only a place can stand on the left, in a word like `SWAP` or in a call. Keep a result by adding it to an ancilla; choose between numbers with `select(condition, a, b)`"
)
public func - (a: some SymbolicOperand, b: some Operand) -> Scalar { .ancilla() }

/// Not available: an expression holds nothing that could change.
@available(
    *, unavailable,
    message:
        "an expression cannot be changed: only a place can stand on the left, in a word like `SWAP` or in a call. Keep a result by adding it to an ancilla; choose between numbers with `select(condition, a, b)`"
)
public func * (a: some SymbolicOperand, b: some Operand) -> Scalar { .ancilla() }

/// Not available: an expression holds nothing that could change.
@available(
    *, unavailable,
    message:
        "an expression cannot be changed: only a place can stand on the left, in a word like `SWAP` or in a call. Keep a result by adding it to an ancilla; choose between numbers with `select(condition, a, b)`"
)
public func / (a: some SymbolicOperand, b: some Operand) -> Scalar { .ancilla() }
