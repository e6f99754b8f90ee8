import Foundation

// Ratios of reversible programs to hand-written C, and of gradients to objectives. See CommandLine.swift for
// the options, Problems/ for what is measured and Harness/ for how.

do {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    if options.help {
        print(Options.usage)
    } else if options.list {
        Problem.all.forEach { print($0.name) }
    } else if let steps = options.memoryProbe {
        print(try MemoryProbe.run(steps: steps, native: options.native))
    } else if let folder = options.compileProbe {
        print(try CompileCosts.run(cache: folder))
    } else if let probe = options.undoingProbe {
        print(try UndoingMemory.run(probe))
    } else {
        if Build.isDebug && !options.allowDebug {
            throw UsageError("A debug build's times say nothing; build with -c release, or use --allow-debug")
        }
        let report = try Report(running: options)
        print(report.text(as: options.format))
        if let file = options.plot {
            try Chart(report).svg.write(toFile: file, atomically: true, encoding: .utf8)
        }
        exit(report.agrees ? 0 : 1)
    }
} catch let error as UsageError {
    printError("Error: \(error.message)\n\(Options.synopsis)\n  See 'reversible-bench --help'.")
    exit(2)
} catch {
    printError("Error: \(error)")
    exit(1)
}
