import AtomicFile
import Communication
import ConcreteAutoencoder
import Foundation
import LinearAlgebra
import RunSettings
import SampleData
import Tables
import Testing

/// 200 steps on synthetic digits give the bits that were recorded for the recipe and the kernels.
///
/// A test that fails here says that the numbers of a run have changed. If that was meant, `scripts/record-golden-hashes`
/// records the new ones, and the commit says why.
@Suite(.serialized) struct GoldenHashTests {
  /// The recorded hashes by kernels and recipe.
  private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("golden-hashes.json")

  private static func recorded() throws -> [String: [String: String]] {
    guard let data = try? Data(contentsOf: path) else { return [:] }
    return try JSONDecoder().decode([String: [String: String]].self, from: data)
  }

  private static let isRecording = ProcessInfo.processInfo.environment["CAE_RECORD_GOLDEN_HASHES"] == "1"

  private static let areKernelsKnown = isRecording || ((try? recorded())?[NumericKernels.description] != nil)

  /// Recording goes through all instructions that the machine has; the environment says which are next.
  init() throws {
    guard Self.isRecording else { return }
    try VectorInstructions.use(
      try VectorInstructions.fromEnvironment(ProcessInfo.processInfo.environment) ?? .best)
  }

  private static func problem(_ recipe: Recipe) throws -> TrainingCase {
    let (images, labels) = try SyntheticDigits(seed: 0, trainCount: 2000, testCount: 1).samples(of: .training)
    var problem = TrainingCase("golden")
    let schema = TableSchema(count: SyntheticDigits.side * SyntheticDigits.side, kind: .number)
    problem.part = TablePart(
      FloatTable(images.map { Float($0) / 255 }, schema: schema),
      target: .classes(codes: labels.map { Int32($0) }, names: (0...9).map(String.init)))
    problem.configuration = recipe.configuration
    problem.configuration.output.snapshotEpochs = []
    problem.configuration.output.stallTimeout = 0
    return problem
  }

  @Test("hashes of every recipe are recorded for some kernels", .enabled(if: !isRecording, "recording"))
  func recordIsWhole() throws {
    let recorded = try JSONDecoder().decode(
      [String: [String: String]].self, from: try Data(contentsOf: Self.path))
    #expect(recorded.count >= 4)
    for (kernels, hashes) in recorded {
      #expect(Set(hashes.keys) == Set(Recipe.allCases.map(\.rawValue)), "\(kernels)")
    }
  }

  @Test(
    "200 steps give the recorded bits",
    .enabled(if: areKernelsKnown, "no hashes are recorded for \(NumericKernels.description)"),
    arguments: Recipe.allCases)
  func golden(_ recipe: Recipe) throws {
    let trainer = try Self.problem(recipe).trainer(LocalCommunicator())
    _ = try trainer.run(to: 200)
    var hash = ContentHash()
    for values in trainer.state.values() { values.withUnsafeBytes { hash.update($0) } }
    var recorded = try Self.recorded()
    if Self.isRecording {
      recorded[NumericKernels.description, default: [:]][recipe.rawValue] = hash.text
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(recorded).write(to: Self.path)
    }
    #expect(recorded[NumericKernels.description]?[recipe.rawValue] == hash.text)
  }
}
