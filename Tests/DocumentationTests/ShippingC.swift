// document: Sources/NativeEngine/NativeEngine.docc/ShippingC.md

import AD
import Foundation
import NativeEngine
import Testing

/// The programs of `Sources/NativeEngine/NativeEngine.docc/ShippingC.md`.
@Suite struct ShippingC {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let decay = ReversibleFunction("decay", parameters: ["loss", "rate", "t", "y"]) {
            (loss: Scalar, rate: Scalar, t: Vector, y: Vector) in
            let each = Vector.ancilla(count: t.count, "each")
            Compute {
                ParallelFor(t.indices) { i in
                    let error = Scalar.ancilla("error")
                    Compute {
                        error += exp(-rate * t[i]) - y[i]
                    } apply: {
                        each[i] += error * error
                    }
                }
            } apply: {
                loss += sum(each)
            }
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "decay-\(UUID())").path
        try decay.exportC(to: folder)
        try grad(decay).exportC(to: folder, with: [1])
        print(try FileManager.default.contentsOfDirectory(atPath: folder).sorted().joined(separator: " "))
        // decay.c decay.h gradient_decay.c gradient_decay.h
        // end of block
        session.check(1)
        let header = try String(contentsOfFile: "\(folder)/decay.h", encoding: .utf8)
        session.checkC(1, in: header)
        try session.runC(2, in: folder)
        try session.runC(3, in: folder)
    }
}
