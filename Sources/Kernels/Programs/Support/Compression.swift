import NativeEngine

/// Bytes that gzip or bzip2 has packed, unpacked by the system's libz or libbz2.
///
/// The libraries are opened when such bytes are met, so that whoever has no such files needs neither. What is packed is told by
/// the first bytes, whatever the file is called. Packed files may be put together, one after the other, as the tools allow.
enum Compression: String, CaseIterable {
    case gzip
    case bzip2

    /// Why bytes could not be unpacked, and what to do.
    struct Failure: Error, Equatable {
        let reason: String
    }

    /// How these bytes are packed; nil if they are not.
    init?(of bytes: some Collection<UInt8>) {
        guard let found = Compression.allCases.first(where: { bytes.starts(with: $0.firstBytes) }) else {
            return nil
        }
        self = found
    }

    /// What the bytes are, unpacked if they are packed.
    static func unpacked(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
        guard let compression = Compression(of: bytes) else { return bytes }
        return try compression.unpack(bytes, by: compression.libraries)
    }

    /// The names of the library, the first that opens is taken: on Linux, where systems differ for bzip2, and on macOS.
    var libraries: [String] {
        switch self {
        case .gzip: ["libz.so.1", "libz.1.dylib"]
        case .bzip2: ["libbz2.so.1.0", "libbz2.so.1", "libbz2.1.0.dylib"]
        }
    }

    fileprivate var firstBytes: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        case .bzip2: Array("BZh".utf8)
        }
    }

    private var tool: String { self == .gzip ? "gunzip" : "bunzip2" }

    func unpack(_ bytes: [UInt8], by libraries: [String]) throws(Failure) -> [UInt8] {
        guard let library = libraries.lazy.compactMap({ try? LoadedLibrary(path: $0) }).first,
            let stream = try? UnpackingStream(self, library)
        else {
            throw Failure(
                reason:
                    "the file is compressed with \(rawValue), and \(libraries[0]), which unpacks it, is not on this "
                    + "machine; install it, or unpack the file first, with `\(tool)`")
        }
        var unpacked: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.starts(with: firstBytes) else {
                // The last block of a tape is filled with zeros.
                if rest.allSatisfy({ $0 == 0 }) { break }
                throw damaged("\(rest.count) bytes are left over behind what is packed")
            }
            switch stream.unpack(rest, appendingTo: &unpacked) {
            case .end(let count): rest = rest.dropFirst(count)
            case .truncated: throw damaged("it ends too early")
            case .corrupt: throw damaged("it does not fit its checksum, or is no such file")
            case .tooLarge:
                throw Failure(
                    reason:
                        "the file is larger than this machine's memory when it is unpacked from \(rawValue)")
            }
        }
        return unpacked
    }

    private func damaged(_ reason: String) -> Failure {
        Failure(
            reason:
                "the file is compressed with \(rawValue) and damaged: \(reason); fetch it again, or look at it with "
                + "`\(tool) --test`")
    }
}

/// A run of libz or libbz2 over bytes in memory.
private final class UnpackingStream {
    private typealias Call = @convention(c) (UnsafeMutableRawPointer) -> Int32
    private typealias StepOfZlib = @convention(c) (UnsafeMutableRawPointer, Int32) -> Int32
    private typealias BeginOfZlib =
        @convention(c) (UnsafeMutableRawPointer, Int32, UnsafePointer<CChar>, Int32) -> Int32
    private typealias BeginOfBzip2 = @convention(c) (UnsafeMutableRawPointer, Int32, Int32) -> Int32

    enum End {
        /// What was packed ends after so many bytes.
        case end(Int)
        case truncated, corrupt, tooLarge
    }

    private let compression: Compression
    // Its functions are called as long as this object lives.
    private let library: LoadedLibrary
    /// `z_stream` or `bz_stream`, to which the library keeps a pointer. On machines of 64 bits both begin with the same
    /// fields: the input and how much there is, the output and how much room there is.
    private let memory: UnsafeMutableRawPointer
    private static let (size, input, inputCount, output, outputCount) = (112, 0, 8, 24, 32)

    init(_ compression: Compression, _ library: LoadedLibrary) throws(NativeError) {
        self.compression = compression
        self.library = library
        memory = .allocate(byteCount: Self.size, alignment: 16)
        for name in [names.begin, names.step, names.end] { _ = try library.symbol(name) }
    }

    deinit { memory.deallocate() }

    private var names: (begin: String, step: String, end: String) {
        switch compression {
        case .gzip: ("inflateInit2_", "inflate", "inflateEnd")
        case .bzip2: ("BZ2_bzDecompressInit", "BZ2_bzDecompress", "BZ2_bzDecompressEnd")
        }
    }

    /// A function of the library; that it is there was seen at the beginning.
    private func function<Function>(_ name: String, as type: Function.Type) -> Function? {
        (try? library.symbol(name)).map { unsafeBitCast($0, to: type) }
    }

    private func begin() -> Bool {
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.size)
        switch compression {
        case .gzip:
            // 15 bits of window, and 16 for gzip's header. Of the version the library compares the first digit.
            return function(names.begin, as: BeginOfZlib.self)?(memory, 15 + 16, "1", Int32(Self.size)) == 0
        case .bzip2: return function(names.begin, as: BeginOfBzip2.self)?(memory, 0, 0) == 0
        }
    }

    /// What a step says: it goes on, what was packed has ended, or something is wrong.
    private enum Status {
        case goesOn, ended, wrong
    }

    private func step() -> Status {
        switch compression {
        case .gzip:
            // −5 says that neither input nor room was left, which is seen elsewhere.
            switch function(names.step, as: StepOfZlib.self)?(memory, 0) {
            case 0, -5: .goesOn
            case 1: .ended
            default: .wrong
            }
        case .bzip2:
            switch function(names.step, as: Call.self)?(memory) {
            case 0: .goesOn
            case 4: .ended
            default: .wrong
            }
        }
    }

    /// Unpacks from the first of these bytes on.
    func unpack(_ bytes: ArraySlice<UInt8>, appendingTo unpacked: inout [UInt8]) -> End {
        guard begin() else { return .corrupt }
        defer { _ = function(names.end, as: Call.self)?(memory) }
        return bytes.withUnsafeBufferPointer { source in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { room in
                var taken = 0
                while true {
                    // The library counts input in 32 bits.
                    let given = min(source.count - taken, 1 << 30)
                    store(
                        source.baseAddress.map { $0 + taken }, UInt32(given), at: Self.input, Self.inputCount)
                    store(
                        room.baseAddress.map { UnsafePointer($0) }, UInt32(room.count), at: Self.output,
                        Self.outputCount)
                    let status = step()
                    let used = given - count(at: Self.inputCount)
                    let made = room.count - count(at: Self.outputCount)
                    taken += used
                    unpacked.append(contentsOf: room.prefix(made))
                    switch status {
                    case .ended: return .end(taken)
                    case .wrong: return .corrupt
                    case .goesOn:
                        if unpacked.count > RunOptions.installedMemory / 2 { return .tooLarge }
                        if used == 0, made == 0 { return .truncated }
                    }
                }
            }
        }
    }

    private func store(_ address: UnsafePointer<UInt8>?, _ count: UInt32, at place: Int, _ countPlace: Int) {
        memory.storeBytes(of: address, toByteOffset: place, as: UnsafePointer<UInt8>?.self)
        memory.storeBytes(of: count, toByteOffset: countPlace, as: UInt32.self)
    }

    private func count(at place: Int) -> Int { Int(memory.load(fromByteOffset: place, as: UInt32.self)) }
}
