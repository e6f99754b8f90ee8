#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs a program, its output going to a file. A shell is used for nothing but a limit of its time.
///
/// `posix_spawn` instead of Foundation's `Process`: no run loop, no pipe that can fill up or be kept open by a
/// grandchild, and it exists wherever the package builds.
struct CommandRunner {
    /// How a program ended.
    enum Outcome: Hashable {
        /// It could not be started, and why.
        case notStarted(String)
        case exited(Int32)
        /// A signal ended it.
        case signalled(Int32)
        /// It ran longer than it may and was killed.
        case timedOut
        /// It took more CPU time than it may.
        case outOfCPUTime
        /// It ended, but the process has been told to forget its children: how it ended cannot be known.
        case unknown
    }

    /// The program, and the arguments after its name.
    var program: String
    var arguments: [String]
    var environment: [String: String]
    /// The file that both outputs go to.
    var output: String
    /// How long it may run, in seconds.
    var timeLimit: Double
    /// How many seconds of CPU time it, and each program it starts, may take; nil for any.
    var cpuLimit: Int?

    /// What programs say of one that they started and that was stopped by this limit.
    static let cpuLimitText = "CPU time limit exceeded"

    /// Runs the program to its end. Several threads may do so at once.
    func run() -> Outcome {
        // The shell would start, and say so in its own way.
        if isLimited, access(program, X_OK) != 0 { return .notStarted(Files.reason()) }
        var outcome = Outcome.unknown
        // Busy: a script just written may still be open in a child of another thread, for an instant.
        for _ in 0..<400 {
            var child: pid_t = 0
            let code = spawn(&child)
            if code == ETXTBSY || code == EINTR || code == EAGAIN {
                outcome = .notStarted(Files.reason(code))
                pause(milliseconds: 5)
                continue
            }
            guard code == 0 else { return .notStarted(Files.reason(code)) }
            outcome = wait(for: child)
            guard isLimited, outcome == .exited(126), Files.read(output, atMost: 4096).map(saysBusy) == true
            else { return outcome }
            pause(milliseconds: 5)
        }
        return outcome
    }

    private func saysBusy(_ text: [UInt8]) -> Bool {
        String(decoding: text, as: UTF8.self).contains("ext file busy")
    }

    /// Limits the CPU time of itself, and so of all that it starts, and becomes the program.
    private static let shell = "/bin/sh"

    private var isLimited: Bool { cpuLimit != nil && Files.isExecutable(Self.shell) }

    /// The words of the command: a limit can be set from within only, before anything else is started.
    private var command: [String] {
        guard isLimited, let cpuLimit else { return [program] + arguments }
        return [Self.shell, "-c", "ulimit -S -t \(max(1, cpuLimit)); exec \"$0\" \"$@\"", program] + arguments
    }

    private func spawn(_ child: inout pid_t) -> Int32 {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        var code = posix_spawn_file_actions_init(&actions)
        guard code == 0 else { return code }
        defer { posix_spawn_file_actions_destroy(&actions) }
        code = posix_spawnattr_init(&attributes)
        guard code == 0 else { return code }
        defer { posix_spawnattr_destroy(&attributes) }

        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        // Its own process group, so that a time limit ends its children too; no signals held back or ignored,
        // whatever the program this is part of does with them.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGPIPE, SIGCHLD, SIGINT, SIGTERM, SIGQUIT, SIGHUP] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let command = command
        let words = CStrings(command)
        let settings = CStrings(environment.map { "\($0.key)=\($0.value)" })
        return posix_spawn(&child, command[0], &actions, &attributes, words.pointers, settings.pointers)
    }

    private func wait(for child: pid_t) -> Outcome {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(timeLimit)
        while true {
            var status: Int32 = 0
            let result = waitpid(child, &status, WNOHANG)
            if result == child { return Self.outcome(status) }
            if result < 0 && errno != EINTR { return .unknown }
            if clock.now >= deadline { break }
            // Asking again costs microseconds; compiling takes a tenth of a second.
            pause(milliseconds: 1)
        }
        kill(-child, SIGKILL)
        kill(child, SIGKILL)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return .timedOut
    }

    private static func outcome(_ status: Int32) -> Outcome {
        let signal = status & 0x7f
        if signal == SIGXCPU { return .outOfCPUTime }
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }

    private func pause(milliseconds: Int) {
        var time = timespec(tv_sec: 0, tv_nsec: milliseconds * 1_000_000)
        nanosleep(&time, nil)
    }
}

/// An array of C strings that ends with a null pointer, alive as long as this object.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        pointers = .allocate(capacity: count + 1)
        for (i, text) in texts.enumerated() { (pointers + i).initialize(to: strdup(text)) }
        (pointers + count).initialize(to: nil)
    }

    deinit {
        for i in 0..<count { free(pointers[i]) }
        pointers.deallocate()
    }
}
