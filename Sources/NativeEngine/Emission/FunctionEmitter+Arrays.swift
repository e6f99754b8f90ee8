import ReversibleCore

// Values that take a loop over all elements of an array.
extension FunctionEmitter {
    func sum(_ terms: Node, _ element: ValueType.Element) -> CValue {
        let isVarying = isVarying(terms)
        let name = names.declare("total")
        out.line("\(type(element, isVarying: isVarying)) \(name) = \(isVarying ? "{0}" : "0");")
        overElements(of: terms) {
            let term = element == .real ? self.real(terms) : self.integer(terms)
            if self.isChecked, element == .integer {
                self.require(
                    "!__builtin_add_overflow(\(name), (int64_t)(\(term.text)), &\(name))",
                    "the integer result is outside the range of Int")
            } else {
                self.out.line("\(name) += \(term.text);")
            }
        }
        return CValue(name, isVarying: isVarying)
    }

    /// The index of the first largest or smallest element.
    func index(of which: Extremum, in elements: Node) -> CValue {
        let (areReals, isVarying) = (elements.type.element == .real, isVarying(elements))
        let element: ValueType.Element = areReals ? .real : .integer
        if let (array, _) = elements.elementArrays {
            require("\(store(of: array).count) > 0", "an array has no elements")
        }
        // Worse than all elements, or equal to all of them.
        let worst =
            areReals
            ? literal(which == .largest ? -.infinity : .infinity)
            : CValue(which == .largest ? "INT64_MIN" : "INT64_MAX")
        let (best, result) = (names.declare("best"), names.declare("index"))
        out.line(
            "\(type(element, isVarying: isVarying)) \(best) = "
                + (isVarying ? spread(worst, element) : worst.text) + ";")
        out.line("\(type(.integer, isVarying: isVarying)) \(result) = \(isVarying ? "{0}" : "0");")
        if !isVarying, !isChecked, case .read(let place) = elements.kind {
            indexByGroups(of: which, in: place.variable, element, best, result)
            return CValue(result)
        }
        overElements(of: elements) {
            let found = areReals ? self.real(elements) : self.integer(elements)
            let name = self.named("x", found, element)
            let value = isVarying ? self.spread(CValue(name, isVarying: found.isVarying), element) : name
            let index = self.elementIndex?.text ?? "0"
            if self.isChecked, areReals {
                self.require("!isnan(\(value))", "the condition compares a NaN")
            }
            let condition = "\(value) \(which.relation.symbol) \(best)"
            if isVarying {
                let m = self.names.declare("m")
                self.out.line("const vi \(m) = \(areReals ? "MASK" : "INTEGER_MASK")(\(condition));")
                self.out.line(
                    "\(best) = \(areReals ? "lanes_select" : "lanes_select_i")(\(m), \(value), \(best));")
                self.out.line("\(result) = lanes_select_i(\(m), lanes_splat_i(\(index)), \(result));")
            } else {
                self.out.open("if (\(condition))")
                self.out.line("\(best) = \(value);")
                self.out.line("\(result) = \(index);")
                self.out.close()
            }
        }
        return CValue(result, isVarying: isVarying)
    }

    /// Looks first whether a group of elements has a better one, which takes no step after another.
    private func indexByGroups(
        of which: Extremum, in array: Variable, _ element: ValueType.Element, _ best: String, _ result: String
    ) {
        let (store, relation) = (store(of: array), which.relation.symbol)
        names.enter()
        let (e, end, better, k) = (
            names.declare("e"), names.declare("end"), names.declare("better"), names.declare("k")
        )
        func at(_ index: String) -> String { "\(store.name)[\(index)]" }
        out.open("for (int64_t \(e) = 0; \(e) < \(store.count); \(e) += 64)")
        out.line("const int64_t \(end) = \(store.count) - \(e) < 64 ? \(store.count) : \(e) + 64;")
        out.line("int64_t \(better) = 0;")
        out.line(
            "for (int64_t \(k) = \(e); \(k) < \(end); ++\(k)) \(better) |= \(at(k)) \(relation) \(best);")
        out.line("if (!\(better)) continue;")
        out.open("for (int64_t \(k) = \(e); \(k) < \(end); ++\(k))")
        out.open("if (\(at(k)) \(relation) \(best))")
        out.line("\(best) = \(at(k));")
        out.line("\(result) = \(k);")
        out.close()
        out.close()
        out.close()
        names.leave()
    }
}
