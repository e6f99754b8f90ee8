/// A store of numbers for what cannot be undone otherwise.
///
/// `PUSH(a, on: stack)` moves a number onto the stack and leaves 0 behind; `POP(a, from: stack)` is its
/// inverse. A `Stack()` lives as long as one run of the outermost function: what is left on it by the
/// forward half of a gradient is there for the backward half. Running `f` and later `~f` are two runs; to
/// carry the numbers from one to the other, make the stack an argument, whose host value is `[Double]`.
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

    /// A stack that is empty at both ends of the enclosing block.
    public static func ancilla(_ name: String? = nil) -> Stack {
        Stack(declareAncilla(.stack, name, []))
    }
}
