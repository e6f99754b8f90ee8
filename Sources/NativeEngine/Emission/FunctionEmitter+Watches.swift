import ReversibleCore

// In checked code the iterations of a `ParallelFor` are watched, as the interpreter watches them.

extension FunctionEmitter {
    /// The arrays watched during a loop, and where they were kept before.
    struct Watched {
        var arrays: [(variable: Variable, shadow: String)]
        var outer: [(Variable, Storage?)]
        var mark: String
    }

    /// Begins to watch the arrays on which iterations might depend on each other.
    func openWatches(_ loop: ForLoop) -> Watched? {
        var accesses = Accesses(ownModes: program.parameterModes)
        loop.body.visit(&accesses)
        let suspects = accesses.mayConflict(between: loop.index)
        guard !suspects.isEmpty else { return nil }
        let mark = names.declare("mark")
        out.line("const memory_mark \(mark) = mark_memory(run);")
        var watched = Watched(arrays: [], outer: [], mark: mark)
        for variable in suspects {
            let s = store(of: variable)
            let shadow = names.declare("shadow")
            out.line("int64_t *const \(shadow) = watch(run, \(s.count));")
            watched.arrays.append((variable, shadow))
            watched.outer.append((variable, storage[variable.id]))
        }
        return watched
    }

    /// Uses from here on belong to this iteration.
    func enter(_ watched: Watched, iteration: String) {
        for (variable, shadow) in watched.arrays {
            storage[variable.id]?.watches.append((shadow, iteration))
        }
    }

    func close(_ watched: Watched) {
        for (variable, outer) in watched.outer { storage[variable.id] = outer }
        out.line("release_memory(run, \(watched.mark));")
    }
}
