import AD
import Foundation
import NativeEngine
import ReversibleCore
import Testing

/// `Assert` in native code: a check like others.
@Suite(.enabled(if: compilerIsThere)) struct CompiledAssertTests {
    static let f = ReversibleFunction("f", parameters: ["y", "x", "n"]) {
        (y: Scalar, x: Scalar, n: Integer) in
        Assert(x > 0, "masses are positive")
        ParallelFor(0..<n) { i in
            Assert(i < 4 || x < 2, "few of the heavy ones")
            y += x * x
        }
    }

    @Test func checked() throws {
        try expectSameError(.assertion, Self.f, .real(0), .real(-1), .integer(2))
        try expectSameError(.assertion, ~Self.f, .real(0), .real(-1), .integer(2))
        try expectSameError(.assertion, Self.f, .real(0), .real(3), .integer(6))
        try expectNoError(Self.f, .real(0), .real(3), .integer(4))
    }

    @Test func derivatives() throws {
        let checked = try compile(grad(Self.f), checks: .all)
        let error = #expect(throws: ReversibilityError.self) { try checked(0, -1, 2) }
        #expect(error?.kind == .assertion)
        #expect(error?.message.contains("does not hold") == true)
        #expect(try checked(0, 3, 4).1 == 24)
        #expect(try compile(grad(Self.f))(0, -1, 2).1 == -4)
    }

    /// Code without checks has nothing of it, and says so of what it reads.
    @Test func unchecked() throws {
        let g = ReversibleFunction("g", parameters: ["y", "x", "limits"]) {
            (y: Scalar, x: Scalar, limits: Vector) in
            Assert(x < limits[0], "below the limit")
            y += x
        }
        func source(_ checks: Checks) throws -> String {
            let folder = try TemporaryFolder()
            try g.exportC(to: folder.path, name: "limited", checks: checks)
            return try String(contentsOfFile: folder.path + "/limited.c", encoding: .utf8)
        }
        for checks in [Checks.none, .undoing] {
            #expect(try compile(Self.f, checks: checks)(0, -1, 2).0 == 2)
            #expect(try !source(checks).contains("does not hold"))
            // There is no such element, and nothing asks for it.
            #expect(try compile(g, checks: checks)(0, 1, []).0 == 1)
        }
        #expect(try source(.all).contains("does not hold: below the limit"))
    }

    /// Forward mode is the program itself, with its checks.
    @Test func forwardMode() throws {
        let g = ReversibleFunction("g", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            Assert(x > 5)
            y += x * x
        }
        for body in [
            { _ = try compile(jvp(g), checks: .all)(0, 1, tangent: (0, 1)) },
            { _ = try compile(jacobian(g, of: 0, with: 1), checks: .all)(0, 1) },
            { _ = try tangent(g).run([.real(0), .real(0), .real(1), .real(1)]) },
        ] as [() throws -> Void] {
            let error = #expect(throws: ReversibilityError.self) { try body() }
            #expect(error?.kind == .assertion)
        }
        #expect(try compile(jacobian(g, of: 0, with: 1), checks: .all)(0, 6) == [[12]])
    }

    /// Whatever users write in a message stays a message.
    @Test(arguments: [
        "two\r\nlines", "one\rline", "a\\\r\"); *(volatile int*)0 = 1; //",
        "really??/\"); *(volatile int *)0 = 1; //",
        "negative??!", "a\0b", "\"quoted\"", "100 % */ /* \u{1F600}",
    ])
    func messages(_ message: String) throws {
        let g = ReversibleFunction("g\r\n", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            Assert(x > 0, message)
            y += x
        }
        let checked = try compile(g)
        #expect(try checked(0, 3).0 == 3)
        let error = #expect(throws: ReversibilityError.self) { try checked(0, -3) }
        #expect(error?.kind == .assertion)
        let folder = try TemporaryFolder()
        try g.exportC(to: folder.path, name: "messages", checks: .all)
        let text = try String(contentsOfFile: folder.path + "/messages.c", encoding: .utf8)
        for line in text.split(separator: "\n") where line.contains("require(") {
            #expect(!line.unicodeScalars.contains("\r") && !line.contains("??"))
        }
    }
}
