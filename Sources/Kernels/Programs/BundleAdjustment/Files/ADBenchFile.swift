extension BundleAdjustment.ADBench.Problem {
    /// Reads a file of ADBench.
    ///
    /// The text is the numbers of cameras, points and observations, then the 11 numbers of one camera, the 3
    /// of one point, one weight and the 2 of one feature. All cameras, points, weights and features are
    /// copies of these, and observation i is of point i mod m by camera i mod n.
    ///
    /// A file that gzip or bzip2 has packed is unpacked by the system's libz or libbz2.
    ///
    /// - Throws: A ``BundleAdjustmentError`` with the line of what is wrong, or one that says why a packed file cannot be
    ///   unpacked.
    public init(contentsOf path: String) throws(BundleAdjustmentError) {
        var scanner = try NumberScanner(path: path)
        try self.init(reading: &scanner)
    }

    /// Reads the text of such a file.
    public init(text: String) throws(BundleAdjustmentError) {
        var scanner = try NumberScanner(Array(text.utf8))
        try self.init(reading: &scanner)
    }

    private init(reading scanner: inout NumberScanner) throws(BundleAdjustmentError) {
        let n = try scanner.integer("the number of cameras")
        let m = try scanner.integer("the number of points")
        let p = try scanner.integer("the number of observations")
        func reals(_ count: Int, _ name: String) throws(BundleAdjustmentError) -> [Double] {
            var numbers: [Double] = []
            for k in 0..<count { numbers.append(try scanner.real("number \(k) of the \(name)")) }
            return numbers
        }
        let (camera, point) = (try reals(11, "camera"), try reals(3, "point"))
        let (weight, feature) = (try reals(1, "weight"), try reals(2, "feature"))
        try scanner.end()
        try self.init(
            cameras: n, points: m, observations: p, camera: camera, point: point, weight: weight[0],
            feature: feature)
    }
}
