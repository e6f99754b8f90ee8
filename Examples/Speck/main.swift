// A block cipher as a program: Speck128/128 (Beaulieu et al., ePrint 2013/404). Decryption is the inverse of encryption.

import AD
import Foundation
import NativeEngine

/// One round: x = ((x >>> 8) + y) ^ key, y = (y <<< 3) ^ x.
let round = ReversibleFunction("round", parameters: ["x", "y", "key"]) {
    (x: Integer, y: Integer, key: Integer) in
    ROTR(x, 8)
    x &+= y
    x ^= key
    ROTL(y, 3)
    y ^= x
}

/// 32 rounds. The keys of the rounds are made on the way, by the same round with its number for a key, and unmade afterwards.
let encrypt = ReversibleFunction("encrypt", parameters: ["x", "y", "key", "next"]) {
    (x: Integer, y: Integer, key: Integer, next: Integer) in
    For(0..<32) { i in
        round(x, y, key)
        round(next, key, i)
    }
    ~Block {
        For(0..<32) { i in round(next, key, i) }
    }
}

func hexadecimal(_ word: Int) -> String {
    let digits = String(UInt64(bitPattern: Int64(word)), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

func word(_ bits: UInt64) -> Int { Int(truncatingIfNeeded: bits) }

do {
    // The test vector of the designers' paper, appendix C.
    let key = (word(0x0706_0504_0302_0100), word(0x0f0e_0d0c_0b0a_0908))
    let plain = (word(0x6c61_7669_7571_6520), word(0x7469_2065_6461_6d20))
    let expected = (word(0xa65d_9851_7978_3265), word(0x7860_fedf_5c57_0d18))
    print(~round, "\n")

    let there = try encrypt(plain.0, plain.1, key.0, key.1)
    let back = try (~encrypt)(there.0, there.1, there.2, there.3)
    print("encrypted: \(hexadecimal(there.0)) \(hexadecimal(there.1))")
    print("decrypted: \(hexadecimal(back.0)) \(hexadecimal(back.1))")
    guard there == (expected.0, expected.1, key.0, key.1), back == (plain.0, plain.1, key.0, key.1) else {
        print("wrong: the cipher's designers have \(hexadecimal(expected.0)) \(hexadecimal(expected.1))")
        exit(1)
    }
    guard try compile(encrypt)(plain.0, plain.1, key.0, key.1) == there,
        try compile(~encrypt)(there.0, there.1, key.0, key.1) == back
    else {
        print("wrong: native code encrypts something else")
        exit(1)
    }
    print("native code: the same")
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
