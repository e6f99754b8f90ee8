import AD
import NativeEngine
import Testing

/// The ways of calling compiled code, and what is refused.
@Suite(.enabled(if: compilerIsThere))
struct CallingTests {
    private static let f = ReversibleFunction("f", parameters: ["y", "k", "v", "p", "m"]) {
        (y: Scalar, k: Integer, v: Vector, p: IntegerVector, m: Matrix) in
        let t = Vector.ancilla(count: v.count * 3, "t")
        Compute {
            For(t.indices) { i in t[i] += v[i % v.count] * i }
        } apply: {
            y += sum(t) / 7
            For(0..<m.rows) { i in m[i, 0] += t[i] * k + p[i] }
        }
        v *= 1.5
        p += k
        k += 1
    }
    private func places() -> [Leaf<Double>] {
        [.real(0.5), .integer(3), .reals(samples(3)), .integers([1, 2]), sampleMatrix(2, 3)]
    }

    @Test func inPlace() throws {
        for (function, checks) in [(Self.f, Checks.none), (Self.f, .all), (~Self.f, .none), (~Self.f, .all)] {
            let memory = places().map { Memory($0) }
            try native(function, checks).run(inPlace: memory.map(\.buffer))
            expectSame(memory.map(\.leaf), try function.run(places()), "\(checks)")
        }
        let single = places().map(\.rounded)
        let memory = single.map { Memory($0) }
        try native(Self.f, precision: .single).run(inPlace: memory.map(\.buffer))
        expectSame(memory.map(\.leaf), try Self.f.run(single), "single")
    }

