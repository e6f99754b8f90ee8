// Calls with views. A function that is given a view is made anew for it: the parameter becomes the array, with the index of
// the row and the bounds of the part as parameters of their own, and every element that the function names is named in the
// array. Rows, columns and parts of vectors are forms of their own; which row it is makes no new one.

/// What stands for the parameters of a function that is given views.
struct ViewForm: Hashable {
    enum Parameter: Hashable {
        /// A parameter as it was, at a new position.
        case plain(Int)
        case view(View)
    }

    /// A view, by the positions of what it is made of among the new parameters.
    struct View: Hashable {
        /// The array; nil if that is a constant.
        var array: Int?
        var constant: Variable?
        var kind: Variable.Kind
        /// The axis along which it goes.
        var position: Int
        /// The row or the column.
        var fixed: Int?
        /// The first index and the number of elements; nil if it goes all along the axis.
        var part: Part?
    }

    struct Part: Hashable {
        var start: Int
        var count: Int
    }

    /// By the positions of the parameters that there were.
    var parameters: [Parameter] = []
    /// Those that there are now.
    var kinds: [Variable.Kind] = []

    /// Arguments with whole vectors as parts of themselves, where the form takes parts.
    func fitting(_ arguments: [Place]) -> [Place] {
        zip(arguments, parameters).map { place, parameter in
            guard case .view(let view) = parameter, view.part != nil, place.isWholeArray else { return place }
            return place.slice(0..<Expr(place.count))
        }
    }
}

extension ViewExpansion {
    /// The statement for a call that is given views.
    func call(_ call: Call, _ statement: Statement) -> Statement {
        var call = call
        if case .itself = call.callee {
            // What the function calls itself with is known when all of it has been traced.
            if isTracing { return statement }
            if let itself { call.arguments = itself.form.fitting(call.arguments) }
        }
        guard call.arguments.contains(where: { $0.span != nil }) else { return statement }
        do throws(ReversibilityError) {
            return Statement(try viewing(call), at: statement.location)
        } catch {
            var unavailable = call
            unavailable.callee = .unavailable(error)
            return Statement(.call(unavailable), at: statement.location)
        }
    }

    private func viewing(_ call: Call) throws(ReversibilityError) -> Statement.Kind {
        let (modes, name): ([AccessMode], String)
        switch call.callee {
        case .unavailable: return .call(call)
        case .itself(let owner):
            modes = itself?.modes ?? []
            guard modes.count == call.arguments.count else { return .call(call) }
            name = owner.name ?? printer().functionName
        case .function(let definition):
            guard definition.parameters.count == call.arguments.count else { return .call(call) }
            (modes, name) = (definition.parameterModes, definition.name)
        }
        var statements = try distances(call, modes, name)
        for place in call.arguments { statements += assertions(about: place) }
        var list = ViewArgumentList(expansion: self)
        for place in call.arguments { list.append(place) }
        var made = call
        made.arguments = list.arguments
        if case .function(let definition) = call.callee {
            made.callee = .function(try definition.viewed(as: list.form))
        } else {
            guard let itself, list.form == itself.form else {
                throw ReversibilityError(
                    .invalidStatement,
                    "`\(name)` calls itself with views of different kinds in different places; give it the same kind in all "
                        + "of them, or the array, and the bounds as integers", function: name)
            }
            if let callee = itself.callee { made.callee = .function(callee) }
        }
        statements.append(Statement(.call(made)))
        return list.wrapping(statements)
    }

    /// That arguments, of which the function changes some, share no elements.
    private func distances(
        _ call: Call, _ modes: [AccessMode], _ name: String
    ) throws(ReversibilityError) -> [Statement] {
        func text(_ place: Place) -> String { printer().text(place) }
        var result: [Statement] = []
        for (position, place) in call.arguments.enumerated() {
            for (earlier, other) in call.arguments[..<position].enumerated()
            where (place.span != nil || other.span != nil) && !modes[position].toleratesAlias(modes[earlier])
            {
                guard let assertions = assertionsOfDistance(other, place) else {
                    throw ReversibilityError(
                        .aliasing,
                        "`\(name)` is given `\(text(other))` and `\(text(place))`, which share memory, and changes one of "
                            + "them; pass a copy, kept in an ancilla", function: name)
                }
                result += assertions
            }
            guard modes[position].changes else { continue }
            for view in call.arguments {
                guard let span = view.span else { continue }
                let asked = (view.indices + [span.start, span.count]).flatMap(\.reads)
                guard asked.contains(where: { $0.variable == place.variable }), place.span == nil else {
                    continue
                }
                throw ReversibilityError(
                    .aliasing,
                    "`\(name)` changes `\(text(place))`, which says what `\(text(view))` is; pass a copy, kept in an "
                        + "ancilla", function: name)
            }
        }
        return result
    }
}

