import Foundation
import ProgramOracle

guard let interpreter = PythonOracle.interpreter else {
    print("There is no Python with mpmath and JAX: run `.ci/oracle` first.")
    exit(2)
}
do {
    var campaign = try Campaign(CommandLine.arguments.dropFirst(), interpreter: interpreter)
    exit(try campaign.run() ? 0 : 1)
} catch {
    print(error)
    exit(2)
}
