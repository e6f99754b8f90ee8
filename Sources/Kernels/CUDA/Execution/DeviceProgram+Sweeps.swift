import ReversibleCore

extension DeviceProgram {
    /// Runs again and again from the same values, each time with a 1 in another number of some places.
    ///
    /// - Parameters:
    ///   - seeding: The places, which are zeros otherwise.
    ///   - reading: Places of reals whose numbers are wanted.
    /// - Returns: These numbers, run after run.
    func sweep(
        _ leaves: [Leaf<Double>], seeding: [Int], reading: [Int]
    ) throws(CUDAFunctionError) -> [Double] {
        try reportingFunction(plan.name) {
            plan.precision == .double
                ? try sweep(leaves, seeding, reading, Double.self)
                : try sweep(leaves, seeding, reading, Float.self)
        }
    }

    private func sweep<Number: DeviceNumber>(
        _ leaves: [Leaf<Double>], _ seeding: [Int], _ reading: [Int], _ type: Number.Type
    ) throws -> [Double] {
        let seeds = seeding.flatMap { place in leaves[place].numbers.indices.map { (place, $0) } }
        let width = reading.reduce(0) { $0 + leaves[$1].numbers.count }
        let (count, overflow) = seeds.count.multipliedReportingOverflow(by: width)
        guard !overflow else {
            throw refusal("there can be no Jacobian of \(seeds.count) × \(width) numbers")
        }
        guard count > 0 else { return [] }
        return try withPlaces(for: leaves, on: nil, type, all: true) { places in
            let one = try CUDABuffer<Number>([1], on: device, stream: places.stream)
            let results = try CUDABuffer<Number>(count: count, on: device, stream: places.stream)
            let start = try places.copied(on: device) {
                plan.parameters[$0].isWritten && !seeding.contains($0)
            }
            var verdicts: [DeviceArray?] = []
            for (run, (place, element)) in seeds.enumerated() {
                if run > 0 { try places.copy(from: start) }
                for position in seeding {
                    try places.reals[position]?.clear(on: places.stream)
                    places.bindings[position].real = .real(position == place ? 1 : 0, plan.precision)
                }
                try places.reals[place]?.copy(from: one, at: element, on: places.stream)
                verdicts.append(try self.start(places.bindings, on: places.stream))
                var offset = run * width
                for position in reading {
                    guard let source = places.reals[position] else { continue }
                    try results.copy(from: source, at: offset, on: places.stream)
                    offset += source.count
                }
            }
            for verdict in verdicts { try judge(verdict, on: places.stream) }
            return try results.elements(on: places.stream).map { Double($0) }
        }
    }
}

extension DevicePlaces {
    /// What some of the places hold now, in memory of its own.
    fileprivate func copied(on device: CUDADevice, _ isWanted: (Int) -> Bool) throws(CUDAError)
        -> DevicePlaces
    {
        var copies = DevicePlaces(stream: stream)
        for position in bindings.indices {
            copies.bindings.append(bindings[position])
            copies.reals.append(try copy(of: isWanted(position) ? reals[position] : nil, device))
            copies.integers.append(try copy(of: isWanted(position) ? integers[position] : nil, device))
        }
        return copies
    }

    private func copy<Element: BitwiseCopyable & Sendable>(
        of buffer: CUDABuffer<Element>?, _ device: CUDADevice
    ) throws(CUDAError) -> CUDABuffer<Element>? {
        guard let buffer else { return nil }
        let copy = try CUDABuffer<Element>(count: buffer.count, on: device, stream: stream)
        try copy.copy(from: buffer, on: stream)
        return copy
    }

    /// Puts back what ``copied(on:_:)`` has kept.
    fileprivate func copy(from start: DevicePlaces) throws(CUDAError) {
        for position in bindings.indices {
            if let kept = start.reals[position] { try reals[position]?.copy(from: kept, on: stream) }
            if let kept = start.integers[position] { try integers[position]?.copy(from: kept, on: stream) }
        }
    }
}
