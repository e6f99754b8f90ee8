import ReversibleCore

// Operations on active numbers: each makes its result, runs the rest of the program on it, and adds to the gradients of its
// operands afterwards.

extension Active {
    /// This number plus another.
    @inlinable
    @inline(__always)
    public func plus<Failure: Error>(
        _ other: borrowing Active, then rest: (borrowing Active) throws(Failure) -> Void
    ) throws(Failure) {
        var cell = ActiveCell(value + other.value, self.cell.pointee.delimiter)
        try withUnsafeMutablePointer(to: &cell) { (cell) throws(Failure) in
            try ActiveCell.lend(cell, rest)
            gradient += cell.pointee.gradient
            other.gradient += cell.pointee.gradient
        }
    }

    /// This number minus another.
    @inlinable
    @inline(__always)
    public func minus<Failure: Error>(
        _ other: borrowing Active, then rest: (borrowing Active) throws(Failure) -> Void
    ) throws(Failure) {
        var cell = ActiveCell(value - other.value, self.cell.pointee.delimiter)
        try withUnsafeMutablePointer(to: &cell) { (cell) throws(Failure) in
            try ActiveCell.lend(cell, rest)
            gradient += cell.pointee.gradient
            other.gradient -= cell.pointee.gradient
        }
    }

    /// This number times another.
    @inlinable
    @inline(__always)
    public func times<Failure: Error>(
        _ other: borrowing Active, then rest: (borrowing Active) throws(Failure) -> Void
    ) throws(Failure) {
        var cell = ActiveCell(value * other.value, self.cell.pointee.delimiter)
        try withUnsafeMutablePointer(to: &cell) { (cell) throws(Failure) in
            try ActiveCell.lend(cell, rest)
            gradient += Active.contribution(other.value, cell.pointee.gradient)
            other.gradient += Active.contribution(value, cell.pointee.gradient)
        }
    }

    /// This number divided by another.
    @inlinable
    @inline(__always)
    public func divided<Failure: Error>(
        by other: borrowing Active, then rest: (borrowing Active) throws(Failure) -> Void
    ) throws(Failure) {
        let quotient = value / other.value
        var cell = ActiveCell(quotient, self.cell.pointee.delimiter)
        try withUnsafeMutablePointer(to: &cell) { (cell) throws(Failure) in
            try ActiveCell.lend(cell, rest)
            gradient += Active.contribution(1 / other.value, cell.pointee.gradient)
            other.gradient += Active.contribution(-quotient / other.value, cell.pointee.gradient)
        }
    }

    /// A multiple of this number, and a constant: `factor · x + constant`.
    @inlinable
    @inline(__always)
    public func scaled<Failure: Error>(
        by factor: Double, plus constant: Double = 0, then rest: (borrowing Active) throws(Failure) -> Void
    ) throws(Failure) {
        var cell = ActiveCell(value * factor + constant, self.cell.pointee.delimiter)
        try withUnsafeMutablePointer(to: &cell) { (cell) throws(Failure) in
            try ActiveCell.lend(cell, rest)
            gradient += Active.contribution(factor, cell.pointee.gradient)
        }
    }

    /// A function of this number, with the derivative of the language's rules.
    ///
    /// - Parameter function: A function of one argument; another stops the process.
    public func apply<Failure: Error>(
        _ function: ElementaryFunction, then rest: (borrowing Active) throws(Failure) -> Void
    ) throws(Failure) {
        let result = Double.evaluate(function, value)
        var cell = ActiveCell(result, self.cell.pointee.delimiter)
        try withUnsafeMutablePointer(to: &cell) { (cell) throws(Failure) in
            try ActiveCell.lend(cell, rest)
            let weight = cell.pointee.gradient
            if weight != 0 {
                gradient += Active.contribution(function.derivative(at: value, value: result), weight)
            }
        }
    }

    /// A function of this number and another, with the derivatives of the language's rules.
    ///
    /// - Parameter function: A function of two arguments; another stops the process.
    public func apply<Failure: Error>(
        _ function: ElementaryFunction, _ other: borrowing Active,
        then rest: (borrowing Active) throws(Failure) -> Void
    ) throws(Failure) {
        let result = Double.evaluate(function, value, other.value)
        var cell = ActiveCell(result, self.cell.pointee.delimiter)
        try withUnsafeMutablePointer(to: &cell) { (cell) throws(Failure) in
            try ActiveCell.lend(cell, rest)
            let weight = cell.pointee.gradient
            if weight != 0 {
                gradient += Active.contribution(
                    function.partialX(at: value, other.value, value: result), weight)
                other.gradient += Active.contribution(
                    function.partialY(at: value, other.value, value: result), weight)
            }
        }
    }

    /// A slope times a gradient, 0 if one of them is: what does not move stays where a slope is infinite.
    @inlinable
    @inline(__always)
    static func contribution(_ slope: Double, _ gradient: Double) -> Double {
        slope == 0 || gradient == 0 ? 0 : slope * gradient
    }
}
