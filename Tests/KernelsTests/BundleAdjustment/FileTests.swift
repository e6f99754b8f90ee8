import Foundation
import ReversiblePrograms
import Testing

@Suite struct BundleFileTests {
    private static let small = """
        2 1 3
        0 0 1.5 -2e1
        1 0 +.25 1E-3
        0 0 0 -0.0

        1 2 3 4 5 6 7 8 9
        -1 -2 -3 -4 -5 -6 -7 -8 -9
        0.1 12345678901234567890 1e-320
        """

    private static func error(_ read: () throws(BundleAdjustmentError) -> Void) -> BundleAdjustmentError? {
        do {
            try read()
            return nil
        } catch {
            return error
        }
    }

    @Test func balText() throws {
        let problem = try BAL.Problem(text: Self.small)
        #expect(problem.cameraOf == [0, 1, 0])
        #expect(problem.pointOf == [0, 0, 0])
        #expect(problem.features == [[1.5, -20], [0.25, 0.001], [0, 0]])
        #expect(problem.features[2, 1].sign == .minus)
        #expect(problem.cameras == [[1, 2, 3, 4, 5, 6, 7, 8, 9], [-1, -2, -3, -4, -5, -6, -7, -8, -9]])
        #expect(problem.points == [[0.1, 12_345_678_901_234_567_168, 0x1.fap-1064]])
        #expect(try BAL.Problem(text: Self.small.replacing("\n", with: "\r\n")) == problem)
        #expect(try BAL.Problem(text: Self.small.replacing("\n", with: " \t\n ")) == problem)
        #expect(try BAL.Problem(text: Self.small + "\n\n") == problem)
        #expect(try BAL.Problem(text: "0 0 0").observationCount == 0)
    }

    /// Every number comes back to the last bit; the parser's exact path is compared with Swift's own.
    @Test func numbersToTheLastBit() throws {
        var numbers = TestNumbers(seed: 11)
        var values: [Double] = [
            0x1p-1074, .leastNormalMagnitude, .greatestFiniteMagnitude, 0x1p53, 0x1p53 + 2, 1e22, 1e23,
        ]
        for _ in 0..<500 { values.append(numbers.uniform() * pow(10, (40 * numbers.uniform()).rounded())) }
        for _ in 0..<200 { values.append((numbers.uniform() * 1e6).rounded() / 1000) }
        while values.count % 3 != 0 { values.append(0) }
        let problem = try BAL.Problem(
            cameras: DenseMatrix(rows: 0, columns: 9),
            points: DenseMatrix(rows: values.count / 3, columns: 3, elements: values) ?? [], features: [],
            cameraOf: [], pointOf: [])
        #expect(try BAL.Problem(text: problem.text).points.elements == values)
        let written = values.map { String(format: "%.5e", $0) } + values.map { String(format: "%.20f", $0) }
        let text = "0 \(written.count / 3) 0\n" + written.joined(separator: "\n")
        #expect(try BAL.Problem(text: text).points.elements == written.map { Double($0) ?? .nan })
    }

    @Test func throughAFile() throws {
        let problem = try BAL.SyntheticScene(.init(cameras: 3, points: 20)).start
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("problem.txt").path
        try problem.write(to: path)
        #expect(try BAL.Problem(contentsOf: path) == problem)
        let missing = Self.error { () throws(BundleAdjustmentError) in
            _ = try BAL.Problem(contentsOf: path + ".bz2")
        }
        #expect(missing?.kind == .unreadableFile)
        #expect(missing?.description.contains("problem.txt.bz2 cannot be read") == true)
        let unwritable = Self.error { () throws(BundleAdjustmentError) in
            try problem.write(to: folder.appendingPathComponent("none/problem.txt").path)
        }
        #expect(unwritable?.kind == .unreadableFile)
        for (bytes, tool) in [
            ([0x42, 0x5A, 0x68, 0x39, 0x31], "bunzip2 --test"), ([0x1F, 0x8B, 8], "gunzip --test"),
        ] {
            try Data(bytes.map { UInt8($0) }).write(to: URL(fileURLWithPath: path))
            let error = Self.error { () throws(BundleAdjustmentError) in
                _ = try BAL.Problem(contentsOf: path)
            }
            #expect(error?.kind == .compressedFile)
            #expect(error?.description.contains("`\(tool)`") == true)
        }
    }

