import Synchronization

/// Kernels compiled from one PTX text for one device, by ``CUDADevice/module(_:)``.
public final class CUDAModule: Sendable {
    /// The PTX text.
    public let text: String
    /// What the driver's compiler says about the text, if it says anything: registers, spills, warnings.
    public let log: String

    let context: DeviceContext
    // Of launches that name no other.
    let stream: CUDAStream
    private let handle: ModuleHandle
    private let kernels = Mutex<[String: (function: FunctionHandle, parameters: [Int])]>([:])

    init(_ text: String, context: DeviceContext, stream: CUDAStream) throws(CUDAError) {
        let operation = "loading a module"
        // The driver takes the text up to the first 0, which would silently cut it.
        guard !text.utf8.contains(0) else {
            throw CUDAError(.invalidArgument, "the text has a character of code 0", operation: operation)
        }
        let loaded = try context.perform(operation) { driver, context throws(CUDAError) in
            try driver.loadModule(text, in: context)
        }
        handle = loaded.handle
        log = loaded.log
        self.text = text
        self.context = context
        self.stream = stream
    }

    deinit {
        // Unloading does not wait for kernels that still run.
        context.dispose { driver, context throws(CUDAError) in try driver.synchronize(context) }
        context.dispose { driver, context throws(CUDAError) in try driver.unload(handle, in: context) }
    }

    /// A kernel of the module by its name (`.entry`).
    ///
    /// - Throws: `functionNotFound` if there is none; `notSupported` for parameters that are arrays.
    public func kernel(_ name: String) throws(CUDAError) -> CUDAKernel { try kernel(name, declaredIn: text) }

    /// The same, of a kernel whose part of the text is at hand: looking through all of it takes time for every kernel.
    func kernel(_ name: String, declaredIn text: String) throws(CUDAError) -> CUDAKernel {
        let operation = "looking up the kernel \(name)"
        if let known = kernels.withLock({ $0[name] }) {
            return CUDAKernel(name: name, module: self, handle: known.function, parameters: known.parameters)
        }
        guard let parameters = PTXParameters.sizes(ofKernel: name, in: text) else {
            throw CUDAError(.functionNotFound, "the module has no kernel of that name", operation: operation)
        }
        guard let parameters = parameters.sizes else {
            throw CUDAError(
                .notSupported, "its parameter \(parameters.bad) is no single number or address",
                operation: operation)
        }
        let function = try context.perform(operation) { driver, context throws(CUDAError) in
            try driver.function(name, of: handle, in: context)
        }
        kernels.withLock { $0[name] = (function, parameters) }
        return CUDAKernel(name: name, module: self, handle: function, parameters: parameters)
    }
}

/// The parameters of kernels, read from PTX text. The driver reads as many arguments as the kernel has parameters,
/// however many it is given: so they must be counted before.
enum PTXParameters {
    /// The size of each parameter in bytes, or the first that is not a single word; nil if there is no such kernel.
    static func sizes(ofKernel name: String, in text: String) -> (sizes: [Int]?, bad: String)? {
        // Words and the punctuation that matters here; comments left out.
        var words = Words(text)
        while let word = words.next() {
            guard word == ".entry" else { continue }
            guard words.next() == name else { continue }
            guard words.next() == "(" else { return ([], "") }
            return parameters(&words)
        }
        return nil
    }

    private static func parameters(_ words: inout Words) -> (sizes: [Int]?, bad: String) {
        var sizes: [Int] = []
        var size: Int?
        var last = ""
        var bad = false
        var any = false
        while let word = words.next(), word != "{" {
            if word == "," || word == ")" {
                if any {
                    guard let size, !bad else { return (nil, last) }
                    sizes.append(size)
                }
                if word == ")" { return (sizes, "") }
                size = nil
                any = false
                bad = false
            } else {
                any = true
                if word == "[" { bad = true }
                if word.hasPrefix("."), let known = bytes[word] { size = known }
                if !word.hasPrefix("."), !bad { last = word }
            }
        }
        return (nil, last)
    }

    private static let bytes = [
        ".u8": 1, ".s8": 1, ".b8": 1, ".u16": 2, ".s16": 2, ".b16": 2, ".f16": 2, ".u32": 4, ".s32": 4,
        ".b32": 4, ".f32": 4, ".u64": 8, ".s64": 8, ".b64": 8, ".f64": 8,
    ]

    /// Splits text into words.
    private struct Words {
        var rest: Substring.UTF8View

        init(_ text: String) { rest = Substring(text).utf8 }

        mutating func next() -> String? {
            skip()
            guard let first = rest.first else { return nil }
            guard Self.isWord(first) else {
                rest = rest.dropFirst()
                return String(decoding: CollectionOfOne(first), as: UTF8.self)
            }
            let word = rest.prefix(while: Self.isWord)
            rest = rest[word.endIndex...]
            return String(decoding: word, as: UTF8.self)
        }

        private mutating func skip() {
            while let first = rest.first {
                if first == UInt8(ascii: " ") || (9...13).contains(first) {
                    rest = rest.dropFirst()
                } else if rest.starts(with: "//".utf8) {
                    rest = rest.drop { $0 != UInt8(ascii: "\n") }
                } else if rest.starts(with: "/*".utf8) {
                    rest = rest.dropFirst(2)
                    while !rest.isEmpty, !rest.starts(with: "*/".utf8) { rest = rest.dropFirst() }
                    rest = rest.dropFirst(2)
                } else {
                    return
                }
            }
        }

        private static func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"),
                UInt8(ascii: "%"), UInt8(ascii: "."):
                true
            default:
                false
            }
        }
    }
}
