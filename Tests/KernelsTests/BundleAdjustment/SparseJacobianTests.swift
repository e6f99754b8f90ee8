import ReversiblePrograms
import Testing

@Suite struct SparseJacobianTests {
    /// 2 cameras, 3 points, 5 observations; a point is seen twice by one camera.
    private static func adBench() throws -> ADBench.Problem {
        var numbers = TestNumbers(seed: 3)
        let camera = { (numbers: inout TestNumbers) in
            numbers.uniform(6) + [2 + numbers.uniform()] + numbers.uniform(2)
                + numbers.uniform(2).map { 0.1 * $0 }
        }
        return try ADBench.Problem(
            cameras: [camera(&numbers), camera(&numbers)].matrix,
            points: (0..<3).map { _ in numbers.uniform(2) + [7 + numbers.uniform()] }.matrix,
            weights: numbers.uniform(5).map { 2 + $0 },
            features: (0..<5).map { _ in numbers.uniform(2) }.matrix,
            cameraOf: [1, 0, 1, 1, 0], pointOf: [0, 1, 2, 2, 0])
    }

    private static func errors(_ problem: ADBench.Problem) throws -> [Double] {
        var errors = ADBench.Evaluator.Errors()
        try ADBench.Evaluator(engine: .interpreter).errors(of: problem, into: &errors)
        return errors.reprojection + errors.weights
    }

    @Test func wholeMatrixIsThatOfDifferences() throws {
        let problem = try Self.adBench()
        var jacobian = BundleAdjustment.SparseJacobian()
        try ADBench.Evaluator(engine: .interpreter).jacobian(of: problem, into: &jacobian)
        #expect((jacobian.rowCount, jacobian.columnCount) == (15, 2 * 11 + 3 * 3 + 5))
        let parameters = problem.cameras.elements + problem.points.elements + problem.weights
        let dense = jacobian.dense
        for column in parameters.indices {
            let step = 1e-6
            let moved = try [step, -step].map { step in
                var parameters = parameters
                parameters[column] += step
                return try Self.errors(
                    ADBench.Problem(
                        cameras: DenseMatrix(rows: 2, columns: 11, elements: Array(parameters[..<22])) ?? [],
                        points: DenseMatrix(rows: 3, columns: 3, elements: Array(parameters[22..<31])) ?? [],
                        weights: Array(parameters[31...]), features: problem.features,
                        cameraOf: problem.cameraOf, pointOf: problem.pointOf))
            }
            for row in 0..<15 {
                let difference = (moved[0][row] - moved[1][row]) / (2 * step)
                // Central differences of this step: rounding 1e-10, and as much from the third derivative.
                #expect(abs(dense[row][column] - difference) < 1e-8, "row \(row), column \(column)")
            }
        }
    }

