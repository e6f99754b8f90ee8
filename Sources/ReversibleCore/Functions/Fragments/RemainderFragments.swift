/// The remainder of a division, without a rounding.
enum RemainderFragments {
    static let fmod = FragmentBuilder.function { x, y in
        let (size, modulus) = (x.magnitude, y.magnitude)
        let usual = reduce(size, modulus)
        let large = FragmentBuilder.rarely(size / modulus .>= 0x1p52, [size, modulus], otherwise: [usual]) {
            [reduceByPowers($0[0], $0[1])]
        }
        // The smaller of two is its own remainder, by an infinite one too.
        return (size .< modulus).select(size, large[0]).withSign(of: x)
    }

    /// size modulo modulus, where the quotient is less than 2⁵³.
    ///
    /// Rounded, the quotient is never below the right whole number, and one above it at most. The remainder that this gives
    /// is a multiple of the modulus's last place, and smaller than the modulus: a double.
    private static func reduce(_ size: FragmentReal, _ modulus: FragmentReal) -> FragmentReal {
        let rest = fma(-(size / modulus).floor, modulus, size)
        return (rest .< 0.0).select(rest + modulus, rest)
    }

    /// The same for any quotient: by multiples of the modulus, the largest first, each 2⁵² times the one below.
    private static func reduceByPowers(_ size: FragmentReal, _ modulus: FragmentReal) -> FragmentReal {
        // From the smallest number to beyond the largest one there are 2098 powers of two.
        let multiples = (1...40).reduce(into: [modulus]) { list, _ in
            list.append(list[list.count - 1] * 0x1p52)
        }
        return multiples.reversed().reduce(size) { rest, multiple in
            (multiple .== FragmentReal(.infinity)).select(rest, reduce(rest, multiple))
        }
    }
}
