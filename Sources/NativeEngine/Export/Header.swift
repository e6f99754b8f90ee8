import ReversibleCore

extension EntrySource {
    /// The header of an exported function.
    func header(
        named name: String, role: String, program: String, definition: Definition
    ) -> String {
        let guardName = "REVERSIBLE_" + name.uppercased() + "_H"
        var out = CWriter()
        out.line("/*")
        for line in EntrySource.wrapped(role) { out.line(" * \(line)") }
        out.line(" *")
        for line in program.split(separator: "\n", omittingEmptySubsequences: false) {
            out.line((" *     " + line.replacing("*/", with: "* /").replacing("/*", with: "/ *")).trimmingEnd)
        }
        out.line(" *")
        out.line(" * Parameters:")
        for (position, parameter) in visible.enumerated() {
            for line in EntrySource.wrapped(
                "\(parameter.name): \(description(position, parameter, definition))", indent: "    ")
            {
                out.line(" *   \(line)")
            }
        }
        out.line(" *   options: how to run; a null pointer for the defaults.")
        out.line(" *")
        let unchecked = "an index outside its array is undefined behaviour, as in C."
        let verified =
            unit.root.definition.settledAccounts.isEmpty
            ? ""
            : "With REVERSIBLE_DRIFTED undoing has lost digits that the derivative needs; options->message says where, and "
                + "what the arguments hold is not specified. "
        let checks =
            switch unit.checks {
            case .all:
                "With REVERSIBLE_CHECK_FAILED, options->message says where and why, and what the arguments hold is not specified."
            case .undoing:
                verified
                    + "Arrays of one statement are checked to be of one size, and recursion to end. Other checks are not "
                    + "made: \(unchecked)"
            case .none: "The code makes no checks: \(unchecked)"
            }
        for line in EntrySource.wrapped(
            "Answers REVERSIBLE_OK, or why the run could not be completed. \(checks) Memory that changes must not "
                + "overlap other memory. Several threads may call the function at once, each with options of its own. "
                + "Link with -lm.")
        {
            out.line(" * \(line)")
        }
        out.line(" */")
        out.line("#ifndef \(guardName)")
        out.line("#define \(guardName)")
        out.line("")
        out.line("#include <stddef.h>")
        out.line("#include <stdint.h>")
        out.line("")
        out.line("#ifdef __cplusplus")
        out.line("extern \"C\" {")
        out.line("#endif")
        out.line("")
        let options = RunSource.options
        let function = "int \(name)(\(typedParameters.joined(separator: ", ")));"
        let ending = """

            #ifdef __cplusplus
            }
            #endif

            #endif

            """
        return out.lines.joined(separator: "\n") + "\n" + options + function + "\n" + ending
    }

    private func description(
        _ position: Int, _ parameter: Signature.Parameter, _ definition: Definition
    ) -> String {
        let changes = parameter.isWritten ? "changes" : "is only read"
        switch parameter.kind {
        case .scalar:
            return "a number; it \(signature.results.contains(position) ? "changes" : "is only read")"
        case .integer, .index:
            return
                "an integer; it \(signature.results.contains(position) ? "changes" : "comes back as it was")"
        case .vector: return "\(parameter.name)_count numbers; the array \(changes)"
        case .integerVector: return "\(parameter.name)_count integers; the array \(changes)"
        case .matrix:
            return
                "a matrix of \(parameter.name)_rows by \(parameter.name)_columns numbers, row after row; it \(changes)"
        case .stack: return "a stack; its memory comes from malloc and is replaced"
        }
    }

    /// Lines of at most 100 characters.
    static func wrapped(_ text: String, indent: String = "") -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.count + word.count > 100 {
                lines.append(line)
                line = indent + word
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        return lines + [line]
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var copy = self
        while copy.last == " " { copy.removeLast() }
        return copy
    }
}
