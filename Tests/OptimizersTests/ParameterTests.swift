import Foundation
import Optimizers
import Testing

struct ParameterTests {
    struct Pose: Argument {
        var angle: Scalar
        var shift: Vector
        struct Value: ArgumentValue, Equatable { var angle: Double, shift: [Double] }
    }
    struct Model: Argument {
        var kind: Integer
        var pose: Pose
        var table: Matrix
        struct Value: ArgumentValue, Equatable { var kind: Int, pose: Pose.Value, table: DenseMatrix }
    }
    static let model = Model.Value(
        kind: 7, pose: Pose.Value(angle: 1, shift: [2, 3]), table: [[4, 5], [6, 7]])

    @Test func flatView() throws {
        let flat = try FlatParameters(Model.self, Self.model)
        #expect(flat.count == 7 && flat.numbers == [1, 2, 3, 4, 5, 6, 7])
        #expect(
            flat.names == [
                "pose.angle", "pose.shift[0]", "pose.shift[1]", "table[0, 0]", "table[0, 1]", "table[1, 0]",
                "table[1, 1]",
            ])
        #expect(flat.value == Self.model)
        let other = try flat.value(of: [1, 2, -1, 4, 5, 6, 7])
        #expect(other.pose.shift == [2, -1] && other.kind == 7 && other.table == Self.model.table)
        let error = #expect(throws: OptimizerError.self) { try flat.value(of: [1]) }
        #expect(error?.message == "1 numbers were given for a value that has 7")
        let lone = try FlatParameters(Vector.self, [8, 9])
        #expect(lone.numbers == [8, 9] && lone.names == ["[0]", "[1]"])
        #expect(try FlatParameters(Scalar.self, 2).names == [""])
    }

    @Test func coding() throws {
        let flat = try FlatParameters(Model.self, Self.model)
        let json = try JSONEncoder().encode(flat)
        #expect(try JSONDecoder().decode(Model.Value.self, from: json) == Self.model)
        #expect(try JSONDecoder().decode(FlatParameters<Model>.self, from: json).numbers == flat.numbers)
    }

    /// Σ (aᵢⱼ − kind − i − j)² + (angle − 2)² + Σ shift², whose minimum is plain.
    static let loss = ReversibleFunction("loss", parameters: ["y", "model", "offset"]) {
        (y: Scalar, model: Model, offset: Scalar) in
        y += pow(model.pose.angle - offset, 2)
        For(model.pose.shift.indices) { i in y += model.pose.shift[i] * model.pose.shift[i] }
        For(0..<model.table.rows) { i in
            For(0..<model.table.columns) { j in y += pow(model.table[i, j] - model.kind - i - j, 2) }
        }
    }

    static let expected = Model.Value(
        kind: 7, pose: Pose.Value(angle: 2, shift: [0, 0]), table: [[7, 8], [8, 9]])

    private func check(_ found: Minimum<(Double, Model.Value, Double)>) {
        #expect(found.isConverged && found.value < 1e-12, "\(found)")
        let (start, model, offset) = found.point
        #expect(start == 0 && offset == 2 && model.kind == 7)
        // The gradient's tolerance over the curvature, 2.
        #expect(abs(model.pose.angle - 2) < 1e-6 && model.pose.shift.allSatisfy { abs($0) < 1e-6 })
        #expect(zip(model.table.elements, [7, 8, 8, 9]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func structsOfPlaces() throws {
        let both = valueAndGrad(Self.loss)
        check(try LimitedMemoryBFGS().minimize(both, 0.0, Self.model, 2, with: [1]))
        let fast = try compile(both, with: [1])
        check(try LimitedMemoryBFGS().minimize(fast, 0.0, Self.model, 2, with: [1]))
        check(try NewtonCG().minimize(both, hvp(Self.loss), 0.0, Self.model, 2, with: [1]))
        let products = try compile(hvp(Self.loss), with: [1])
        check(try NewtonCG().minimize(fast, products, 0.0, Self.model, 2, with: [1]))
        var descent = GradientDescent()
        descent.learningRate = 0.1
        check(try descent.minimize(fast, 0.0, Self.model, 2, with: [1]))
        var adam = Adam()
        (adam.learningRate, adam.maximumIterations) = (0.1, 10_000)
        check(try adam.minimize(fast, 0.0, Self.model, 2, with: [1]))
    }

    /// Gradients that keep old values, all checks, and single precision, which the search takes as it is.
    @Test func formsOfTheGradient() throws {
        check(
            try LimitedMemoryBFGS().minimize(
                valueAndGrad(Self.loss, undoing: .recorded), 0.0, Self.model, 2, with: [1]))
        let checked = try compile(valueAndGrad(Self.loss), with: [1], checks: .all)
        check(try LimitedMemoryBFGS().minimize(checked, 0.0, Self.model, 2, with: [1]))
        var options = CompileOptions()
        options.precision = .single
        let single = try compile(valueAndGrad(Self.loss), with: [1], options: options)
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 1e-4
        let found = try search.minimize(single, 0.0, Self.model, 2, with: [1])
        #expect(found.isConverged && abs(found.point.1.pose.angle - 2) < 1e-4)
    }

    /// Two arguments at once, one of them within bounds of its own type.
    @Test func severalArguments() throws {
        var (lower, upper) = (Self.model, Self.model)
        lower.pose = Pose.Value(angle: -1, shift: [1, -9])
        upper.pose = Pose.Value(angle: 1, shift: [9, 9])
        lower.table = [[0, 0], [0, 0]]
        upper.table = [[9, 9], [9, 9]]
        var bounds = try Bounds(Model.self, lower: lower, upper: upper)
        bounds.lower.append(3)
        bounds.upper.append(.infinity)
        let fast = try compile(valueAndGrad(Self.loss), with: [1, 2])
        let found = try LimitedMemoryBFGS().minimize(
            fast, 0.0, Self.model, 2, with: [1, 2], bounds: bounds)
        // The angle ends at most at 1, and the offset at least at 3.
        #expect(found.isConverged && found.point.2 == 3 && found.point.1.pose.angle == 1)
        #expect(found.point.1.pose.shift[0] == 1 && abs(found.value - 5) < 1e-10)
    }

    @Test func refused() throws {
        func message(_ body: () throws -> Void) -> String? {
            do {
                try body()
                return nil
            } catch {
                return (error as? OptimizerError)?.message
            }
        }
        let both = valueAndGrad(Self.loss)
        let search = LimitedMemoryBFGS()
        #expect(
            message { _ = try search.minimize(both, 0.0, Self.model, 2, with: []) }
                == "`with:` names no argument; say which are to be searched, as in `with: [1]`")
        #expect(
            message { _ = try search.minimize(both, 0.0, Self.model, 2, with: [4]) }
                == "`with: [4]` names no argument: the function has 3, counted from 0")
        let counting = ReversibleFunction(parameters: ["y", "n"]) { (y: Scalar, n: Integer) in y += n }
        #expect(
            message { _ = try search.minimize(valueAndGrad(counting), 0.0, 3, with: [1]) }
                == "`with: [1]` is an argument of integers, which have no derivative to search with")
        let fast = try compile(both, with: [2])
        #expect(
            message { _ = try search.minimize(fast, 0.0, Self.model, 2, with: [1]) }
                == "the search is over arguments [1], and `compile(valueAndGrad(…), with: [2])` has derivatives in others; "
                + "name the same there")
        let bounds = Bounds(count: 3, from: 0)
        #expect(
            message { _ = try search.minimize(both, 0.0, Self.model, 2, with: [1], bounds: bounds) }?
                .hasPrefix(
                    "there are 3 lower and 3 upper bounds for 7 variables") == true)
    }
}
