import Testing

@testable import ReversiblePrograms

@Suite struct BundleSceneTests {
    @Test(arguments: [BAL.SyntheticScene.Options.Placement.ring, .random])
    func camerasSeeTheCloud(placement: BAL.SyntheticScene.Options.Placement) throws {
        var options = BAL.SyntheticScene.Options(cameras: 7, points: 50)
        options.placement = placement
        options.distance = 3
        let scene = try BAL.SyntheticScene(options)
        let centres = scene.truth.cameraCentres
        for camera in 0..<7 {
            #expect(abs(centres.space(camera).length - 3) < 1e-14 * 10)
            // The cloud's centre is on the negative third axis, at the distance.
            let seen = scene.truth.cameras.space(camera, from: 3)
            #expect((seen - Space(0, 0, -3)).length < 1e-14 * 10)
        }
        #expect(scene.truth.observationCount == 350)
        #expect(try scene.truth.cost == 0)
        #expect(try scene.start.cost > 100)
        // A field of view of 20 degrees and 1000 pixels: no feature is farther off.
        #expect(scene.truth.features.elements.allSatisfy { abs($0) < 600 })
    }

    @Test func seedsAndNoise() throws {
        var options = BAL.SyntheticScene.Options(cameras: 5, points: 300)
        let (first, again) = (try BAL.SyntheticScene(options), try BAL.SyntheticScene(options))
        #expect(first.truth == again.truth && first.start == again.start)
        options.seed = 2
        #expect(try BAL.SyntheticScene(options).truth != first.truth)
        options.pixelNoise = 0.7
        // 3000 normal numbers: their mean square is within 4 standard deviations, 4 √(2/3000), of the variance.
        let noisy = try BAL.SyntheticScene(options).truth
        let variance = try noisy.cost * 2 / 3000
        #expect(abs(variance / 0.49 - 1) < 0.11)
        options.visibility = 0
        let sparse = try BAL.SyntheticScene(options).truth
        #expect(sparse.observationCount == 600)
        options.cameras = 1
        options.points = 1
        #expect(try BAL.SyntheticScene(options).truth.observationCount == 1)
    }

    @Test func optionsOutOfRange() {
        func message(_ change: (inout BAL.SyntheticScene.Options) -> Void) -> String {
            var options = BAL.SyntheticScene.Options()
            change(&options)
            do throws(BundleAdjustmentError) {
                _ = try BAL.SyntheticScene(options)
                return "no error"
            } catch {
                return error.description
            }
        }
        #expect(message { $0.cameras = 0 }.contains("asked for are 0 and 500"))
        #expect(message { $0.points = -1 }.contains("asked for are 10 and -1"))
        #expect(message { $0.distance = 1 }.hasPrefix("`distance` is 1.0"))
        #expect(message { $0.visibility = 1.5 }.hasPrefix("`visibility` is 1.5"))
        #expect(message { $0.visibility = .nan }.hasPrefix("`visibility` is nan"))
        #expect(message { $0.pixelNoise = -1 }.hasPrefix("`pixelNoise` is -1.0"))
        #expect(message { $0.parameterNoise = .infinity }.hasPrefix("`parameterNoise` is inf"))
        #expect(message { $0.focalNoise = .nan }.hasPrefix("`focalNoise` is nan"))
    }

    /// A similarity is found again from points that it moved, half turns included.
    @Test(arguments: [0.0, 1e-9, 0.4, 3, .pi]) func similarities(angle: Double) throws {
        var numbers = TestNumbers(seed: 5)
        let points = (0..<20).map { _ in numbers.uniform(3) }.matrix
        let axis = Space(0.48, -0.6, 0.64) * angle
        let moved = (0..<20).map { row in
            let point = 2.5 * points.space(row).turned(about: axis) + Space(1, -2, 3)
            return [point.x, point.y, point.z]
        }.matrix
        let found = try BundleAdjustment.Similarity(from: points, to: moved)
        #expect(abs(found.scale - 2.5) < 1e-14 * 10)
        #expect(relativeDifference(found(points).elements, moved.elements) < 1e-14)
        // Half a turn is the same about the opposite axis.
        #expect(min((found.rotation - axis).length, (found.rotation + axis).length) < 1e-14 * 10)
        // What is mirrored cannot be turned into place, and no mirror is found.
        let mirrored = (0..<20).map { [points[$0, 0], points[$0, 1], -points[$0, 2]] }.matrix
        let distance = relativeDifference(
            try BundleAdjustment.Similarity(from: points, to: mirrored)(points).elements, mirrored.elements)
        #expect(distance > 0.1)
    }

    @Test func similaritiesThatAreNone() {
        func kind(_ a: DenseMatrix, _ b: DenseMatrix) -> BundleAdjustmentError.Kind? {
            do throws(BundleAdjustmentError) {
                _ = try BundleAdjustment.Similarity(from: a, to: b)
                return nil
            } catch {
                return error.kind
            }
        }
        let points: DenseMatrix = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]
        #expect(kind(points, points) == nil)
        #expect(kind(points, [[0, 0, 0], [1, 0, 0]]) == .invalidProblem)
        #expect(kind([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [1, 0, 0]]) == .invalidProblem)
        #expect(kind([[0, 0], [1, 0], [2, 2]], points) == .invalidProblem)
        #expect(kind([[1, 1, 1], [1, 1, 1], [1, 1, 1]], points) == .invalidProblem)
        #expect(kind([[1, 1, .nan], [1, 2, 1], [1, 1, 1]], points) == .notFinite)
        #expect(kind(points, [[1, 1, .infinity], [1, 2, 1], [1, 1, 1]]) == .notFinite)
    }

    /// Rotations of all sorts through a quaternion: half turns are where formulas usually break.
    @Test(arguments: [0.0, 1e-200, 1e-9, 0.5, 3, .pi, -.pi]) func quaternions(angle: Double) {
        for axis in [Space(1, 0, 0), Space(0, 1, 0), Space(0, 0, 1), Space(0.48, -0.6, 0.64)] {
            let turn = angle * axis
            let columns = [Space(1, 0, 0), Space(0, 1, 0), Space(0, 0, 1)].map { $0.turned(about: turn) }
            let rows = (0..<3).map { k in Space(columns[0][k], columns[1][k], columns[2][k]) }
            let found = Quaternion(rows: rows[0], rows[1], rows[2]).angleAxis
            for (k, basis) in [Space(1, 0, 0), Space(0, 1, 0), Space(0, 0, 1)].enumerated() {
                #expect((basis.turned(about: found) - columns[k]).length < 1e-15 * 10)
            }
        }
    }
}
