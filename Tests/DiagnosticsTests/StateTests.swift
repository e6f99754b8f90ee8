import AD
import Testing

/// A failed run changes nothing, and leaves nothing behind.
struct StateTests {
    /// Writes every kind of argument before it fails.
    let f = ReversibleFunction("f") {
        (x: Scalar, k: Integer, v: Vector, p: IntegerVector, m: Matrix, s: Stack) in
        let kept = Stack("kept")
        let t = Vector.ancilla(count: v.count, "t")
        x += 1
        PUSH(x, on: kept)
        PUSH(k, on: s)
        v += 1
        p += 1
        m *= 2
        t += v
        SWAP(v[0], v[1])
        m[0, p[0]] += v[k]
        If(m[0, 0] > 100) { t += 1 }
        SWAP(v[0], v[1])
        t -= v
    }
    let m: DenseMatrix = [[1, 2], [3, 4]]

    @Test func everyArgumentIsAsItWas() throws {
        var (v, p, s) = ([1.0, 2, 3], [5, 6], [7.0])
        for _ in 0..<3 {
            #expect(throws: ReversibilityError.self) { try f(1, 2, v, p, m, s) }
        }
        #expect(v == [1, 2, 3])
        #expect(p == [5, 6])
        #expect(s == [7])
        #expect(m == [[1, 2], [3, 4]])
        (v, p, s) = ([1, 2], [0, 6], [])
        let result = try f(1, 2, v, p, m, s)
        #expect("\((v, p, s))" == "([1.0, 2.0], [0, 6], [])")
        #expect(result.0 == 0)
        #expect(result.5 == [2])
    }

    @Test func leavesAreAsTheyWere() {
        let leaves: [Leaf<Double>] = [
            .real(1), .integer(2), .reals([1, 2, 3]), .integers([5, 6]),
            .matrix(rows: 2, columns: 2, [1, 2, 3, 4]), .reals([7]),
        ]
        let shared = leaves
        #expect(throws: ReversibilityError.self) { try f.run(leaves) }
        #expect(leaves == shared)
        #expect("\(leaves[2])" == "reals([1.0, 2.0, 3.0])")
    }

    /// Stacks, ancillas and frames of a failed run do not reach the next.
    @Test func thousandFailuresLeakNothing() throws {
        let good = try f(1, 2, [1, 2], [0, 6], m, [])
        var messages: Set<String> = []
        for turn in 0..<1000 {
            do {
                _ = try f(Double(turn), 2, [1, 2, 3], [5, 6], m, [7])
                Issue.record("turn \(turn) did not fail")
            } catch {
                messages.insert(error.message)
            }
        }
        #expect(messages == ["index 6 is outside `$4`, which has 2 columns"])
        let again = try f(1, 2, [1, 2], [0, 6], m, [])
        #expect("\(again)" == "\(good)")
    }

    @Test func failuresInsideDeepCallsLeakNothing() throws {
        var f = ReversibleFunction.recursive("f") { (f, k: Integer, v: Vector) in
            let _ = Stack.ancilla()
            let t = Vector.ancilla(count: 100)
            If(k > 0) {
                t[0] += 1
                k -= 1
                f(k, v)
                k += 1
                t[0] -= 1
            } else: {
                v[k] += 1
            }
        }
        f.options.callDepthLimit = 200
        for _ in 0..<1000 {
            #expect(throws: ReversibilityError.self) { try f(150, []) }
            #expect(throws: ReversibilityError.self) { try f(300, [0]) }
        }
        #expect(try f(150, [0]) == (150, [1]))
    }

    @Test func failuresOfGradientsLeakNothing() throws {
        let g = ReversibleFunction("g") { (y: Scalar, v: Vector, k: Integer) in
            While(v[k] > 1) { v[k] /= 2 }
            y += v[k] * v[k]
        }
        let before = try grad(g, 0, [3, 10], 1).1
        for _ in 0..<200 {
            #expect(throws: ReversibilityError.self) { try grad(g, 0, [3, 10], 2) }
            #expect(throws: ReversibilityError.self) { try hessian(g, 0, [3, .nan], 1, with: 1) }
        }
        #expect(try grad(g, 0, [3, 10], 1).1 == before)
        #expect(before == [0, 0.078125])
    }

    @Test func failuresOnManyTasks() async {
        let f = f
        let m = m
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for _ in 0..<50 {
                        do {
                            let x = try f(1, task % 2 == 0 ? 2 : 3, [1, 2], [0, 6], m, []).5
                            if x != [Double(task % 2 == 0 ? 2 : 3)] { return false }
                        } catch { return false }
                        if (try? f(1, 2, [1, 2], [9, 6], m, [])) != nil { return false }
                    }
                    return true
                }
            }
            for await fine in group { #expect(fine) }
        }
    }

    @Test func everyKindHasAName() {
        #expect(ReversibilityError.Kind.allCases.count == 28)
        #expect(Set(ReversibilityError.Kind.allCases.map(\.rawValue)).count == 28)
    }
}
