import AD
import NativeEngine
import Testing

/// Schedules as users write, print and trace them.
@Suite struct ScheduleTests {
    private static let norm = ReversibleFunction("norm", parameters: ["out", "v"]) {
        (out: Scalar, v: Vector) in
        let sum = Scalar.ancilla("sum")
        Compute {
            For(v.indices) { i in sum += v[i] * v[i] }
        } apply: {
            out += sqrt(sum)
        }
    }

    @Test func printsItsPasses() {
        #expect(
            "\(Schedule.standard)"
                == "sinkScratch, inlineCalls, expandComputations, joinBlocks, dropZeroUpdates, cancelInverses, "
                + "dropZeroUpdates, dropUnreadElements, dropDeadValues, vectorizeLoops")
        #expect("\(Schedule.none)" == "no passes")
        #expect(Schedule.standard.without(.dropZeroUpdates).passes.count == 8)
        #expect(!Schedule.standard.without(.vectorizeLoops).passes.contains(.vectorizeLoops))
        #expect("\([.joinBlocks, .cancelInverses] as Schedule)" == "joinBlocks, cancelInverses")
        #expect(Set(Schedule.standard.passes) == Set(Pass.all))
    }

    /// Every pass by itself, and none: the same numbers, and other code where there is something to do.
    @Test func everyScheduleComputesTheSame() throws {
        let v = [3.0, 4.0, 12.0]
        let expected = [3.0 / 13, 4.0 / 13, 12.0 / 13]
        let schedules =
            [Schedule.none, .standard] + Pass.all.map { Schedule.standard.without($0) }
            + Pass.all.map { Schedule([$0]) }
        var sources: Set<String> = []
        for schedule in schedules {
            for checks in [Checks.none, .undoing, .all] {
                let gradient = try compile(grad(Self.norm), checks: checks, optimizing: schedule)
                sources.insert(gradient.source)
                let found = try gradient(0, v).1
                #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-15 }, "\(schedule), \(checks)")
            }
            #expect(try compile(Self.norm, optimizing: schedule)(0, v).0 == 13)
            let product = try compile(hvp(Self.norm), optimizing: schedule)(0, v, direction: (0, [1, 0, 0])).1
            #expect(abs(product[0] - (1 - 9.0 / 169) / 13) < 1e-15, "\(schedule)")
            let slope = try compile(jvp(Self.norm), optimizing: schedule)(0, v, tangent: (0, [1, 0, 0]))
                .product.0
            #expect(abs(slope - 3.0 / 13) < 1e-15, "\(schedule)")
            let row = try compile(jacobian(Self.norm, of: 0, with: 1), optimizing: schedule)(0, v)
            #expect(abs(row[0, 0] - 3.0 / 13) < 1e-15, "\(schedule)")
        }
        // Most of what the passes do here the compiler would do, and this engine's own cleaning does.
        #expect(sources.count >= 3)
    }

    @Test func traces() throws {
        let trace = try compile(grad(Self.norm), checks: .none).lowering
        #expect(trace.steps.map(\.pass) == [nil] + Schedule.standard.passes)
        #expect(trace.steps.first.map { $0.statementCount > 5 } == true)
        // The sum is computed once, and what it is for is done at once.
        #expect(
            trace.steps.last?.program == """
                ReversibleFunction("gradient(norm)") { (out: GVar<Scalar>, v: GVar<Vector>) in
                    let sum = Scalar.ancilla()
                    let sumGradient = Scalar.ancilla()  // dropped at the end
                    For(0..<v.value.count) { i in
                        sum += v.value[i] * v.value[i]
                    }
                    sumGradient += select(sqrt(sum) == 0.0, 0.0, chain(out.gradient, 0.5 / select(sqrt(sum) == 0.0, 1.0, sqrt(sum))))
                    For(0..<v.value.count) { i in
                        v.gradient[i] += sumGradient * (v.value[i] + v.value[i])
                    }
                }
                """)
        #expect(trace.description.contains("// inlineCalls: nothing"))
        // Code with all checks keeps every statement.
        let checked = try compile(Self.norm).lowering
        #expect(checked.steps.map(\.pass) == [nil, .sinkScratch, .inlineCalls, .expandComputations])
    }

    @Test func refusesOrdersThatLoseSomething() {
        let schedule: Schedule = [.dropDeadValues, .inlineCalls]
        let error = #expect(throws: NativeError.self) {
            _ = try compile(Self.norm, optimizing: schedule)
        }
        #expect(error?.kind == .invalidOption)
        #expect(
            error?.description.contains("`optimizing` has `.inlineCalls` after `.dropDeadValues`") == true)
        #expect(throws: NativeError.self) {
            try grad(Self.norm).exportC(to: "unused", optimizing: [.dropDeadValues, .expandComputations])
        }
    }
}
