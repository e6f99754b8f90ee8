import NativeEngine

extension BundleAdjustment.BAL.Problem {
    /// Reads a file of the collection Bundle Adjustment in the Large.
    ///
    /// The text begins with the numbers of cameras, points and observations. There follow the camera, the
    /// point, x and y of each observation, then the 9 numbers of each camera, then the 3 of each point. As Ceres' reader,
    /// this one asks for blanks and line ends between numbers and not for lines. Unlike it, it refuses indices out of range,
    /// numbers that are not finite, and what follows the last number: the counts would be wrong.
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
        // Each number takes two bytes at least, so that a wrong header is found before memory is asked for.
        guard 2 * (4 * p + 9 * n + 3 * m) <= scanner.remaining + 1 else {
            throw scanner.error(
                "the header tells of \(n) cameras, \(m) points and \(p) observations, for which \(scanner.remaining) "
                    + "more bytes are too few; the file is cut short or its header is wrong")
        }
        var (cameraOf, pointOf, features): ([Int], [Int], [Double]) = ([], [], [])
        cameraOf.reserveCapacity(p)
        pointOf.reserveCapacity(p)
        features.reserveCapacity(2 * p)
        for i in 0..<p {
            cameraOf.append(try scanner.integer(below: n, "the camera of observation \(i)"))
            pointOf.append(try scanner.integer(below: m, "the point of observation \(i)"))
            features.append(try scanner.real("x of observation \(i)"))
            features.append(try scanner.real("y of observation \(i)"))
        }
        var (cameras, points): ([Double], [Double]) = ([], [])
        cameras.reserveCapacity(9 * n)
        for k in 0..<9 * n { cameras.append(try scanner.real("number \(k % 9) of camera \(k / 9)")) }
        points.reserveCapacity(3 * m)
        for k in 0..<3 * m { points.append(try scanner.real("number \(k % 3) of point \(k / 3)")) }
        try scanner.end()
        try self.init(
            cameras: DenseMatrix(unchecked: n, 9, cameras), points: DenseMatrix(unchecked: m, 3, points),
            features: DenseMatrix(unchecked: p, 2, features), cameraOf: cameraOf, pointOf: pointOf)
    }

    /// The text of a file of the collection; reading it gives the same numbers to the last bit.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Writes a file of the collection.
    ///
    /// - Throws: A ``BundleAdjustmentError`` of kind `unreadableFile` if the file cannot be written.
    public func write(to path: String) throws(BundleAdjustmentError) {
        do {
            try Files.replace(path, with: bytes)
        } catch {
            throw BundleAdjustmentError(.unreadableFile, "\(path) cannot be written: \(error.reason)")
        }
    }

    private var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(50 * observationCount + 24 * (cameras.elements.count + points.elements.count))
        func line(_ words: String...) {
            bytes += words.joined(separator: " ").utf8
            bytes.append(0x0A)
        }
        line("\(cameras.rows)", "\(points.rows)", "\(observationCount)")
        for i in cameraOf.indices {
            line("\(cameraOf[i])", "\(pointOf[i])", "\(features[i, 0])", "\(features[i, 1])")
        }
        for number in cameras.elements { line("\(number)") }
        for number in points.elements { line("\(number)") }
        return bytes
    }
}
