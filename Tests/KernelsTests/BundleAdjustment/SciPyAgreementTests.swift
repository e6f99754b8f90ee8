import ReversiblePrograms
import Testing

@Suite struct BundleSciPyAgreementTests {
    /// 3 cameras and 12 points made with NumPy, features with noise of 0.5 pixels and two that are wrong.
    private static let disturbed = """
        3 12 36
        0 0 70.012 82.788
        1 0 92.885 73.386
        2 0 95.321 65.519
        0 1 -30.878 -100.788
        1 1 -40.779 -115.395
        2 1 -38.708 -134.515
        0 2 27.704 -93.139
        1 2 16.688 -142.163
        2 2 -44.662 -116.12
        0 3 141.02 37.631
        1 3 126.392 29.43
        2 3 90.809 22.648
        0 4 -72.85 140.665
        1 4 -5.169 145.174
        2 4 78.198 140.592
        0 5 82.917 -29.186
        1 5 102.231 -34.464
        2 5 98.906 -38.999
        0 6 34.347 -117.736
        1 6 60.861 -124.359
        2 6 43.837 -119.903
        0 7 2.158 75.905
        1 7 -38.552 75.044
        2 7 -73.177 77.639
        0 8 66.073 86.037
        1 8 51.753 78.666
        2 8 29.346 74.033
        0 9 128.768 83.624
        1 9 92.847 71.939
        2 9 43.728 66.431
        0 10 47.197 -130.793
        1 10 66.548 -136.084
        2 10 72.402 -141.011
        0 11 6.564 -68.064
        1 11 -3.134 -75.887
        2 11 -9.795 -88.856
        0.0347 -0.493 -0.0188 0.0181 0.0004 -4.0123 510.0 -0.05 0.01
        -0.0127 -0.0199 0.001 0.1214 -0.0565 -3.9916 530.4 -0.05 0.01
        0.0375 0.4757 0.0052 0.1939 -0.1212 -4.0205 550.8 -0.05 0.01
        0.6095 0.6289 0.0147
        -0.4268 -0.8705 -0.2244
        -0.157 -0.8956 -0.8878
        1.0532 0.3234 -0.5271
        -0.1088 0.9208 0.7852
        0.7123 -0.1963 0.0325
        0.3537 -0.9223 0.1696
        -0.4243 0.7275 -0.8303
        0.3593 0.6858 -0.558
        0.7756 0.7921 -0.9867
        0.4074 -1.0059 -0.0046
        -0.1541 -0.5869 -0.3178
        """

    /// The costs that scipy.optimize.least_squares 1.17.1 finds with the same model, written with
    /// scipy.spatial.transform.Rotation (method trf, tolerances 1e-15); the errors are e √(ρ(|e|²) / |e|²).
    @Test(arguments: [
        (BundleAdjustment.RobustLoss.squares, 284.714_891_587_355, [-8.651, 1.196]),
        (.huber(1), 73.654_400_519_975, [-24.944, 37.335]),
        (.cauchy(1), 8.264_661_944_398, [-25.532, 41.830]),
    ])
    func agreesWithSciPy(loss: BundleAdjustment.RobustLoss, cost: Double, wrong: [Double]) throws {
        let problem = try BAL.Problem(text: Self.disturbed)
        var options = BundleAdjustment.SolverOptions()
        options.loss = loss
        options.maximumIterations = 500
        options.costTolerance = 1e-14
        let solution = try BAL.solve(problem, options: options)
        // Both stop when the cost changes in its last digits only.
        #expect(abs(solution.finalCost - cost) < 1e-10 * cost)
        var errors: [Double] = []
        try BAL.Evaluator().errors(of: solution.problem, into: &errors)
        // Printed with three digits.
        #expect(abs(errors[14] - wrong[0]) < 2e-3 && abs(errors[15] - wrong[1]) < 2e-3)
    }
}
