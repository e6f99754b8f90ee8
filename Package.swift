// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "swift-reversible",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(name: "ReversibleCore", targets: ["ReversibleCore"]),
        .library(name: "AD", targets: ["AD"]),
    ],
    targets: [
        .target(name: "ReversibleCore"),
        .target(name: "AD", dependencies: ["ReversibleCore"]),
        .testTarget(name: "ReversibleCoreTests", dependencies: ["ReversibleCore"]),
        .testTarget(name: "ADTests", dependencies: ["AD", "ReversibleCore"]),
        .testTarget(name: "DiagnosticsTests", dependencies: ["AD", "ReversibleCore"]),
    ],
    swiftLanguageModes: [.v6]
)
