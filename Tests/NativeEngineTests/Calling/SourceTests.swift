import AD
import Foundation
import NativeEngine
import Testing

/// The emitted C as others see it: its text, and what compilers think of it.
@Suite(.enabled(if: compilerIsThere))
struct SourceTests {
    private struct Pair: Argument {
        var a: Scalar
        var v: Vector
        struct Value: ArgumentValue { var a: Double, v: [Double] }
    }

    private func unary(_ body: @escaping (Scalar, Scalar) -> [Statement]) -> ReversibleFunction<
        Scalar, Scalar
    > {
        ReversibleFunction("unary") { (y: Scalar, x: Scalar) in body(y, x) }
    }

    /// Sources of varied programs, with and without checks, and of their derivatives.
    private func sources() throws -> [String] {
        var result: [String] = []
        func add<each A: Argument>(_ f: ReversibleFunction<repeat each A>) throws {
            for checks in [Checks.none, .all] {
                for precision in [Precision.double, .single] {
                    result.append(try native(f, checks, precision: precision).source)
                }
            }
            result.append(try native(~f).source)
            result.append(try native(grad(f)).source)
        }
        try add(unary { y, x in [y += sin(x) * exp(-x) + lgamma(x) + pow(x, 2.5) + digamma(x), NEG(x)] })
        try add(
            unary { y, x in
                let (s, t, n) = (Stack("kept"), Scalar.ancilla("t"), Integer.ancilla("n"))
                return [
                    PUSH(x, on: s), y += 1, POP(x, from: s),
                    Compute {
                        t += x
                        While(t < 10 && n < 20, post: n > 0) {
                            t *= 1.5
                            n += 1
                        }
                        While(t > 3) { t /= 2 }
                    } apply: {
                        y += t * n
                    },
                ]
            })
        try add(
            ReversibleFunction("loops", parameters: ["y", "v", "p", "m", "k"]) {
                (y: Scalar, v: Vector, p: IntegerVector, m: Matrix, k: Integer) in
                For(0...k, by: 3) { i in y += v[p[i]] * m[i, k] }
                For(k...0, by: -1) { i in
                    If(i % 2 == 0 || v[i] > 0.5) {
                        y -= v[i]
                    } else: {
                        y *= 1.5
                    }
                }
                m *= 2
                v += sum(m) - v.count
                ROT(v[0], m[0, 0], y)
                HADAMARD(v[1], m[1, 1])
                SWAP(p[0], p[1])
                p ^= k
            })
        try add(
            ReversibleFunction("side", parameters: ["y", "v", "w", "p", "m", "k"]) {
                (y: Scalar, v: Vector, w: Vector, p: IntegerVector, m: Matrix, k: Integer) in
                ParallelFor(v.indices) { i in
                    let t = Vector.ancilla(count: 3, "t")
                    Compute {
                        For(0..<p[i] % 3) { j in t[j] += w[i + j] * m[i, j] }
                    } apply: {
                        If(w[i] > 0 && p[i] != 0) {
                            v[i] += tanh(t[0]) / p[i]
                        } else: {
                            v[i] *= 2 + w[p[i]]
                        }
                        v[i] += select(k > 1, sum(t), 0) + max(w[0], sin(w[2 * i]))
                    }
                }
                y += sum(v)
            })
        try add(
            ReversibleFunction.recursive("tree", parameters: ["y", "x", "n"]) {
                (tree, y: Scalar, x: Pair, n: Integer) in
                If(n > 0) {
                    n -= 1
                    tree(y, x, n)
                    y += x.a * x.v[n]
                    tree(y, x, n)
                    n += 1
                }
            })
        return result
    }

    @Test func theTextNamesTheProgram() throws {
        let line = #line + 1
        let f = ReversibleFunction("swing", parameters: ["angle", "speed"]) {
            (angle: Scalar, speed: Scalar) in
            speed -= 0.01 * sin(angle)
            angle += 0.01 * speed
        }
        for source in [try native(f).source, try native(f, .all).source] {
            #expect(source.contains("swing(") && source.contains("angle") && source.contains("speed"))
            #expect(source.contains("NativeEngineTests/SourceTests.swift:\(line + 2)"))
            #expect(source.contains("NativeEngineTests/SourceTests.swift:\(line + 3)"))
        }
        #expect(try native(grad(f)).source.contains("swing"))
    }

    /// The same program gives the same text, however often: the cache depends on it.
    @Test func theTextIsRepeatable() throws {
        func make() -> ReversibleFunction<Vector, Vector, Scalar> {
            ReversibleFunction("f", parameters: ["v", "w", "x"]) { (v: Vector, w: Vector, x: Scalar) in
                let inner = ReversibleFunction("inner") { (a: Scalar, b: Scalar) in a += b * b }
                ParallelFor(v.indices) { i in
                    inner(v[i], w[i])
                    v[i] += x * w[0] + sin(w[i])
                }
                x += sum(v * w)
            }
        }
        let first = try native(grad(make(), loss: 2)).source
        for _ in 0..<3 { #expect(try native(grad(make(), loss: 2)).source == first) }
    }

    @Test func noWarnings() throws {
        let folder = try TemporaryFolder()
        var compilers = [try CCompiler.find().path]
        if let gcc = ["/usr/bin/gcc", "/usr/local/bin/gcc"].first(where: FileManager.default.isExecutableFile)
        {
            compilers.append(gcc)
        } else {
            print("No gcc on this computer: only clang reads the emitted sources.")
        }
        // One run of a compiler reads all files: starting it is what takes the time.
        var files: [String] = []
        for (number, source) in try sources().enumerated() {
            files.append("\(folder.path)/\(number).c")
            try source.write(toFile: files[number], atomically: true, encoding: .utf8)
        }
        for compiler in compilers {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: compiler)
            process.arguments =
                ["-std=gnu11", "-Wall", "-Wextra", "-Wno-psabi", "-fsyntax-only", "-DLANES=4"] + files
            let pipe = Pipe()
            process.standardError = pipe
            try process.run()
            let told = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            let isClean = process.terminationStatus == 0 && told.isEmpty
            #expect(isClean, "\(compiler): \(told.prefix(3000))")
        }
    }

    /// Each function calls the one before it twice: expanded everywhere, the last one would have 2³⁰ statements.
    @Test func callsOfCallsAreNotAllExpanded() throws {
        var f = ReversibleFunction("f0", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in y += x }
        for level in 1...30 {
            let inner = f
            f = ReversibleFunction("f\(level)", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
                inner(y, x)
                inner(y, x)
            }
        }
        #expect(try native(f).source.utf8.count < 200_000)
    }
}
