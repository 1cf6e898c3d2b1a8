import ConcreteAutoencoder
import CounterRandom
import FeatureSelection
import Foundation
import Tables
import Testing

@Suite struct FeatureSelectorTests {
  /// 300 rows of 12 features: three sources, each with three noisy multiples.
  private static let values: [Float] = {
    var generator = CounterGenerator(RandomStream(seed: 4, purpose: .syntheticData))
    var values: [Float] = []
    for _ in 0..<300 {
      let sources: [Double] = (0..<3).map { _ in generator.normal() }
      for j in 0..<12 {
        let noise = j % 4 == 0 ? 0 : 0.3 * generator.normal()
        let value: Double = 100 + 10 * (sources[j / 4] * Double(1 + j % 4) + noise)
        values.append(Float(value))
      }
    }
    return values
  }()

  @Test("features of a table in memory are selected, rebuild it, and leave no file")
  func fit() throws {
    var selector = FeatureSelector(k: 3)
    selector.configuration.training.epochs = 60
    let before = try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory()).filter {
      $0.hasPrefix("cae-")
    }
    var steps = 0
    let fitted = try selector.fit(Self.values, featureCount: 12, names: (0..<12).map { "f\($0)" }) { _ in
      steps += 1
    }
    let after = try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory()).filter {
      $0.hasPrefix("cae-")
    }
    #expect(Set(after).subtracting(before).isEmpty)
    #expect(steps > 60)
    let features = fitted.selection.features.map(\.feature)
    #expect(Set(features.map { $0 / 4 }) == [0, 1, 2], "one of each source: \(features)")
    #expect(fitted.selection.features.map(\.title) == features.map { "f\($0)" })
    #expect(fitted.result.comparison != nil && fitted.result.errors.count == 2)
    let few = fitted.transform(Self.values)
    #expect(few.count == 900 && few[4] == Self.values[12 + features[1]])
    let rebuilt = fitted.reconstruct(Self.values)
    let mean = Self.values.reduce(0, +) / Float(Self.values.count)
    let error = zip(rebuilt, Self.values).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let variation = Self.values.reduce(Float(0)) { $0 + ($1 - mean) * ($1 - mean) }
    #expect(error < 0.2 * variation, "\(error / variation)")
  }

  @Test("a cancelled task ends the run at its next step, and leaves no file")
  func cancels() async throws {
    let names = Set(try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory()))
    let (steps, channel) = AsyncStream.makeStream(of: StepProgress.self)
    var selector = FeatureSelector(k: 3)
    // So many that none is left before a busy machine has heard of it.
    selector.configuration.training.epochs = 3_000
    let training = Task { [selector] in
      defer { channel.finish() }
      return try await selector.fit(Self.values, featureCount: 12) { channel.yield($0) }
    }
    var last = 0
    for await step in steps {
      if step.step == 20 { training.cancel() }
      last = step.step
    }
    await #expect(throws: CancellationError.self) { try await training.value }
    #expect(last >= 20)
    let left = Set(try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory()))
    #expect(!left.subtracting(names).contains { $0.hasPrefix("cae-") })
  }

  @Test("of a table of which a third is missing more is rebuilt where only what was observed counts")
  func observed() throws {
    // Four sources, sixteen mixtures of them and a little noise.
    var generator = CounterGenerator(RandomStream(seed: 6, purpose: .syntheticData))
    let (rows, features, sources) = (1_200, 20, 4)
    let mixing = (0..<features).map { _ in (0..<sources).map { _ in generator.normal() / 2 } }
    var values: [Float] = []
    for _ in 0..<rows {
      let drawn = (0..<sources).map { _ in generator.normal() }
      for feature in 0..<features {
        let value =
          feature < sources ? drawn[feature] : zip(mixing[feature], drawn).reduce(0) { $0 + $1.0 * $1.1 }
        values.append(Float(value + 0.1 * generator.normal()))
      }
    }
    for index in values.indices where generator.uniform() < 0.3 { values[index] = .nan }
    let (training, test) = (Array(values[..<(900 * features)]), Array(values[(900 * features)...]))
    func error(_ missing: MissingPolicy) throws -> Double {
      var selector = FeatureSelector(k: 5)
      selector.configuration.data.missing = missing
      selector.configuration.training.epochs = 60
      let rebuilt = try selector.fit(training, featureCount: features).reconstruct(test)
      let errors = zip(rebuilt, test).filter { !$1.isNaN }.map { Double($0 - $1) * Double($0 - $1) }
      return errors.reduce(0, +) / Double(errors.count)
    }
    let (observed, mean) = (try error(.observed), try error(.mean))
    #expect(observed < 0.95 * mean, "\(observed) and \(mean)")
  }

  @Test("what cannot be a table is refused before anything is written")
  func refuses() {
    let selector = FeatureSelector(k: 3)
    #expect(throws: ConfigurationError.self) { try selector.fit([1, 2, 3], featureCount: 2) }
    #expect(throws: ConfigurationError.self) { try selector.fit([], featureCount: 2) }
    #expect(throws: ConfigurationError.self) { try selector.fit([1, 2], featureCount: 2, names: ["a"]) }
    #expect(throws: ConfigurationError.self) {
      try FeatureSelector(k: 9).fit(Self.values, featureCount: 12 / 2)
    }
  }
}
