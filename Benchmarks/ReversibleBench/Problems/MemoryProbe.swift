/// Later.
enum MemoryProbe {
    static func run(steps: Int, cells: Int) throws -> String { "" }
}
