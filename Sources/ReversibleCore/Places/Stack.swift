/// A store of numbers for what cannot be undone otherwise.
///
/// `PUSH(a, on: stack)` moves a number onto the stack and leaves 0 behind; `POP(a, from: stack)` is its
/// inverse. A `Stack()` lives as long as one run of the outermost function: what is left on it by the
/// forward half of a gradient is there for the backward half. Running `f` and later `~f` are two runs; to
/// carry the numbers from one to the other, make the stack an argument, whose host value is `[Double]`.
///
/// ``count``, ``isEmpty`` and ``top`` say what is on it, in expressions and conditions.
///
/// Memory grows with the number of pushes. `Stack.ancilla()` must be empty again at the end of its block.
public struct Stack: Argument {
    /// The host value: the numbers, the top of the stack last.
    public typealias Value = [Double]

    package let variable: Variable

    package init(_ variable: Variable) { self.variable = variable }

    /// A stack for the length of one run.
    public init(_ name: String? = nil) {
        variable = (Tracer.current ?? Tracer()).declare(.stack, name: name, storage: TraceToken())
    }

    /// The number of numbers on the stack, known when the program runs.
    public var count: Expr { Expr(Place(variable).read) }

    /// Whether there is nothing on the stack.
    public var isEmpty: Condition { Condition(.compare(.equal, count.node, .integer(0))) }

    /// The number on top of the stack, which stays there; it has a derivative like any other number.
    ///
    /// To read it while the stack is empty is an error of the kind ``ReversibilityError/Kind/emptyStack``. Where it may
    /// be, ask first: `select(stack.isEmpty, 0, stack.top)` reads the top only if there is one.
    public var top: Expr { Expr(variable.top.read) }

    /// A stack that is empty at both ends of the enclosing block.
    public static func ancilla(_ name: String? = nil) -> Stack {
        Stack(declareAncilla(.stack, name, []))
    }
}

extension Variable {
    /// Of a stack, its last number.
    ///
    /// The index names the stack itself. The same index on a stack of derivatives names the derivative of that number,
    /// which counts as 0 where the stack of derivatives does not reach so far.
    package var top: Place { Place(self, [.integerBinary(.subtract, Place(self).read, .integer(1))]) }
}
