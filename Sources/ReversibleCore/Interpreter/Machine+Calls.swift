extension Machine {
    /// Where the running function's registers are.
    var bases:
        (UnsafeMutablePointer<Number>, UnsafeMutablePointer<Int>, UnsafeMutablePointer<ArrayDescriptor>)
    {
        let frame = frame
        return (reals.base + frame.reals, integers.base + frame.integers, arrays.base + frame.arrays)
    }

    /// Puts a function's constants into the current frame.
    @inline(__always)
    func load(_ header: CodeUnit.Header, _ constants: UnsafePointer<CodeUnit.Constant>?) {
        if header.tableCount > 0 { loadTables(header) }
        guard let constants else { return }
        let (r, k, _) = bases
        for index in Int(header.firstConstant)..<Int(header.firstConstant + header.constantCount) {
            let constant = constants[index]
            if constant.isReal {
                r[Int(constant.register)] = Number(constant: constant.real)
            } else {
                k[Int(constant.register)] = constant.integer
            }
        }
    }

    mutating func enterCall(
        _ code: UnsafePointer<Instruction>, _ call: Int, _ headers: UnsafePointer<CodeUnit.Header>,
        _ constants: UnsafePointer<CodeUnit.Constant>?
    ) {
        let caller = frame
        let function = Int(code[call].a)
        enter(headers[function], function: function, call: call, above: headers[caller.function])
        let (r, k, v) = (
            reals.base + caller.reals, integers.base + caller.integers, arrays.base + caller.arrays
        )
        let (r2, k2, v2) = bases
        for offset in 1..<(1 + Int(code[call].b)) {
            let move = code[call + offset]
            let (a, b) = (Int(move.a), Int(move.b))
            switch move.opcode {
            case .argumentReal: r2[b] = r[a]
            case .argumentInteger: k2[b] = k[a]
            default: v2[b] = v[a]
            }
        }
        load(headers[function], constants)
    }

    mutating func leaveCall(_ code: UnsafePointer<Instruction>, _ call: Int) {
        let (r2, k2, _) = bases
        depth -= 1
        let (r, k, _) = bases
        for offset in 1..<(1 + Int(code[call].b)) {
            let move = code[call + offset]
            guard move.function != 0 else { continue }
            if move.opcode == .argumentReal {
                r[Int(move.a)] = r2[Int(move.b)]
            } else {
                k[Int(move.a)] = k2[Int(move.b)]
            }
        }
    }
}
