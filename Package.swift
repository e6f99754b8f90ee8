// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "swift-reversible",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(name: "ReversibleCore", targets: ["ReversibleCore"]),
        .library(name: "AD", targets: ["AD"]),
        .library(name: "NativeEngine", targets: ["NativeEngine"]),
        .library(name: "Eager", targets: ["Eager"]),
        .library(name: "Numbers", targets: ["Numbers"]),
        .library(name: "Strategies", targets: ["Strategies"]),
        .library(name: "Arrays", targets: ["Arrays"]),
        .library(name: "Optimizers", targets: ["Optimizers"]),
        .library(name: "ReversiblePrograms", targets: ["ReversiblePrograms"]),
        .library(name: "CUDAEngine", targets: ["CUDAEngine"]),
        .library(name: "Kernels", targets: ["Kernels"]),
        .executable(name: "reversible-bench", targets: ["ReversibleBench"]),
        .executable(name: "gradbench", targets: ["gradbench"]),
        .executable(name: "gpu-check", targets: ["gpu-check"]),
    ],
    targets: [
        .target(name: "ReversibleCore"),
        .target(name: "Numbers", dependencies: ["ReversibleCore"]),
        .target(name: "AD", dependencies: ["ReversibleCore"]),
        .target(name: "NativeEngine", dependencies: ["AD", "ReversibleCore"]),
        .target(name: "Eager", dependencies: ["NativeEngine", "AD", "ReversibleCore"]),
        .target(name: "Strategies"),
        .target(name: "Arrays", dependencies: ["Strategies", "ReversibleCore"]),
        .target(name: "Optimizers", dependencies: ["NativeEngine", "AD", "ReversibleCore"]),
        .target(
            name: "ReversiblePrograms",
            dependencies: ["Optimizers", "NativeEngine", "Numbers", "AD", "ReversibleCore"],
            path: "Sources/Kernels/Programs"),
        .target(
            name: "CUDAEngine", dependencies: ["CCUDA", "AD", "ReversibleCore"],
            path: "Sources/Kernels/CUDA"),
        .target(
            name: "Kernels", dependencies: ["ReversiblePrograms", "CUDAEngine"],
            path: "Sources/Kernels/Umbrella"),
        .target(name: "CCUDA", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(
            name: "BenchmarkSupport", dependencies: ["AD", "NativeEngine"], path: "Benchmarks/Support"),
        .target(
            name: "GradBench",
            dependencies: ["BenchmarkSupport", "ReversiblePrograms", "NativeEngine", "AD"],
            path: "Benchmarks/GradBench"),
        .executableTarget(name: "gradbench", dependencies: ["GradBench"], path: "Benchmarks/GradBenchTool"),
        .target(
            name: "GPUCheckSuite",
            dependencies: ["Kernels", "Optimizers", "CUDAEngine", "NativeEngine", "AD", "ReversibleCore"],
            path: "Benchmarks/GPUCheck"),
        .executableTarget(
            name: "gpu-check", dependencies: ["GPUCheckSuite"], path: "Benchmarks/GPUCheckTool"),
        .executableTarget(
            name: "ReversibleBench",
            dependencies: [
                "GradBench", "BenchmarkSupport", "ReversiblePrograms", "Optimizers", "LongRuns", "TreeLSTM",
                "Arrays", "AD", "NativeEngine",
            ],
            path: "Benchmarks/ReversibleBench",
            resources: [.copy("References")]),
        .executableTarget(name: "example-norm", dependencies: ["AD"], path: "Examples/Norm"),
        .executableTarget(name: "example-bessel", dependencies: ["AD"], path: "Examples/Bessel"),
        .executableTarget(
            name: "example-sparse-product", dependencies: ["AD"], path: "Examples/SparseProduct"),
        .executableTarget(
            name: "example-graph-embedding", dependencies: ["Optimizers"], path: "Examples/GraphEmbedding"),
        .executableTarget(
            name: "example-wave-inversion", dependencies: ["Optimizers"], path: "Examples/WaveInversion"),
        .executableTarget(name: "example-mixture", dependencies: ["Kernels"], path: "Examples/Mixture"),
        .executableTarget(
            name: "example-array-terms", dependencies: ["Arrays", "NativeEngine", "AD"],
            path: "Examples/ArrayTerms"),
        .executableTarget(name: "example-orbit", dependencies: ["AD"], path: "Examples/Orbit"),
        .target(name: "TreeLSTM", dependencies: ["Eager", "Optimizers"], path: "Examples/TreeLSTM/Model"),
        .executableTarget(
            name: "example-tree-lstm", dependencies: ["TreeLSTM"], path: "Examples/TreeLSTM/Program"),
        .executableTarget(name: "example-tree-energy", dependencies: ["Eager"], path: "Examples/TreeEnergy"),
        .executableTarget(name: "example-fibonacci", dependencies: ["AD"], path: "Examples/Fibonacci"),
        .executableTarget(
            name: "example-speck", dependencies: ["AD", "NativeEngine"], path: "Examples/Speck"),
        .executableTarget(
            name: "example-random-numbers", dependencies: ["AD", "NativeEngine"],
            path: "Examples/RandomNumbers"),
        .executableTarget(
            name: "example-fourier-transform", dependencies: ["AD"], path: "Examples/FourierTransform"),
        .executableTarget(
            name: "example-bundle-adjustment", dependencies: ["Kernels"], path: "Examples/BundleAdjustment"),
        .target(name: "LongRuns", dependencies: ["AD"], path: "Examples/LongRuns/Models"),
        .executableTarget(
            name: "example-long-runs", dependencies: ["LongRuns", "NativeEngine"],
            path: "Examples/LongRuns/Program"),
        .target(name: "ExportedNorm", dependencies: ["AD", "NativeEngine"], path: "Examples/ExportedC/Norm"),
        .target(name: "CNorm", path: "Examples/ExportedC/CNorm"),
        .executableTarget(
            name: "example-exported-c", dependencies: ["CNorm"], path: "Examples/ExportedC/Program"),
        .testTarget(name: "ReversibleCoreTests", dependencies: ["ReversibleCore"]),
        .testTarget(name: "ADTests", dependencies: ["AD", "ReversibleCore", "TestSupport"]),
        .testTarget(
            name: "NativeEngineTests",
            dependencies: [
                "ReversiblePrograms", "NativeEngine", "AD", "ReversibleCore", "TestSupport", "LongRuns",
            ]),
        .testTarget(
            name: "NumbersTests", dependencies: ["Numbers", "NativeEngine", "AD", "ReversibleCore"]),
        .target(name: "HeapInUse", path: "Tests/HeapInUse"),
        .testTarget(
            name: "EagerTests",
            dependencies: [
                "HeapInUse", "TreeLSTM", "Eager", "NativeEngine", "AD", "ReversibleCore", "TestSupport",
            ]),
        .testTarget(name: "StrategiesTests", dependencies: ["Strategies"]),
        .testTarget(
            name: "ArraysTests",
            dependencies: ["Arrays", "Strategies", "NativeEngine", "AD", "ReversibleCore"]),
        .testTarget(
            name: "OptimizersTests", dependencies: ["Optimizers", "NativeEngine", "AD", "ReversibleCore"]),
        .testTarget(
            name: "KernelsTests",
            dependencies: [
                "ReversiblePrograms", "Optimizers", "NativeEngine", "AD", "ReversibleCore", "TestSupport",
            ]),
        .testTarget(
            name: "CUDATests",
            dependencies: [
                "CUDAEngine", "GPUCheckSuite", "gpu-check", "Kernels", "NativeEngine", "AD", "ReversibleCore",
                "ProgramOracle", "TestSupport",
            ],
            exclude: ["Driver/Stub"]),
        .testTarget(name: "GradBenchTests", dependencies: ["GradBench", "TestSupport"]),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Numbers", "AD", "ReversibleCore"]),
        .target(
            name: "ProgramOracle", dependencies: ["NativeEngine", "AD", "ReversibleCore"],
            path: "Tests/Oracle", exclude: ["oracle.py"]),
        .executableTarget(name: "oracle", dependencies: ["ProgramOracle"], path: "Tests/OracleTool"),
        .testTarget(
            name: "PropertyTests", dependencies: ["ProgramOracle", "AD", "NativeEngine", "TestSupport"]),
        .target(name: "TestSupport", dependencies: ["TestSettings"], path: "Tests/Support"),
        .target(name: "TestSettings", path: "Tests/Settings"),
        .testTarget(name: "BenchmarkTests", dependencies: ["ReversibleBench", "Optimizers", "AD"]),
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "Eager", "Kernels", "Optimizers", "Numbers", "Arrays", "Strategies", "AD", "ReversibleCore",
                "NativeEngine",
                "ExportedNorm",
            ]),
    ],
    swiftLanguageModes: [.v6]
)
