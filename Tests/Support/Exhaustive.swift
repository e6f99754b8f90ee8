import Foundation

/// Whether everything is tried, as `.ci/run` does, and not the part of it that a change is tried with while it is
/// written: `REVERSIBLE_EXHAUSTIVE=1`.
package let isExhaustive = ProcessInfo.processInfo.environment["REVERSIBLE_EXHAUSTIVE"] == "1"