/// The arguments of a call, and the form of the function that takes them.
private struct ViewArgumentList {
    let expansion: ViewExpansion
    private(set) var arguments: [Place] = []
    private(set) var form = ViewForm()
    /// Arrays of views, each given once.
    private var arrays: [Variable: Int] = [:]
    private var indices: [Node: Int] = [:]
    private var copies = Block()

    init(expansion: ViewExpansion) { self.expansion = expansion }

    mutating func append(_ place: Place) {
        guard let span = place.span else {
            form.parameters.append(.plain(give(place)))
            return
        }
        let variable = place.variable
        var view = ViewForm.View(kind: variable.kind, position: span.position)
        if variable.constant != nil {
            view.constant = variable
        } else {
            let array = arrays[variable] ?? give(Place(variable))
            arrays[variable] = array
            view.array = array
        }
        view.fixed = place.indices.first.map { give($0) }
        if !span.isWhole { view.part = ViewForm.Part(start: give(span.start), count: give(span.count)) }
        form.parameters.append(.view(view))
    }

    private mutating func give(_ place: Place) -> Int {
        arguments.append(place)
        form.kinds.append(
            place.indices.isEmpty ? place.variable.kind : place.type.element == .real ? .scalar : .integer)
        return arguments.count - 1
    }

    /// An integer: a place that holds it, or else an ancilla.
    private mutating func give(_ node: Node) -> Int {
        if let known = indices[node] { return known }
        let place: Place
        if case .read(let read) = node.kind, read.type == .integer, read.variable.kind != .stack,
            read.variable.constant == nil
        {
            place = read
        } else {
            place = Place(expansion.declare(.integer))
            copies.ancillas.append(Ancilla(variable: place.variable, sizes: []))
            copies.statements.append(.update(.add, place, node))
        }
        let position = give(place)
        // Loop indices are integers to those that are called.
        form.kinds[position] = .integer
        indices[node] = position
        return position
    }

    /// The statements, while the ancillas hold their integers.
    func wrapping(_ statements: [Statement]) -> Statement.Kind {
        if copies.isEmpty { return .block(Block(statements: statements)) }
        let use = ComputeApply(
            compute: Block(statements: copies.statements), apply: Block(statements: statements))
        return .block(Block(ancillas: copies.ancillas, statements: [Statement(.compute(use))]))
    }
}

extension ViewForm {
    /// The form of the first call in a function of itself that is given views.
    init?(selfCallsIn block: Block) {
        let form = block.firstStatement { statement -> ViewForm? in
            guard case .call(let call) = statement.kind, case .itself = call.callee,
                call.arguments.contains(where: { $0.span != nil })
            else { return nil }
            var list = ViewArgumentList(
                expansion: ViewExpansion(declare: { Variable(id: -1, kind: $0, owner: TraceToken()) }) {
                    Printer(names: [:])
                })
            for place in call.arguments { list.append(place) }
            return list.form
        }
        guard let form else { return nil }
        self = form
    }
}

extension ViewForm.View {
    /// The view itself, in the function that is made for it.
    func place(in array: Variable, _ parameter: (Int, String) -> Variable) -> Place {
        let indices = fixed.map { [Place(parameter($0, position == 1 ? "row" : "column")).read] } ?? []
        guard let part else { return Place(array, indices, alongAxis: position) }
        let (start, count) = (
            Place(parameter(part.start, "start")).read, Place(parameter(part.count, "count")).read
        )
        // The call has made sure that this is a part of the array.
        return Place(
            array, indices,
            along: Span(
                at: position, from: start, to: .integerBinary(.add, start, count), count: count,
                isWhole: false))
    }
}