    /// What is changed in the small file, the line of the error, and a part of its message.
    private static let damages: [(String, String, Int, String)] = [
        ("2 1 3", "", 2, "the number of observations must be a whole number, and is `1.5`"),
        ("2 1 3", "2 1", 7, "the file should end here; it goes on with"),
        ("2 1 3", "-2 1 3", 1, "the number of cameras must be a whole number, and is `-2`"),
        ("2 1 3", "2 1 99999999999999999999", 1, "the number of observations must be a whole number"),
        ("2 1 3", "2 1 2147483647", 1, "must be less than 2147483647"),
        ("2 1 3", "2 1 2147483646", 1, "too few"),
        ("2 1 3", "2 2000 3", 1, "2 cameras, 2000 points and 3 observations"),
        ("2 1 3", "2 2 3", 8, "the file ends where number 0 of point 1 should be"),
        ("2 1 3", "2 0 3", 2, "the point of observation 0 is 0; it must be less than 0"),
        ("1 0 +.25", "2 0 +.25", 3, "the camera of observation 1 is 2; it must be less than 2"),
        ("1 0 +.25", "1 1 +.25", 3, "the point of observation 1 is 1; it must be less than 1"),
        ("1 0 +.25", "1 -1 +.25", 3, "the point of observation 1 must be a whole number, and is `-1`"),
        ("1 0 +.25", "1 0.0 +.25", 3, "and is `0.0`"),
        ("1.5 -2e1", "nan -2e1", 2, "x of observation 0 must be a finite decimal number, and is `nan`"),
        ("1.5 -2e1", "1.5 inf", 2, "y of observation 0 must be a finite decimal number, and is `inf`"),
        ("1.5 -2e1", "1.5 1e999", 2, "`1e999`"), ("1.5 -2e1", "1.5 1e", 2, "`1e`"),
        ("1.5 -2e1", "1.5 e5", 2, "`e5`"), ("1.5 -2e1", "1.5 1e5.0", 2, "`1e5.0`"),
        ("1.5 -2e1", "1.5 1.2.3", 2, "`1.2.3`"), ("1.5 -2e1", "1.5 0x10", 2, "`0x10`"),
        ("1.5 -2e1", "1.5 --1", 2, "`--1`"), ("1.5 -2e1", "1.5 .", 2, "`.`"), ("1.5 -2e1", "1.5 -", 2, "`-`"),
        ("1.5 -2e1", "1,5 -2e1", 2, "`1,5`"), ("1.5 -2e1", "1.5 é", 2, "`é`"),
        ("1.5 -2e1", "1.5 1_000", 2, "`1_000`"),
        (
            "1.5 -2e1", "1.5 \(String(repeating: "x", count: 100))", 2,
            "`\(String(repeating: "x", count: 40))…`"
        ),
        ("4 5 6 7", "4 5 six 7", 6, "number 5 of camera 0 must be a finite decimal number, and is `six`"),
        ("-8 -9", "-8", 8, "the file ends where number 2 of point 0 should be"),
        ("1e-320", "1e-320 7", 8, "goes on with `7`"), ("1e-320", "1e-320\n\nend", 10, "goes on with `end`"),
        ("1e-320", "", 8, "the file ends where number 2 of point 0 should be"),
    ]

    @Test(arguments: damages.indices) func malformedBAL(index: Int) throws {
        let (old, new, line, message) = Self.damages[index]
        #expect(Self.small.contains(old))
        let error = Self.error { () throws(BundleAdjustmentError) in
            _ = try BAL.Problem(text: Self.small.replacingOccurrences(of: old, with: new))
        }
        #expect(error?.kind == .malformedFile(line: line), "\(String(describing: error))")
        #expect(error?.description.hasPrefix("line \(line): ") == true)
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    /// No prefix of a file is a file, and none stops the process.
    @Test func cutShort() throws {
        let bytes = Array(Self.small.utf8)
        for count in 0..<bytes.count - 6 {
            let error = Self.error { () throws(BundleAdjustmentError) in
                _ = try BAL.Problem(text: String(decoding: bytes[..<count], as: UTF8.self))
            }
            #expect(error != nil, "\(count)")
        }
    }

    @Test func adBenchText() throws {
        let text = "3 2 7\n1 2 3 4 5 6 7 8 9 10 11\n-1 -2 -3\n0.5\n1e2 2e2\n"
        let problem = try ADBench.Problem(text: text)
        #expect(problem.cameras == [[Double]](repeating: (1...11).map { Double($0) }, count: 3).matrix)
        #expect(problem.points == [[-1, -2, -3], [-1, -2, -3]])
        #expect(problem.weights == Array(repeating: 0.5, count: 7))
        #expect(problem.features == [[Double]](repeating: [100, 200], count: 7).matrix)
        #expect(problem.cameraOf == [0, 1, 2, 0, 1, 2, 0])
        #expect(problem.pointOf == [0, 1, 0, 1, 0, 1, 0])
        func error(_ text: String) -> BundleAdjustmentError? {
            Self.error { () throws(BundleAdjustmentError) in _ = try ADBench.Problem(text: text) }
        }
        #expect(error(text + "1")?.kind == .malformedFile(line: 6))
        #expect(error("")?.description == "line 1: the file ends where the number of cameras should be")
        #expect(error(text.replacing("7 8 9", with: "7 8"))?.kind == .malformedFile(line: 6))
        #expect(
            error(text.replacing("0.5", with: "half"))?.description.hasPrefix(
                "line 4: number 0 of the weight") == true)
        #expect(error(text.replacing("3 2 7", with: "0 2 7"))?.kind == .invalidProblem)
        #expect(error(text.replacing("3 2 7", with: "3 2 99999999"))?.kind == .invalidProblem)
        #expect(error("BZh91AY")?.kind == .compressedFile)
    }
}
