// swift-tools-version:6.1
import PackageDescription

let package = Package(
  name: "select",
  dependencies: [.package(name: "concrete-autoencoder", path: "../../..")],
  targets: [
    .executableTarget(
      name: "select",
      dependencies: [.product(name: "FeatureSelection", package: "concrete-autoencoder")])
  ])
