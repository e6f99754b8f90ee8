// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "swift-reversible",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(name: "ReversibleCore", targets: ["ReversibleCore"]),
        .library(name: "AD", targets: ["AD"]),
        .executable(name: "reversible-bench", targets: ["ReversibleBench"]),
    ],
    targets: [
        .target(name: "ReversibleCore"),
        .target(name: "AD", dependencies: ["ReversibleCore"]),
        .executableTarget(
            name: "ReversibleBench", dependencies: ["AD"], path: "Benchmarks/ReversibleBench"),
        .testTarget(name: "ReversibleCoreTests", dependencies: ["ReversibleCore"]),
        .testTarget(name: "ADTests", dependencies: ["AD", "ReversibleCore"]),
        .testTarget(name: "PropertyTests", dependencies: ["AD"]),
        .testTarget(name: "DocumentationTests", dependencies: ["AD", "ReversibleCore"]),
    ],
    swiftLanguageModes: [.v6]
)
