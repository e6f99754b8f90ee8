import ReversibleCore

// What notes are of, and how they are found again in a program.

/// What a note is of.
enum NoteSubject: Hashable {
    /// A number, or one element of an array, looked at under a condition if there is one.
    case number(Place, if: Node?)
    /// The magnitude of a number.
    case magnitude(Place)
    /// The elements of an array within bounds.
    case elements(Variable, [Bounds])
    /// A small integer that stands for a decision, in one of the sums of decisions.
    case decision(Node, if: Node?, in: Variable)

    struct Bounds: Hashable {
        let start: Node
        let end: Node
        let closed: Bool
    }

    /// The same subject, looked at in any case.
    var unconditional: NoteSubject {
        switch self {
        case .number(let place, _): .number(place, if: nil)
        case .decision(let value, _, let sum): .decision(value, if: nil, in: sum)
        case .magnitude, .elements: self
        }
    }

    /// The variables that it depends on.
    var variables: [Variable] {
        func variables(_ nodes: [Node?]) -> [Variable] {
            nodes.compactMap { $0 }.flatMap(\.reads).map(\.variable)
        }
        return switch self {
        case .number(let place, let condition): [place.variable] + variables(place.indices + [condition])
        case .magnitude(let place): [place.variable] + variables(place.indices)
        case .elements(let array, let bounds): [array] + variables(bounds.flatMap { [$0.start, $0.end] })
        case .decision(let value, let condition, _): variables([value, condition])
        }
    }
}

/// What the notes of a function are of, by the amounts that they add.
struct NoteSubjects {
    private var subjects: [ObjectIdentifier: (amount: Node, subject: NoteSubject)] = [:]

    /// The node itself tells; an equal one may be the user's.
    subscript(amount: Node) -> NoteSubject? {
        get { subjects[ObjectIdentifier(amount)]?.subject }
        set { subjects[ObjectIdentifier(amount)] = newValue.map { (amount, $0) } }
    }
}

/// A note, as `WitnessWriter` writes it.
struct Note {
    let subject: NoteSubject
    /// How many statements it consists of.
    let length: Int
    /// Where it adds.
    let sums: [Variable]

    /// What stands behind it.
    var made: [NoteSubject] {
        if case .number(let place, nil) = subject { [subject, .magnitude(place)] } else { [subject] }
    }

    /// The note that begins with a block's statement.
    init?(_ statements: [Statement], at position: Int, _ subjects: NoteSubjects) {
        if let (array, sums) = Note.elements(statements[position], [], subjects) {
            (subject, length, self.sums) = (array, 1, sums)
            return
        }
        guard case .update(let update) = statements[position].kind,
            let subject = subjects[update.change]
        else { return nil }
        self.subject = subject
        // A value is followed by its magnitude.
        guard case .number = subject else {
            (length, sums) = (1, [update.place.variable])
            return
        }
        guard position + 1 < statements.count, case .update(let next) = statements[position + 1].kind else {
            return nil
        }
        (length, sums) = (2, [update.place.variable, next.place.variable])
    }

    /// The subject of loops around a note of the element that they go to.
    private static func elements(
        _ statement: Statement, _ around: [(Variable, NoteSubject.Bounds)], _ subjects: NoteSubjects
    ) -> (NoteSubject, [Variable])? {
        guard case .forLoop(let loop) = statement.kind, loop.step.constant == 1, loop.body.ancillas.isEmpty
        else { return nil }
        let loops =
            around + [(loop.index, NoteSubject.Bounds(start: loop.start, end: loop.end, closed: loop.closed))]
        let statements = loop.body.statements
        if statements.count == 1 { return elements(statements[0], loops, subjects) }
        guard statements.count == 2, let note = Note(statements, at: 0, subjects), note.length == 2,
            case .number(let place, nil) = note.subject, place.indices == loops.map({ Place($0.0).read })
        else { return nil }
        return (.elements(place.variable, loops.map(\.1)), note.sums)
    }
}

/// The function whose notes are looked at.
struct NoteScope {
    let modes: [AccessMode]
    let subjects: NoteSubjects
}
