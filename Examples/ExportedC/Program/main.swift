// Calls C that was written from a reversible function and its gradient, and is checked in beside this file.
//
// This program imports that C and nothing else: it does not use the packages that wrote it, needs no compiler when
// it runs, and could as well be written in C.

import CNorm
import Foundation

let v = [3.0, 4, 12]

// Numbers that change are passed by address, arrays as address and count. The last argument is how to run; nil stands
// for the defaults. The function was exported with checks, and answers whether they held.
var length = 0.0
guard norm(&length, v, Int64(v.count), nil) == REVERSIBLE_OK else {
    print("wrong: a check failed")
    exit(1)
}
print("norm of [3, 4, 12]    \(length)")

// Every value is followed by its gradient: 1 for the loss, which is the length, and 0 elsewhere. They come back as the
// gradients in the arguments. The value of the loss is not needed, so any number does.
var gradient = [0.0, 0, 0]
let status = gradient_norm(0, 1, v, Int64(v.count), &gradient, Int64(gradient.count), nil)
print("gradient              \(gradient)")

let expected = v.map { $0 / 13 }
let error = zip(gradient, expected).map { abs($0 - $1) }.max() ?? .nan
guard status == REVERSIBLE_OK, length == 13, error < 1e-15 else {
    print("wrong: the length of [3, 4, 12] is 13 and its gradient is the unit vector")
    exit(1)
}
