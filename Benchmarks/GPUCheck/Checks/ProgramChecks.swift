import CUDAEngine
import NativeEngine
import ReversibleCore

/// Runs programs on a device and compares what comes out with the processor's results.
package struct ProgramChecks {
    let device: CUDADevice
    let settings: CheckSettings
    let ledger: Ledger
    private let reference: Reference

    package init(on device: CUDADevice, _ settings: CheckSettings, _ ledger: Ledger) {
        self.device = device
        self.settings = settings
        self.ledger = ledger
        reference = Reference(usesCompiler: settings.usesCompiler)
    }

    /// Checks all aspects of a program.
    package func check(_ subject: Subject) {
        for variant in Variant.all(of: subject, settings.kernels) {
            switch variant.plan {
            case .success(let plan): check(subject, variant, plan)
            case .failure(let error): ledger.noKernels(variant.name, "\(error)")
            }
        }
        // What was compiled for one program is not needed for the next.
        device.forgetModules()
    }

    private func check(_ subject: Subject, _ variant: Variant, _ plan: KernelPlan) {
        let program: DeviceProgram
        let prepared: Reference.Prepared
        do {
            program = try DeviceProgram(plan, on: device)
            prepared = try reference.prepare(variant.program, variant.options.precision)
        } catch {
            return ledger.fail("\(variant.name): \(error)")
        }
        let isExact = !plan.sumsOverThreads && !(subject.hasLooseFunctions && settings.usesCompiler)
        for size in settings.sizes where subject.sizes.contains(size) {
            if !isExact || !settings.usesCompiler, size > subject.largestInterpreted { continue }
            do {
                let places = variant.program.places(subject.values(size))
                var results = try program.run(places, wanted: variant.program.wanted)
                settings.spoil?(&results)
                let difference = Difference.first(
                    results, try prepared.results(places), isExact ? nil : try prepared.tolerances(places),
                    isWanted: variant.program.isWanted)
                if let difference {
                    let names = variant.program.definition.parameters.map(\.name)
                    ledger.fail("\(variant.name), n = \(size): \(difference.text(names))")
                } else {
                    ledger.pass()
                }
                guard variant.options.reductions == .deterministic else { continue }
                let again = try program.run(places, wanted: variant.program.wanted)
                let change = Difference.first(results, again)
                ledger.check(
                    change == nil,
                    "\(variant.name), n = \(size), second run: \(change?.text([]) ?? "")")
            } catch {
                ledger.fail("\(variant.name), n = \(size): \(error)")
                if device.lost != nil { return }
            }
        }
    }
}

/// What is checked and how.
package struct CheckSettings {
    /// The sizes of the programs' data.
    package var sizes = [0, 1, 31, 32, 33, 1000, 100_003]
    /// Options that all kernels have in common.
    package var kernels = PTXOptions()
    /// Whether the processor's results come from native code, for which there must be a compiler.
    package var usesCompiler = true
    /// Changes results before they are compared, to see whether that is found.
    package var spoil: ((inout [Leaf<Double>]) -> Void)?

    package init() {}
}

/// One program with certain options of its kernels.
package struct Variant {
    /// The program, the aspect and the options in words.
    package let name: String
    /// The same for a file.
    package let fileName: String
    package let program: DerivedProgram
    package let options: PTXOptions
    package let plan: Result<KernelPlan, any Error>

    /// All aspects of a program, in both precisions and with both kinds of reductions where they differ.
    package static func all(of subject: Subject, _ base: PTXOptions) -> [Variant] {
        subject.aspects.flatMap { aspect -> [Variant] in
            let atomic = variants(subject, aspect, base, .atomic, [.double, .single])
            guard case .success = atomic.first?.plan else { return Array(atomic.prefix(1)) }
            let deterministic = variants(subject, aspect, base, .deterministic, [.double, .single])
            // Sums of whole arrays are deterministic in any case.
            return atomic
                + deterministic.enumerated().filter { number, variant in
                    switch (variant.plan, atomic[number].plan) {
                    case (.success(let a), .success(let b)): a.text != b.text || a.sumsOverThreads
                    case (.failure, _): number == 0
                    default: true
                    }
                }.map(\.element)
        }
    }

    private static func variants(
        _ subject: Subject, _ aspect: Subject.Aspect, _ base: PTXOptions, _ reductions: PTXOptions.Reductions,
        _ precisions: [Precision]
    ) -> [Variant] {
        precisions.compactMap { precision in
            var options = base
            options.precision = precision
            options.reductions = reductions
            subject.adjust(&options)
            let words = ["\(aspect)", "\(precision)", "\(reductions)"]
            guard let program = try? subject.derived(aspect) else { return nil }
            return Variant(
                name: "\(subject.name) \(words.joined(separator: ", "))",
                fileName: ([subject.name] + words).joined(separator: "_"), program: program, options: options,
                plan: Result {
                    try KernelPlan(
                        program.definition, of: program.function, inverted: program.isInverted,
                        wanted: program.wanted, options)
                })
        }
    }
}

extension KernelPlan {
    /// Whether threads add to each other's numbers: then the order of additions is not the processor's.
    var sumsOverThreads: Bool {
        kernels.contains { $0.text.contains("red.global") || $0.text.contains("bar.sync") }
    }
}
