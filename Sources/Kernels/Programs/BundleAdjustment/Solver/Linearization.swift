extension BundleAdjustment.BAL {
    /// A problem's errors and Jacobian at the current parameters, as the solver needs them: robust, and scaled.
    struct Linearization {
        private let evaluator: Evaluator
        private let loss: BundleAdjustment.RobustLoss
        private let fixesFirstCamera: Bool
        private var jacobian = BundleAdjustment.SparseJacobian()
        private var scratch: [Double] = []
        /// What each parameter's column is multiplied with, so that all parameters count alike.
        private(set) var scale: [Double] = []
        /// The errors, multiplied by √ρ′.
        private(set) var errors: [Double] = []
        /// The rows, multiplied by √ρ′ and scaled.
        var rows: [Double] { jacobian.values }

        init(_ options: BundleAdjustment.SolverOptions) throws(BundleAdjustmentError) {
            evaluator = try Evaluator(engine: options.engine, threads: options.threads)
            loss = options.loss
            fixesFirstCamera = options.fixesFirstCamera
        }

        var isNative: Bool { evaluator.isNative }

        /// Half the sum of ρ of all squared errors; not finite if some error is not.
        mutating func cost(of problem: Problem) throws(BundleAdjustmentError) -> Double {
            do throws(BundleAdjustmentError) {
                try evaluator.errors(of: problem, into: &scratch)
            } catch {
                guard error.kind == .notFinite else { throw error }
                return .infinity
            }
            return cost(scratch)
        }

        private func cost(_ errors: [Double]) -> Double {
            var sum = 0.0
            for i in 0..<errors.count / 2 {
                sum += loss(errors[2 * i] * errors[2 * i] + errors[2 * i + 1] * errors[2 * i + 1])
            }
            return sum / 2
        }

        /// Linearises at the problem's parameters; returns the cost.
        ///
        /// - Throws: An error of kind `notFinite` that names the observation whose error or derivative is not
        ///   finite, or too large for its square, or the largest one where their sum is.
        mutating func update(_ problem: Problem) throws(BundleAdjustmentError) -> Double {
            try evaluator.linearization(of: problem, errors: &errors, into: &jacobian)
            try checkFinite(problem)
            let cost = cost(errors)
            if scale.isEmpty { scale = Self.scale(problem, jacobian.values) }
            // Where a sum of squares has overflowed, the scale is 0.
            guard cost.isFinite, !scale.contains(0) else {
                scale = []
                throw overflow(problem)
            }
            let cameraCount = Camera.parameterCount * problem.cameras.rows
            let (errors, loss, scale, fixes) = (errors, loss, scale, fixesFirstCamera)
            self.errors.withUnsafeMutableBufferPointer { scaled in
                jacobian.updateValues { rows in
                    for i in problem.cameraOf.indices {
                        let (x, y) = (errors[2 * i], errors[2 * i + 1])
                        let weight = loss.derivative(x * x + y * y).squareRoot()
                        scaled[2 * i] = weight * x
                        scaled[2 * i + 1] = weight * y
                        let (camera, point) = (9 * problem.cameraOf[i], cameraCount + 3 * problem.pointOf[i])
                        let isFixed = fixes && camera == 0
                        for row in 2 * i...2 * i + 1 {
                            for k in 0..<9 { rows[12 * row + k] *= isFixed ? 0 : weight * scale[camera + k] }
                            for k in 0..<3 { rows[12 * row + 9 + k] *= weight * scale[point + k] }
                        }
                    }
                }
            }
            return cost
        }

        /// By how much the linear model lowers the cost with a (scaled) step.
        func decrease(_ problem: Problem, by step: Numbers) -> Double {
            let (rows, cameraCount) = (jacobian.values, 9 * problem.cameras.rows)
            var sum = 0.0
            for i in problem.cameraOf.indices {
                let (camera, point) = (9 * problem.cameraOf[i], cameraCount + 3 * problem.pointOf[i])
                for row in 2 * i...2 * i + 1 {
                    var change = 0.0
                    for k in 0..<9 { change += rows[12 * row + k] * step[camera + k] }
                    for k in 0..<3 { change += rows[12 * row + 9 + k] * step[point + k] }
                    sum -= change * (errors[row] + change / 2)
                }
            }
            return sum
        }

        /// 1 / (1 + length) of each column at the start, as Ceres scales.
        private static func scale(_ problem: Problem, _ rows: [Double]) -> [Double] {
            let cameraCount = 9 * problem.cameras.rows
            var squares = [Double](repeating: 0, count: cameraCount + 3 * problem.points.rows)
            for i in problem.cameraOf.indices {
                let (camera, point) = (9 * problem.cameraOf[i], cameraCount + 3 * problem.pointOf[i])
                for row in 2 * i...2 * i + 1 {
                    for k in 0..<9 { squares[camera + k] += rows[12 * row + k] * rows[12 * row + k] }
                    for k in 9..<12 { squares[point + k - 9] += rows[12 * row + k] * rows[12 * row + k] }
                }
            }
            return squares.map { 1 / (1 + $0.squareRoot()) }
        }

        /// Refuses errors and derivatives with which the solver cannot compute: it needs their squares, and sums of those.
        private func checkFinite(_ problem: Problem) throws(BundleAdjustmentError) {
            let rows = jacobian.values
            for i in problem.cameraOf.indices {
                // 0 times anything but infinity and NaN is 0.
                var zero = 0 * (errors[2 * i] * errors[2 * i] + errors[2 * i + 1] * errors[2 * i + 1])
                for k in 24 * i..<24 * i + 24 { zero += 0 * (rows[k] * rows[k]) }
                if zero == 0 { continue }
                throw notFinite(
                    i, problem,
                    "has the error (\(errors[2 * i]), \(errors[2 * i + 1])) or a derivative that is not finite, or whose "
                        + "square is not")
            }
        }

        /// The error for sums that overflow: it names the observation with the largest error or derivative.
        private func overflow(_ problem: Problem) -> BundleAdjustmentError {
            let rows = jacobian.values
            func size(_ i: Int) -> Double {
                let ofErrors = max(abs(errors[2 * i]), abs(errors[2 * i + 1]))
                return (24 * i..<24 * i + 24).reduce(ofErrors) { max($0, abs(rows[$1])) }
            }
            let largest = problem.cameraOf.indices.max { size($0) < size($1) } ?? 0
            return notFinite(
                largest, problem,
                "has the error (\(errors[2 * largest]), \(errors[2 * largest + 1])) or derivatives so large that the cost of "
                    + "all observations is not finite")
        }

        private func notFinite(_ i: Int, _ problem: Problem, _ finding: String) -> BundleAdjustmentError {
            BundleAdjustmentError(
                .notFinite,
                "observation \(i), of point \(problem.pointOf[i]) by camera \(problem.cameraOf[i]), \(finding). The point may "
                    + "lie in the plane of the camera's centre, or a parameter (a focal length, a distortion) may be far "
                    + "too large or not finite; correct it, move the point, or leave the observation out")
        }
    }
}

extension BundleAdjustment.SparseJacobian {
    /// Changes the entries in place.
    mutating func updateValues(_ change: (UnsafeMutableBufferPointer<Double>) -> Void) {
        values.withUnsafeMutableBufferPointer { change($0) }
    }
}
