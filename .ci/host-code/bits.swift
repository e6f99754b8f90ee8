// Ordinary Swift over the bits of integers: `.ci/type-check` times it below an import of the package alone.

func mixed(_ seed: UInt64) -> UInt64 {
    var z = seed &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
}

func bits(_ a: [Int], _ n: Int, _ word: UInt32, _ byte: UInt8) -> [Int] {
    let mask = (1 << n) - 1, high = ~mask & 0xff, low = n & mask | 1
    let packed = a.reduce(0) { ($0 << 4) | ($1 & 0xf) }
    let parity = a.reduce(0) { $0 ^ $1 } & 1
    let crc = (0..<8).reduce(word) { crc, _ in (crc >> 1) ^ 0xedb8_8320 }
    let gray = a.map { $0 ^ ($0 >> 1) }
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: n >> (8 * $0)) & 0x7f }
    let hash = bytes.reduce(UInt32(0x811c_9dc5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    let turned = (word << 7) | (word >> 25), swapped = (byte << 4) | (byte >> 4)
    let aligned = (n + 15) & ~15, isPower = n & (n - 1) == 0 && n != 0
    let index = (n &* 31 &+ parity) & (a.count - 1), double = n << 1 | (n >> 62 & 1)
    let flags = (high >> 2 | low << 3) ^ (aligned & 0b1010) | (isPower ? 1 << 5 : 0)
    print(packed, crc, hash, turned, swapped, mixed(UInt64(index)), double, 1 << 3 | 2 & ~1)
    return gray + [flags, ~n, -n & n, 5 & 3 ^ 9 >> 1]
}
