import ReversibleCore

/// The number types of kernels.
protocol DeviceNumber: BitwiseCopyable, BinaryFloatingPoint, Sendable {}

extension Double: DeviceNumber {}
extension Float: DeviceNumber {}

/// The places of a program on the device, copied from values of the host.
struct DevicePlaces<Number: DeviceNumber> {
    let stream: CUDAStream
    var bindings: [DeviceBinding] = []
    /// For every place its memory, if it has some.
    var reals: [CUDABuffer<Number>?] = []
    var integers: [CUDABuffer<Int>?] = []
}

extension DeviceProgram {
    /// Copies values to the device, and gives them to some work.
    ///
    /// The values stay where they are until the work has been done: nothing is waited for between the copies.
    ///
    /// - Parameter all: Whether all places get memory, those that no kernel uses too.
    func withPlaces<Number: DeviceNumber, Result>(
        for leaves: [Leaf<Double>], on stream: CUDAStream?, _ type: Number.Type, all: Bool = false,
        _ work: (inout DevicePlaces<Number>) throws -> Result
    ) throws -> Result {
        let stream = stream ?? device.stream
        var places = DevicePlaces<Number>(stream: stream)
        do {
            return try upload(leaves, to: &places, all, work)
        } catch {
            // Copies may be on their way still; what they have to say is said already.
            try? stream.synchronize()
            throw error
        }
    }

    private func upload<Number, Result>(
        _ leaves: [Leaf<Double>], to places: inout DevicePlaces<Number>, _ all: Bool,
        _ work: (inout DevicePlaces<Number>) throws -> Result
    ) throws -> Result {
        let position = places.bindings.count
        guard position < leaves.count else {
            let result = try work(&places)
            try places.stream.synchronize()
            return result
        }
        var binding = DeviceBinding()
        let isUsed = all || plan.buffer(ofParameter: position).map { self.isUsed[$0] } ?? false
        func next<Element: BitwiseCopyable & Sendable>(_ elements: [Element]) throws -> Result {
            guard isUsed else {
                places.add(binding, nil as CUDABuffer<Element>?)
                return try upload(leaves, to: &places, all, work)
            }
            let buffer = try CUDABuffer<Element>(count: elements.count, on: device, stream: places.stream)
            binding.memory = DeviceArray(buffer)
            places.add(binding, buffer)
            if plan.parameters[position].startsAtZero { return try upload(leaves, to: &places, all, work) }
            return try elements.withUnsafeBufferPointer { source in
                try buffer.startCopy(from: source, on: places.stream)
                return try upload(leaves, to: &places, all, work)
            }
        }
        switch leaves[position] {
        case .real(let value):
            binding.real = .real(value, plan.precision)
            return try next([Number(value)])
        case .integer(let value):
            binding.integer = value
            return try next([value])
        case .reals(let elements):
            binding.count = elements.count
            return try next(isUsed ? Number.elements(elements) : [])
        case .integers(let elements):
            binding.count = elements.count
            return try next(elements)
        case .matrix(let rows, let columns, let elements):
            (binding.count, binding.rows, binding.columns) = (elements.count, rows, columns)
            return try next(isUsed ? Number.elements(elements) : [])
        }
    }
}

extension DeviceNumber {
    /// The numbers in this type; the same array, if it is of this type.
    fileprivate static func elements(_ numbers: [Double]) -> [Self] {
        numbers as? [Self] ?? numbers.map { Self($0) }
    }

    fileprivate static func doubles(_ elements: [Self]) -> [Double] {
        elements as? [Double] ?? elements.map { Double($0) }
    }
}

extension DevicePlaces {
    fileprivate mutating func add<Element: BitwiseCopyable & Sendable>(
        _ binding: DeviceBinding, _ buffer: CUDABuffer<Element>?
    ) {
        bindings.append(binding)
        reals.append(buffer as? CUDABuffer<Number>)
        integers.append(buffer as? CUDABuffer<Int>)
    }

    /// What the places hold once the stream's work is done; places that are not wanted are as they were.
    func fetch(_ leaves: [Leaf<Double>], _ isWanted: (Int) -> Bool) throws -> [Leaf<Double>] {
        // What no kernel changes has gone through the kernels' number type all the same.
        var results = leaves.map { leaf in Number.self == Double.self ? leaf : leaf.map { Double(Number($0)) }
        }
        try fetch(from: 0, into: &results, isWanted)
        return results
    }

    private func fetch(
        from position: Int, into results: inout [Leaf<Double>], _ isWanted: (Int) -> Bool
    ) throws {
        guard position < results.count else { return try stream.synchronize() }
        func received<Element: BitwiseCopyable & Sendable>(_ buffer: CUDABuffer<Element>) throws -> [Element]
        {
            try [Element](unsafeUninitializedCapacity: buffer.count) { target, count in
                try buffer.startCopy(
                    to: UnsafeMutableBufferPointer(rebasing: target.prefix(buffer.count)), on: stream)
                try fetch(from: position + 1, into: &results, isWanted)
                count = buffer.count
            }
        }
        if isWanted(position), let buffer = reals[position] {
            let numbers = Number.doubles(try received(buffer))
            switch results[position] {
            case .real: results[position] = .real(numbers[0])
            case .matrix(let rows, let columns, _):
                results[position] = .matrix(rows: rows, columns: columns, numbers)
            case .reals, .integer, .integers: results[position] = .reals(numbers)
            }
        } else if isWanted(position), let buffer = integers[position] {
            let numbers = try received(buffer)
            if case .integer = results[position] {
                results[position] = .integer(numbers[0])
            } else {
                results[position] = .integers(numbers)
            }
        } else {
            try fetch(from: position + 1, into: &results, isWanted)
        }
    }
}
