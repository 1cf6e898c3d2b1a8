// swift-tools-version:6.1
import Foundation
import PackageDescription

// pkg-config's name for the MPI library: Open MPI's by default, `CAE_MPI_PKG=mpich` for MPICH.
let environment = ProcessInfo.processInfo.environment
let mpiPackage = environment["CAE_MPI_PKG"] ?? "ompi-c"

// Warnings are errors in this project's own checks (`scripts/test` sets the variable). It cannot be the
// default: a package with unsafe flags cannot be depended upon.
let strict = environment["CAE_WARNINGS_AS_ERRORS"] == "1"
let swiftSettings: [SwiftSetting] = strict ? [.unsafeFlags(["-warnings-as-errors"])] : []
let cSettings: [CSetting] = strict ? [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])] : []

func systemLibrary(_ name: String, pkgConfig: String, debian package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
  name: "concrete-autoencoder",
  products: [
    .library(name: "ConcreteAutoencoder", targets: ["ConcreteAutoencoder"]),
    .executable(name: "cae", targets: ["cae"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "3.12.3"),
    .package(url: "https://github.com/jpsim/Yams", from: "5.0.1"),
  ],
  targets: [
    systemLibrary("COpenMPI", pkgConfig: mpiPackage, debian: "libopenmpi-dev"),
    systemLibrary("COpenBLAS", pkgConfig: "openblas", debian: "libopenblas-dev"),
    systemLibrary("CPNG", pkgConfig: "libpng", debian: "libpng-dev"),
    systemLibrary("CZlib", pkgConfig: "zlib", debian: "zlib1g-dev"),
    .target(name: "CMPI", dependencies: ["COpenMPI"], cSettings: cSettings),
    .target(name: "CVectorMath", cSettings: cSettings),
    .target(name: "AtomicFile", swiftSettings: swiftSettings),
    .target(name: "CounterRandom", dependencies: ["CVectorMath"], swiftSettings: swiftSettings),
    .target(
      name: "LinearAlgebra", dependencies: ["COpenBLAS", "CVectorMath", "CounterRandom"],
      swiftSettings: swiftSettings),
    .target(name: "CSignals", cSettings: cSettings),
    .target(name: "Communication", dependencies: ["CMPI", "CSignals"], swiftSettings: swiftSettings),
    .target(
      name: "FeatureData",
      dependencies: [
        "AtomicFile", "CZlib", "CVectorMath", "CounterRandom",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "ConcreteAutoencoder",
      dependencies: ["LinearAlgebra", "CVectorMath", "CounterRandom"],
      swiftSettings: swiftSettings),
    .target(
      name: "Evaluation",
      dependencies: ["LinearAlgebra", "CounterRandom", "ConcreteAutoencoder", "Communication"],
      swiftSettings: swiftSettings),
    .target(
      name: "DistributedTraining",
      dependencies: [
        "AtomicFile", "ConcreteAutoencoder", "Communication", "FeatureData", "LinearAlgebra", "CVectorMath",
        "CounterRandom",
        .product(name: "Logging", package: "swift-log"),
        "Yams",
      ],
      swiftSettings: swiftSettings),
    .target(name: "SelectionReport", dependencies: ["AtomicFile", "CPNG"], swiftSettings: swiftSettings),
    .executableTarget(
      name: "cae",
      dependencies: [
        "DistributedTraining", "SelectionReport", "FeatureData", "ConcreteAutoencoder",
        "Communication", "AtomicFile", "LinearAlgebra",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "UnitTests",
      dependencies: [
        "LinearAlgebra", "FeatureData", "ConcreteAutoencoder", "DistributedTraining",
        "SelectionReport", "CVectorMath", "CounterRandom", "AtomicFile", "Evaluation", "Communication",
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.copy("Fixtures")],
      swiftSettings: swiftSettings),
    .target(
      name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter", cSettings: cSettings),
    .testTarget(
      name: "CommunicationTests",
      dependencies: [
        "CMPI", "Communication", "DistributedTraining", "ConcreteAutoencoder", "FeatureData",
        "LinearAlgebra", "CAllocationCounter", .product(name: "Logging", package: "swift-log"),
      ],
      // Written by a script as well as read, so it is found in the sources.
      exclude: ["Training/golden-hashes.json"],
      swiftSettings: swiftSettings),
    .target(name: "ProcessSupport", path: "Tests/ProcessSupport", swiftSettings: swiftSettings),
    .testTarget(
      name: "LaunchTests", dependencies: ["DistributedTraining", "FeatureData", "ProcessSupport"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "CommandLineTests", dependencies: ["FeatureData", "ProcessSupport"],
      resources: [.copy("Snapshots")],
      swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6]
)
