extension BundleAdjustment {
    /// Checks what the two kinds of problem have in common.
    static func check(
        cameras: DenseMatrix, ofParameters count: Int, points: DenseMatrix, features: DenseMatrix,
        cameraOf: [Int], pointOf: [Int]
    ) throws(BundleAdjustmentError) {
        func demand(_ condition: Bool, _ message: @autoclosure () -> String) throws(BundleAdjustmentError) {
            if !condition { throw BundleAdjustmentError(.invalidProblem, message()) }
        }
        let p = features.rows
        try demand(
            cameras.columns == count || cameras.rows == 0,
            "`cameras` has \(cameras.columns) columns; a camera of this kind has \(count) parameters")
        try demand(
            points.columns == 3 || points.rows == 0, "`points` has \(points.columns) columns; it must have 3")
        try demand(
            features.columns == 2 || p == 0, "`features` has \(features.columns) columns; it must have 2")
        try demand(
            cameraOf.count == p,
            "`cameraOf` has \(cameraOf.count) elements; it must have one for each of \(p) features")
        try demand(
            pointOf.count == p,
            "`pointOf` has \(pointOf.count) elements; it must have one for each of \(p) features")
        // The native code checks no index, and the compressed Jacobian counts with 32 bits.
        if let i = cameraOf.firstIndex(where: { $0 < 0 || $0 >= cameras.rows }) {
            throw BundleAdjustmentError(
                .invalidProblem, "observation \(i) is by camera \(cameraOf[i]); there are \(cameras.rows)")
        }
        if let i = pointOf.firstIndex(where: { $0 < 0 || $0 >= points.rows }) {
            throw BundleAdjustmentError(
                .invalidProblem, "observation \(i) is of point \(pointOf[i]); there are \(points.rows)")
        }
        let columns = count * cameras.rows + 3 * points.rows + p
        try demand(
            max(31 * p, columns) < Int(Int32.max),
            "\(cameras.rows) cameras, \(points.rows) points and \(p) observations are too many for a Jacobian whose "
                + "entries are counted with 32 bits")
    }
}