    @Test func layoutOfADBench() throws {
        let problem = try Self.adBench()
        var jacobian = BundleAdjustment.SparseJacobian()
        try ADBench.Evaluator(engine: .interpreter).jacobian(of: problem, into: &jacobian)
        #expect(
            jacobian.rowOffsets == [0, 15, 30, 45, 60, 75, 90, 105, 120, 135, 150, 151, 152, 153, 154, 155])
        let first: [Int32] = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 31]
        let fourth: [Int32] = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 28, 29, 30, 34]
        #expect(Array(jacobian.columns[..<30]) == first + first)
        #expect(Array(jacobian.columns[90..<120]) == fourth + fourth)
        #expect(Array(jacobian.columns[150...]) == [31, 32, 33, 34, 35])
    }

    @Test func otherFormatsHoldTheSame() throws {
        var jacobian = BundleAdjustment.SparseJacobian()
        try ADBench.Evaluator(engine: .interpreter).jacobian(of: Self.adBench(), into: &jacobian)
        var (byCoordinates, byColumns) = (jacobian.zeros, jacobian.zeros)
        let coordinates = jacobian.coordinates
        for (k, value) in coordinates.values.enumerated() {
            byCoordinates[Int(coordinates.rows[k])][Int(coordinates.columns[k])] = value
        }
        #expect(byCoordinates == jacobian.dense)
        let columns = jacobian.compressedColumns
        #expect(columns.columnOffsets.count == jacobian.columnCount + 1)
        for column in 0..<jacobian.columnCount {
            let entries = Int(columns.columnOffsets[column])..<Int(columns.columnOffsets[column + 1])
            #expect(columns.rows[entries].sorted() == Array(columns.rows[entries]))
            for k in entries { byColumns[Int(columns.rows[k])][column] = columns.values[k] }
        }
        #expect(byColumns == jacobian.dense)
    }

    /// 1,300 observations are more than two pieces of the loop.
    @Test func piecesThreadsAndMemory() throws {
        let random = try BAL.SyntheticScene(.init(cameras: 13, points: 100)).start
        var (jacobian, errors) = (BundleAdjustment.SparseJacobian(), [Double]())
        try BAL.Evaluator(engine: .native).linearization(of: random, errors: &errors, into: &jacobian)
        var (threaded, threadedErrors) = (BundleAdjustment.SparseJacobian(), [Double]())
        try BAL.Evaluator(engine: .native, threads: 3).linearization(
            of: random, errors: &threadedErrors, into: &threaded)
        #expect(threaded == jacobian)
        #expect(threadedErrors == errors)
        var (interpreted, interpretedErrors) = (BundleAdjustment.SparseJacobian(), [Double]())
        try BAL.Evaluator(engine: .interpreter).linearization(
            of: random, errors: &interpretedErrors, into: &interpreted)
        #expect(interpreted.columns == jacobian.columns)
        #expect(interpreted.rowOffsets == jacobian.rowOffsets)
        #expect(relativeDifference(interpreted.values, jacobian.values) < 1e-14)
        // Again: the memory stays.
        let before = jacobian.values.withUnsafeBufferPointer { $0.baseAddress }
        try BAL.Evaluator(engine: .native).linearization(of: random, errors: &errors, into: &jacobian)
        #expect(jacobian.values.withUnsafeBufferPointer { $0.baseAddress } == before)
        #expect(jacobian == threaded)
        // Another size.
        let small = try BAL.SyntheticScene(.init(cameras: 2, points: 4)).start
        try BAL.Evaluator(engine: .native).linearization(of: small, errors: &errors, into: &jacobian)
        #expect((jacobian.rowCount, jacobian.columnCount, errors.count) == (16, 30, 16))
        #expect(jacobian.rowOffsets.last == Int32(16 * 12))
    }

    @Test func nothingSeen() throws {
        let problem = try BAL.Problem(
            cameras: DenseMatrix(rows: 2, columns: 9), points: DenseMatrix(rows: 1, columns: 3), features: [],
            cameraOf: [], pointOf: [])
        var (jacobian, errors) = (BundleAdjustment.SparseJacobian(), [1.0])
        try BAL.Evaluator().linearization(of: problem, errors: &errors, into: &jacobian)
        #expect(errors.isEmpty && jacobian.values.isEmpty && jacobian.rowOffsets == [0])
        #expect(jacobian.columnCount == 21)
        #expect(jacobian.compressedColumns.columnOffsets == Array(repeating: 0, count: 22))
    }

    @Test func problemsThatDoNotFit() throws {
        func message(_ make: () throws -> Void) -> String {
            do {
                try make()
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        let (camera, point) = (DenseMatrix(rows: 1, columns: 9), DenseMatrix(rows: 1, columns: 3))
        func bal(
            _ cameras: DenseMatrix, _ points: DenseMatrix, _ features: DenseMatrix, _ i: [Int], _ j: [Int]
        ) -> String {
            message {
                _ = try BAL.Problem(
                    cameras: cameras, points: points, features: features, cameraOf: i, pointOf: j)
            }
        }
        #expect(bal(camera, point, [[0, 0]], [0], [0]) == "no error")
        #expect(bal(DenseMatrix(rows: 1, columns: 11), point, [[0, 0]], [0], [0]).contains("11 columns"))
        #expect(bal(camera, DenseMatrix(rows: 1, columns: 2), [[0, 0]], [0], [0]).contains("`points` has 2"))
        #expect(bal(camera, point, [[0]], [0], [0]).contains("`features` has 1"))
        #expect(bal(camera, point, [[0, 0]], [], [0]).contains("`cameraOf` has 0"))
        #expect(bal(camera, point, [[0, 0]], [0], [0, 0]).contains("`pointOf` has 2"))
        #expect(bal(camera, point, [[0, 0]], [1], [0]) == "observation 0 is by camera 1; there are 1")
        #expect(bal(camera, point, [[0, 0]], [0], [-1]) == "observation 0 is of point -1; there are 1")
        func adBench(_ n: Int, _ m: Int, _ p: Int, camera: Int = 11, point: Int = 3, feature: Int = 2)
            -> String
        {
            message {
                _ = try ADBench.Problem(
                    cameras: n, points: m, observations: p, camera: Array(repeating: 1, count: camera),
                    point: Array(repeating: 1, count: point), weight: 1,
                    feature: Array(repeating: 1, count: feature))
            }
        }
        #expect(adBench(1, 2, 3) == "no error")
        #expect(adBench(0, 0, 0) == "no error")
        #expect(adBench(-1, 2, 3).contains("cannot have"))
        #expect(adBench(0, 2, 3).contains("cannot have"))
        #expect(adBench(1, 0, 3).contains("cannot have"))
        #expect(adBench(1, 1, .max).contains("too many"))
        #expect(adBench(1, 1, 1, camera: 10).contains("`camera` has 10 numbers; it must have 11"))
        #expect(adBench(1, 1, 1, point: 4).contains("`point` has 4"))
        #expect(adBench(1, 1, 1, feature: 0).contains("`feature` has 0"))
    }
}

extension BundleAdjustment.SparseJacobian {
    var zeros: [[Double]] {
        Array(repeating: Array(repeating: 0, count: columnCount), count: rowCount)
    }

    var dense: [[Double]] {
        var dense = zeros
        for row in 0..<rowCount {
            for k in Int(rowOffsets[row])..<Int(rowOffsets[row + 1]) {
                dense[row][Int(columns[k])] = values[k]
            }
        }
        return dense
    }
}

extension BAL.SyntheticScene.Options {
    init(cameras: Int, points: Int) {
        self.init()
        self.cameras = cameras
        self.points = points
    }
}
