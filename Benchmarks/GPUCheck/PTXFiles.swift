import CUDAEngine
import NativeEngine

/// The texts of all kernels as files, for other assemblers and emulators.
package enum PTXFiles {
    /// Every text with its name; the same text only once.
    package static func texts(of subjects: [Subject], _ options: PTXOptions) -> [(name: String, text: String)]
    {
        var known: Set<String> = []
        var result: [(String, String)] = []
        for subject in subjects {
            for variant in Variant.all(of: subject, options) {
                guard case .success(let plan) = variant.plan, known.insert(plan.text).inserted else {
                    continue
                }
                result.append((variant.fileName, plan.text))
            }
        }
        return result
    }

    /// Writes the files, and returns how many.
    package static func write(
        _ subjects: [Subject], _ options: PTXOptions, to folder: String
    ) throws(Files.Failure) -> Int {
        try Files.makeFolder(folder)
        let texts = texts(of: subjects, options)
        for (name, text) in texts { try Files.replace("\(folder)/\(name).ptx", with: Array(text.utf8)) }
        return texts.count
    }
}
