/// `ROT(a, b, angle)`: the point (a, b) turns about the origin; `IROT` turns it back.
package struct Rotate: Hashable, Sendable {
    package var a: Place
    package var b: Place
    package var angle: Node
    package var backward: Bool

    package init(_ a: Place, _ b: Place, _ angle: Node, backward: Bool) {
        self.a = a
        self.b = b
        self.angle = angle
        self.backward = backward
    }

    package var inverse: Rotate { Rotate(a, b, angle, backward: !backward) }
}

/// Turns the point (`a`, `b`) by `angle` radians counterclockwise; the inverse is `IROT`.
///
/// `a` becomes a·cos(angle) − b·sin(angle), `b` becomes a·sin(angle) + b·cos(angle).
public func ROT<Places: Argument>(_ a: Places, _ b: Places, _ angle: some Operand) -> Statement {
    .pairwise(a, b) { .rotate(Rotate($0, $1, angle.node, backward: false)) }
}

/// Turns the point (`a`, `b`) by `angle` radians clockwise; the inverse is `ROT`.
public func IROT<Places: Argument>(_ a: Places, _ b: Places, _ angle: some Operand) -> Statement {
    .pairwise(a, b) { .rotate(Rotate($0, $1, angle.node, backward: true)) }
}

extension Rotate: StatementRule {
    package func visit(_ accesses: inout Accesses) {
        accesses.write(a, [.read, .write])
        accesses.write(b, [.read, .write])
        accesses.read(angle)
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        try checker.check(angle)
        let word = backward ? "IROT" : "ROT"
        try checker.checkPair(a, b, word: word)
        try checker.checkReal(a, word: word)
        try checker.checkReal(b, word: word)
        if !angle.type.isSingle, angle.type.shape != a.type.shape {
            throw checker.error(
                .invalidStatement, "the angle of `\(word)` must be one number, or one for every element")
        }
        try checker.checkAliases(writes: [a, b], reads: [angle])
    }

    package func print(to printer: inout Printer) {
        let word = backward ? "IROT" : "ROT"
        printer.line("\(word)(\(printer.text(a)), \(printer.text(b)), \(printer.text(angle)))")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        .rotate(Rotate(renaming(a), renaming(b), renaming(angle), backward: backward))
    }
}
