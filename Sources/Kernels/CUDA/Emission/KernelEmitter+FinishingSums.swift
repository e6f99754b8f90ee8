import ReversibleCore

// The end of a kernel whose threads have formed sums of their own.
extension KernelEmitter {
    /// Hands over what the threads have summed up: by one atomic addition for each block and place, or as the
    /// block's part, which a second kernel adds up in order.
    func finishSums() throws(PTXError) {
        for sum in privateSums {
            out.comment("the block's sum for \(planner.text(sum.place))")
            let total = sumOverBlock(sum.register, sum.kind)
            let label = "summed_\(out.labelNumber())"
            onlyFirstThread(else: label)
            let isThere = sum.isSure || sum.place.indices.isEmpty
            if let account = planner.accountPlace(of: sum.place.variable) {
                out.instruction("red.global.add.f64", accountOperand(account), total)
            } else if planner.options.reductions == .deterministic {
                let leftover = leave(sum.place, .constant(1), isThere: isThere)
                out.instruction(
                    "st.global.\(realType)", "[\(blockPart(of: leftover, element: nil))]", total)
            } else {
                try keepingValues { () throws(PTXError) in
                    if !isThere { skip(to: label, ifNothing: total) }
                    guard case .memory(_, let operand, _) = try address(sum.place) else { return }
                    out.instruction("red.global.add.\(realType)", operand, total)
                }
            }
            out.label(label)
        }
        for own in privateArrays { finish(own) }
    }

    /// The blocks' sums of every element of an array.
    private func finish(_ own: PrivateArray) {
        out.comment("the block's sums for \(planner.name(own.variable))")
        let leftover = leave(Place(own.variable), own.count, isThere: true)
        let count = count(own.array)
        let number = out.labelNumber()
        let e = out.temporary(.integer)
        out.instruction("mov.u64", e, "0")
        out.label("sum_\(number)")
        let isDone = out.value(.predicate, "setp.ge.s64", e, count)
        out.branch("sums_done_\(number)", if: isDone)
        let value = load(element(own.array, e), isReal: true)
        let total = sumOverBlock(value, realClass)
        onlyFirstThread(else: "next_sum_\(number)")
        out.instruction("st.global.\(realType)", "[\(blockPart(of: leftover, element: e))]", total)
        out.label("next_sum_\(number)")
        out.instruction("add.s64", e, e, "1")
        out.branch("sum_\(number)")
        out.label("sums_done_\(number)")
    }

    /// What nobody has added to under its conditions may not be there.
    fileprivate func skip(to label: String, ifNothing total: String) {
        out.branch(label, if: out.value(.predicate, "setp.eq.\(realType)", total, literal(0)))
    }

    private func leave(_ place: Place, _ count: HostInteger, isThere: Bool) -> BlockLeftover {
        let buffer = planner.addTemporary("blocks_of_\(planner.text(place))", isReal: true, count: count)
        let made = BlockLeftover(place: place, buffer: buffer, count: count, isThere: isThere)
        leftovers.append(made)
        return made
    }

    /// The address of this block's part of an element's sum.
    private func blockPart(of leftover: BlockLeftover, element: String?) -> String {
        let base = slot(.address(leftover.buffer), "parts")
        let block = out.value(.word, "mov.u32", "%ctaid.x")
        var position = out.value(.integer, "cvt.u64.u32", block)
        if let element {
            let blocks = out.value(.word, "mov.u32", "%nctaid.x")
            let wide = out.value(.integer, "cvt.u64.u32", blocks)
            position = out.value(.integer, "mad.lo.s64", element, wide, position)
        }
        let offset = out.value(.integer, "shl.b64", position, precision == .double ? "3" : "2")
        return out.value(.integer, "add.s64", base, offset)
    }
}

extension Planner {
    /// The kernel that adds the blocks' parts to a place, or to the elements of an array, block after block.
    func addCombination(
        of leftover: BlockLeftover, blocks: HostInteger, at location: SourceLocation?
    ) throws(PTXError) {
        let threads = leftover.count == .constant(1) ? 1 : options.threadsPerBlock
        let emitter = KernelEmitter(self, name: kernelName("combine"), threadsPerBlock: threads)
        emitter.location = location
        let type = emitter.realType
        try emitter.iterate(leftover.count, from: .constant(0), by: .constant(1), as: nil) {
            () throws(PTXError) in
            let base = emitter.slot(.address(leftover.buffer), "parts")
            let end = emitter.slot(.integer(blocks), "blocks")
            let (sum, block) = (
                emitter.out.temporary(emitter.realClass), emitter.out.temporary(.integer)
            )
            emitter.out.instruction("mov.\(type)", sum, emitter.literal(0))
            emitter.out.instruction("mov.u64", block, "0")
            emitter.out.label("next_block")
            let isDone = emitter.out.value(.predicate, "setp.ge.s64", block, end)
            emitter.out.branch("blocks_done", if: isDone)
            let position = emitter.out.value(
                .integer, "mad.lo.s64", emitter.elementIndex ?? "0", end, block)
            let parts = KernelArray(space: .global, base: base, isReal: true, sizes: [])
            let part = emitter.load(emitter.element(parts, position), isReal: true)
            emitter.out.instruction("add.rn.\(type)", sum, sum, part)
            emitter.out.instruction("add.s64", block, block, "1")
            emitter.out.branch("next_block")
            emitter.out.label("blocks_done")
            if !leftover.isThere { emitter.skip(to: "nothing", ifNothing: sum) }
            let address = try emitter.address(leftover.place)
            let old = emitter.load(address, isReal: true)
            let new = emitter.out.value(emitter.realClass, "add.rn.\(type)", old, sum)
            emitter.store(new, in: address, isReal: true)
            if !leftover.isThere { emitter.out.label("nothing") }
        }
        let size = HostInteger.constant(threads)
        try add(
            emitter.kernel(
                purpose: "The blocks' parts are added to `\(text(leftover.place))`.",
                iterations: leftover.count, blocks: (leftover.count + (size - .constant(1))) / size))
    }
}
