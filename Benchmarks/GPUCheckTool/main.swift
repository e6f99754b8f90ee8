import GPUCheckSuite

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Musl)
    import Musl
#endif

// What was found so far is to be read even where the output goes to a file and the device does not come back.
setvbuf(stdout, nil, _IOLBF, 0)
do {
    let command = try Command(CommandLine.arguments.dropFirst())
    exit(GPUCheck(command) { print($0) }.run().rawValue)
} catch {
    print(error.message)
    exit(Command.Status.misused.rawValue)
}
