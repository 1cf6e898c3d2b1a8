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
let cxxSettings: [CXXSetting] = strict ? [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])] : []

func systemLibrary(_ name: String, pkgConfig: String, debian package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func swiftTarget(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// For packages that the program needs and the library does not.
let program = TargetDependencyCondition.when(traits: ["Program"])

let package = Package(
  name: "concrete-autoencoder",
  products: [
    .library(name: "FeatureSelection", targets: ["FeatureSelection"]),
    .executable(name: "cae", targets: ["cae"]),
  ],
  // What depends on the library alone turns the program off (`traits: []`), and fetches none of these.
  traits: [
    .trait(name: "Program", description: "The program cae beside the library."),
    .default(enabledTraits: ["Program"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "5.0.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
  ],
  targets: [
    systemLibrary("COpenMPI", pkgConfig: mpiPackage, debian: "libopenmpi-dev"),
    systemLibrary("COpenBLAS", pkgConfig: "openblas", debian: "libopenblas-dev"),
    systemLibrary("CPNG", pkgConfig: "libpng", debian: "libpng-dev"),
    systemLibrary("CZlib", pkgConfig: "zlib", debian: "zlib1g-dev"),
    systemLibrary("COpenSSL", pkgConfig: "libcrypto", debian: "libssl-dev"),
    .target(name: "CMPI", dependencies: ["COpenMPI"], cSettings: cSettings),
    .target(name: "CVectorMath", cSettings: cSettings),
    .target(name: "CNumberText", cxxSettings: cxxSettings),
    // libhdf5 is loaded when a file needs it: neither its headers nor the library are needed without.
    .target(
      name: "CHDF5", cSettings: cSettings, linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    swiftTarget("AtomicFile", ["COpenSSL"]),
    swiftTarget("CounterRandom", ["CVectorMath"]),
    swiftTarget("LinearAlgebra", ["COpenBLAS", "CVectorMath", "CounterRandom"]),
    .target(name: "CSignals", cSettings: cSettings),
    swiftTarget("Communication", ["CMPI", "CSignals"]),
    swiftTarget("TensorFiles", ["AtomicFile"]),
    swiftTarget(
      "Tables",
      [
        "AtomicFile", "CSignals", "CZlib", "CNumberText", "CHDF5", "CVectorMath", "CounterRandom",
        "LinearAlgebra",
      ]),
    swiftTarget("SampleData", ["AtomicFile", "CounterRandom", "Tables"]),
    swiftTarget("ConcreteAutoencoder", ["LinearAlgebra", "CVectorMath", "CounterRandom"]),
    swiftTarget("RunSettings", ["AtomicFile", "ConcreteAutoencoder", "Tables"]),
    // Apart, so that the library does not bring a YAML parser: it reads what it wrote without one.
    swiftTarget(
      "ConfigurationYAML", ["RunSettings", .product(name: "Yams", package: "Yams", condition: program)]),
    swiftTarget(
      "RankSetup", ["RunSettings", "Communication", "LinearAlgebra", "CVectorMath", "AtomicFile"]),
    swiftTarget(
      "Evaluation", ["ConcreteAutoencoder", "Communication", "LinearAlgebra", "CounterRandom", "Tables"]),
    swiftTarget(
      "DistributedTraining",
      [
        "RunSettings", "Evaluation", "Tables", "ConcreteAutoencoder", "Communication", "LinearAlgebra",
        "AtomicFile", "CVectorMath",
      ]),
    swiftTarget(
      "RunStore",
      [
        "DistributedTraining", "RunSettings", "TensorFiles", "Tables", "ConcreteAutoencoder", "LinearAlgebra",
        "AtomicFile",
      ]),
    swiftTarget("SelectionReport", ["AtomicFile", "Tables"]),
    swiftTarget(
      "FeatureSelection",
      [
        "RunStore", "DistributedTraining", "Evaluation", "RankSetup", "RunSettings", "SelectionReport",
        "Tables",
        "ConcreteAutoencoder", "Communication", "LinearAlgebra", "AtomicFile", "TensorFiles",
      ]),
    .target(
      name: "ReportPage",
      dependencies: [
        "FeatureSelection", "SelectionReport", "AtomicFile", "CPNG",
        .product(name: "Mustache", package: "swift-mustache", condition: program),
      ],
      // A bundle would be looked for where the program was built.
      resources: [.embedInCode("Page/page.mustache"), .embedInCode("Page/page.css")],
      swiftSettings: swiftSettings),
    swiftTarget(
      "Diagnostics", ["FeatureSelection", "RankSetup", "Tables", "Communication", "LinearAlgebra"]),
    .executableTarget(
      name: "cae",
      dependencies: [
        "ConfigurationYAML", "Diagnostics", "FeatureSelection", "SelectionReport", "ReportPage", "SampleData",
        "TensorFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser", condition: program),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "UnitTests",
      dependencies: [
        "Communication", "ConfigurationYAML", "Diagnostics", "FeatureSelection", "SelectionReport",
        "ReportPage",
        "SampleData", "TensorFiles", "CVectorMath", "CounterRandom",
        .product(name: "Yams", package: "Yams", condition: program),
      ],
      resources: [.copy("Fixtures")],
      swiftSettings: swiftSettings),
    .target(
      name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter", cSettings: cSettings),
    .testTarget(
      name: "CommunicationTests",
      dependencies: [
        "CMPI", "Diagnostics", "FeatureSelection", "SampleData", "TensorFiles", "CAllocationCounter",
      ],
      // Written by a script as well as read, so it is found in the sources.
      exclude: ["Training/golden-hashes.json"],
      swiftSettings: swiftSettings),
    .target(name: "ProcessSupport", path: "Tests/ProcessSupport", swiftSettings: swiftSettings),
    .testTarget(
      name: "LaunchTests", dependencies: ["FeatureSelection", "SampleData", "TensorFiles", "ProcessSupport"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "CommandLineTests", dependencies: ["SampleData", "Tables", "ProcessSupport"],
      resources: [.copy("Snapshots")],
      swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// `CAE_TEST_TARGETS` names the only test targets to build, separated by commas: checks that build everything anew in a
// mode of their own (scripts/test-sanitizers, scripts/test-mpich) take half the time so.
if let wanted = environment["CAE_TEST_TARGETS"]?.split(separator: ",").map(String.init) {
  package.targets.removeAll { $0.isTest && !wanted.contains($0.name) }
}
