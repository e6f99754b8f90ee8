/// Which checks compiled code makes while it runs.
public enum Checks: Hashable, Sendable {
    /// All of the interpreter's: the same errors, with the same places in the source.
    ///
    /// Iterations of a `ParallelFor` run one after the other, and the in-place call copies what it may have
    /// to put back.
    case all
    /// That undoing lost nothing which a derivative reads: the numbers that a gradient reads again after undoing, and
    /// the decisions that it takes, are compared with those of the program, by sums of which one or two operations a
    /// read are spent (nothing where only arguments are read that never change). What differs throws an error of kind
    /// `.drift`.
    ///
    /// Beside it: that the arrays of a statement over whole arrays are of one size, and that recursion ends. Otherwise
    /// the program is trusted, as with ``none``.
    case undoing
    /// None: no instruction is spent on them. The program must be right for its arguments: an index outside
    /// its array is undefined behaviour, as in C. An integer divided by 0 gives 0, and leaves itself as the remainder. The
    /// lengths of arguments that go together are not known to the caller, and are not checked either, but for those of ready programs, which are checked before a run.
    /// A recursion without end is undefined behaviour too: it may run on forever, where ``all`` and ``undoing`` stop at
    /// `callDepthLimit`.
    case none
}
