// swift-tools-version:6.1
import PackageDescription

let library: Target.Dependency = .product(name: "FeatureSelection", package: "concrete-autoencoder")

let package = Package(
  name: "select",
  dependencies: [.package(name: "concrete-autoencoder", path: "../../..", traits: [])],
  targets: [
    .executableTarget(name: "select", dependencies: [library]),
    .executableTarget(name: "follow", dependencies: [library]),
  ])