    @Test func memoryThatDoesNotFit() throws {
        for checks in [Checks.none, .all] {
            let code = try native(Self.f, checks)
            let memory = places().map { Memory($0) }
            let buffers = memory.map(\.buffer)
            func refused(_ words: String, _ buffers: [NativeBuffer<Double>]) {
                let error = failure { try code.run(inPlace: buffers) }
                #expect(
                    error?.kind == .invalidArgument && error?.message.contains(words) == true,
                    "\(error as Any)")
            }
            refused("5 places", Array(buffers.dropLast()))
            refused("5 places", [])
            refused("5 places", buffers + [buffers[0]])
            for position in buffers.indices {
                var wrong = buffers
                wrong[position] = buffers[(position + 1) % 5]
                refused("is of type", wrong)
            }
            guard case .matrix(_, _, let elements) = buffers[4] else { return }
            for (rows, columns) in [(3, 3), (0, 3), (-2, -3), (Int.max, Int.max), (1 << 62, 8), (6, 2)] {
                refused("`m`", Array(buffers.dropLast()) + [.matrix(rows: rows, columns: columns, elements)])
            }
            // y within v, v within m, and one number twice.
            guard case .reals(let v) = buffers[2], case .real(let y) = buffers[0] else { return }
            refused("overlaps", [.real(v.baseAddress! + 1)] + buffers[1...])
            refused(
                "overlaps",
                [buffers[0], buffers[1], .reals(.init(rebasing: elements[2..<5])), buffers[3], buffers[4]])
            refused(
                "overlaps",
                [buffers[0], buffers[1], .reals(.init(start: y, count: 1)), buffers[3], buffers[4]])
            expectSame(memory.map(\.leaf), places(), "after refusals")
        }
        let read = ReversibleFunction("read", parameters: ["y", "v", "w"]) {
            (y: Scalar, v: Vector, w: Vector) in
            y += v[0] * w[1]
        }
        // What is only read may overlap.
        let (y, v) = (Memory<Double>(.real(1)), Memory<Double>(.reals([3, 5])))
        try native(read).run(inPlace: [y.buffer, v.buffer, v.buffer])
        #expect("\(y.leaf)" == "\(Leaf<Double>.real(16))")
        let stacked = ReversibleFunction("stacked", parameters: ["x", "s"]) { (x: Scalar, s: Stack) in
            PUSH(x, on: s)
        }
        let error = failure { try native(stacked).run(inPlace: [y.buffer, v.buffer]) }
        #expect(error?.kind == .invalidArgument && error?.message.contains("Stack") == true)
    }

    @Test func placesThatDoNotFit() throws {
        for checks in [Checks.none, .all] {
            let code = try native(Self.f, checks)
            let good = places()
            var wrong: [[Leaf<Double>]] = [[], Array(good.dropLast()), good + [.real(1)], good.reversed()]
            wrong.append(Array(good.dropLast()) + [.matrix(rows: 2, columns: 2, [1, 2, 3])])
            wrong.append(Array(good.dropLast()) + [.matrix(rows: -1, columns: -4, [1, 2, 3, 4])])
            for places in wrong {
                let expected = failure { try Self.f.run(places) }
                #expect(expected != nil && failure { try code.run(places) } == expected)
            }
        }
    }

    @Test func numberTypes() throws {
        let (double, single) = (try native(Self.f), try native(Self.f, precision: .single))
        #expect(failure { try double.run(places().map(\.rounded)) }?.kind == .invalidArgument)
        #expect(failure { try single.run(places()) }?.message.contains("Float") == true)
        // The call on host values rounds what goes in, and nothing else.
        let m = DenseMatrix(samples: 2, 3)
        let found = try single(0.5, 3, samples(3), [1, 2], m)
        let expected = try Self.f.run(
            [
                .real(0.5), .integer(3), .reals(samples(3)), .integers([1, 2]),
                .matrix(rows: 2, columns: 3, m.elements),
            ]
            .map { (leaf: Leaf<Double>) in leaf.rounded })
        guard case .reals(let v) = expected[2], case .real(let y) = expected[0] else { return }
        #expect(found.2 == v.map { Double($0) } && found.0 == Double(y))
    }

    @Test func options() throws {
        for lanes in [0, 1, 3, 12, 128, -4] {
            let parallel = ReversibleFunction("p") { (v: Vector) in ParallelFor(v.indices) { i in v[i] += 1 }
            }
            do {
                _ = try native(parallel, lanes: lanes)
                Issue.record("\(lanes) lanes")
            } catch {
                #expect((error as? NativeError)?.kind == .invalidOption)
                #expect("\(error)".contains("\(lanes)"))
            }
        }
        #expect(throws: NativeError.self) { try native(Self.f, threads: -1) }
        #expect(throws: NativeError.self) { try native(grad(Self.f), threads: -1) }
        #expect(try native(Self.f, threads: 0).threads > 0)
        var code = try native(Self.f)
        for threads in [0, 1, 1000] {
            code.threads = threads
            expectSame(try code.run(places()), try Self.f.run(places()), "\(threads) threads")
        }
        code.threads = -5
        let error = #expect(throws: ReversibilityError.self) { try code.run(places()) }
        #expect(error?.message == "`threads` is -5; it must be at least 0")
    }

    /// One function in many tasks, with scratch memory and threads of its own in each.
    @Test func manyTasksAtOnce() async throws {
        let parallel = ReversibleFunction("p", parameters: ["out", "v"]) { (out: Vector, v: Vector) in
            let t = Vector.ancilla(count: v.count, "t")
            Compute {
                t += v * v
            } apply: {
                ParallelFor(out.indices) { i in
                    let w = Vector.ancilla(count: v.count % 100 + 3, "w")
                    Compute {
                        w += v[i]
                    } apply: {
                        out[i] += t[i] * 3 - v[0] + sum(w)
                    }
                }
            }
        }
        for checks in [Checks.none, .all] {
            let code = try native(parallel, checks, threads: 3)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        let n = 2500 + 100 * task
                        let expected = try parallel([Double](repeating: 0, count: n), samples(n)).0
                        return try (0..<10).allSatisfy { _ in
                            try code([Double](repeating: 0, count: n), samples(n)).0 == expected
                        }
                    }
                }
                for try await same in group { #expect(same) }
            }
        }
    }

    /// The arguments of a call are values: nothing of the caller's changes.
    @Test func argumentsAreUntouched() throws {
        let (v, p, m) = (samples(3), [1, 2], DenseMatrix(samples: 2, 3))
        let copies = (v.map { $0 }, p.map { $0 }, m)
        let code = try native(Self.f)
        let first = try code(0.5, 3, v, p, m)
        #expect((v, p, m) == copies)
        #expect(try code(0.5, 3, v, p, m) == first)
    }
}
