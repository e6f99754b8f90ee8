extension KernelDecoder {
    mutating func decodeInstruction() throws(EmulatorError) {
        switch instruction.opcode {
        case "mov": try decodeMove()
        case "cvt": try decodeConversion()
        case "cvta": try decodeAddressConversion()
        case "ld": try decodeLoad()
        case "st": try decodeStore()
        case "atom": try decodeAtomic(hasResult: true)
        case "red": try decodeAtomic(hasResult: false)
        case "add", "sub": try decodeSum()
        case "mul": try decodeProduct()
        case "mad", "fma": try decodeMultiplyAdd()
        case "div", "rem": try decodeDivision()
        case "sqrt", "rcp": try decodeRoot()
        case "ex2", "lg2", "sin", "cos", "tanh", "rsqrt": try decodeApproximation()
        case "neg", "abs": try decodeSign()
        case "min", "max": try decodeExtremum()
        case "copysign": try decodeCopysign()
        case "testp": try decodeClassification()
        case "sad": try decodeAbsoluteDifference()
        case "and", "or", "xor", "not", "cnot": try decodeLogic()
        case "lop3": try decodeLookup()
        case "shl", "shr": try decodeShift()
        case "popc", "clz", "brev", "bfind": try decodeBitCount()
        case "bfe": try decodeFieldExtract()
        case "bfi": try decodeFieldInsert()
        case "prmt": try decodePermute()
        case "setp": try decodeComparison()
        case "selp": try decodeSelection()
        case "slct": try decodeSignSelection()
        case "bra": try decodeBranch()
        case "ret", "exit": try decodeExit()
        case "trap": try emit(.trap)
        case "bar", "barrier": try decodeBarrier()
        case "membar", "fence": try decodeFence()
        case "shfl": try decodeShuffle()
        case "vote": try decodeVote()
        case "activemask": try decodeActiveMask()
        case "call", "brx", "prefetch", "prefetchu", "tex", "suld", "match", "redux", "mma", "wmma", "addc",
            "subc",
            "madc", "mul24", "mad24", "set", "nanosleep", "vote4", "fns", "isspacep", "dp4a", "dp2a", "brkpt",
            "elect", "shf", "szext", "bmsk", "cp", "ldmatrix", "griddepcontrol":
            throw fault(.unsupported, "the instruction is not in the emulator's subset")
        default:
            throw EmulatorError(
                .unknownInstruction, line: instruction.line,
                "\"\(instruction.opcode)\" is not the name of an instruction")
        }
    }
}
