/// The cube root and the length of a vector of two components.
enum RootFragments {
    /// ∛m between √½ and √2.
    private static let cubeRoot: [Double] = [
        0x1.97eadd013aa68p-2, 0x1.3272063fb2b9dp+0, -0x1.2fded35e057b2p+0, 0x1.f12d3d582257fp-1,
        -0x1.07972a6ac39fdp-1, 0x1.3ef53f50f6c82p-3, -0x1.4de76586aeb89p-6,
    ]

    /// A polynomial, improved by a step of Halley's method whose residue is computed in twice the precision.
    static let cbrt = FragmentBuilder.function { x in
        let size = x.magnitude
        let parts = LogarithmicFragments.split(size)
        let shifted = fma(parts.e, 0x1.5555555555555p-2, ExponentialFragments.roundingShift)
        // e = 3 third + left, with left between −1 and 1.
        let third = shifted - ExponentialFragments.roundingShift
        let left = fma(third, -3.0, parts.e)
        let isZero = left .== 0.0
        let isAbove = left .> 0.0
        let m = parts.m * isZero.select(1.0, isAbove.select(2.0, 0.5))
        let factor = isZero.select(1.0, isAbove.select(0x1.428a2f98d728bp+0, 0x1.965fea53d6e3dp-1))
        let start = (horner(parts.m, cubeRoot) * factor).named("start")
        let square = start * start
        let squareLow = fma(start, start, -square)
        let cube = square * start
        let cubeLow = fma(square, start, -cube) + squareLow * start
        let residue = (cube - m) + cubeLow
        let value = start - start * (residue / (cube + cube + m))
        let scaled = value * ExponentialFragments.powerOfTwo(shifted.bits)
        let isUsual = (size .> 0.0) .& (size .< FragmentReal(.infinity))
        return isUsual.select(scaled.withSign(of: x), x)
    }

    /// √(x² + y²), the squares in twice the precision, and scaled where they could overflow or underflow.
    static let hypot = FragmentBuilder.function { x, y in
        let infinity = FragmentReal(.infinity)
        let width = x.magnitude
        let height = y.magnitude
        let isWide = width .> height
        let longer = isWide.select(width, height)
        let shorter = isWide.select(height, width)
        let isHuge = longer .> 0x1p500
        let isTiny = longer .< 0x1p-500
        let scale = isHuge.select(0x1p-600, isTiny.select(0x1p600, 1.0))
        let back = isHuge.select(0x1p600, isTiny.select(0x1p-600, 1.0))
        let a = longer * scale
        let b = shorter * scale
        let first = a * a
        let second = b * b
        let sum = first + second
        let low = (first - sum) + second + (fma(a, a, -first) + fma(b, b, -second))
        let root = sum.squareRoot
        let value = root + (fma(-root, root, sum) + low) / (root + root + 0x1p-1000)
        let isInfinite = (width .== infinity) .| (height .== infinity)
        return isInfinite.select(infinity, value * back)
    }
}
