#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the processor this process runs on can do.
package struct TargetFeatures: Hashable, Sendable {
    /// How many 64-bit numbers one vector register holds: 8 with AVX-512 (F and DQ), 4 with AVX2, else 2.
    package var lanes: Int
}

/// What the processor this process runs on can do, read once per process.
package func targetFeatures() -> TargetFeatures { HostProcessor.current.features }

/// The processor this process runs on.
package struct HostProcessor: Hashable, Sendable {
    /// A text that differs between processors for which `-march=native` may mean different things. It is part
    /// of the key of a cached library: a home folder may be shared by several computers.
    package let identity: String
    package let features: TargetFeatures

    /// The processor, read once per process.
    package static let current: HostProcessor = {
        let identity = readIdentity()
        return HostProcessor(identity: identity, features: features(of: identity))
    }()

    /// The features that the words of an identity promise.
    package static func features(of identity: String) -> TargetFeatures {
        #if arch(x86_64) || arch(i386)
            let words = Set(
                identity.split(whereSeparator: \.isWhitespace).map { $0.lowercased() })
            if words.contains("avx512f") && words.contains("avx512dq") { return TargetFeatures(lanes: 8) }
            if words.contains("avx2") { return TargetFeatures(lanes: 4) }
        #endif
        // SSE2 belongs to every x86-64, NEON to every arm64.
        return TargetFeatures(lanes: 2)
    }

    #if canImport(Darwin)
        private static func readIdentity() -> String {
            let texts = ["hw.machine", "hw.model", "machdep.cpu.brand_string", "machdep.cpu.features"]
            let numbers = ["hw.cpufamily", "hw.cpusubfamily"]
            let flags = [
                "hw.optional.avx2_0": "avx2", "hw.optional.avx512f": "avx512f",
                "hw.optional.avx512dq": "avx512dq",
            ]
            var parts = texts.compactMap { text(of: $0) }
            parts += numbers.map { "\($0)=\(number(of: $0))" }
            parts += flags.filter { number(of: $0.key) != 0 }.map(\.value).sorted()
            return parts.joined(separator: "\n")
        }

        private static func text(of name: String) -> String? {
            var size = 0
            guard sysctlbyname(name, nil, &size, nil, 0) == 0, size > 0 else { return nil }
            var bytes = [UInt8](repeating: 0, count: size)
            guard sysctlbyname(name, &bytes, &size, nil, 0) == 0 else { return nil }
            return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }

        private static func number(of name: String) -> Int32 {
            var value: Int32 = 0
            var size = MemoryLayout<Int32>.size
            return sysctlbyname(name, &value, &size, nil, 0) == 0 ? value : 0
        }
    #else
        private static func readIdentity() -> String {
            // The first processor stands for all: the file repeats itself, and producing all of it is slow on a
            // computer of many cores.
            let bytes = Files.read("/proc/cpuinfo", atMost: 16_384) ?? []
            let told = described(by: String(decoding: bytes, as: UTF8.self))
            return told.isEmpty ? architecture : "\(architecture)\n\(told)"
        }

        private static var architecture: String {
            #if arch(x86_64)
                "x86_64"
            #elseif arch(arm64)
                "arm64"
            #else
                "other"
            #endif
        }
    #endif

    /// What of the text of `/proc/cpuinfo` tells one kind of processor from another: not its clock or number.
    package static func described(by cpuinfo: String) -> String {
        let wanted: Set = [
            "vendor_id", "cpu family", "model", "model name", "stepping", "flags", "Features",
            "CPU implementer",
            "CPU architecture", "CPU variant", "CPU part", "isa", "uarch",
        ]
        var lines: [Substring] = []
        for line in cpuinfo.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty && !lines.isEmpty { break }
            let name = line.prefix { $0 != ":" && $0 != "\t" }
            if wanted.contains(String(name)) { lines.append(line) }
        }
        return lines.joined(separator: "\n")
    }
}
