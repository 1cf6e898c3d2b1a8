import ConcreteAutoencoder
import DistributedTraining

/// A field of a JSON object whose names follow from an objective.
package struct MetricKey: CodingKey, ExpressibleByStringLiteral {
  package let stringValue: String
  package var intValue: Int? { nil }

  package init(stringValue: String) { self.stringValue = stringValue }
  package init(stringLiteral value: String) { stringValue = value }
  package init?(intValue: Int) { nil }
}

extension KeyedEncodingContainer<MetricKey> {
  /// Encodes each metric under its name, with `prefix` before it.
  package mutating func encode(_ metrics: [Metric], prefix: String = "") throws {
    for metric in metrics { try encode(metric.value, forKey: MetricKey(stringValue: prefix + metric.name)) }
  }
}

extension MetricsRecord: Codable {
  private static let validationPrefix = "validation_"

  /// Reads the fields of a line; the objective is known by its loss's name.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: MetricKey.self)
    func number(_ key: MetricKey) throws -> Double { try values.decode(Double.self, forKey: key) }
    let names = LearningTask.allCases.map(\.objective.lossName)
    let name = names.first { values.contains(MetricKey(stringValue: $0)) } ?? names[0]
    let validation = try values.allKeys.filter { $0.stringValue.hasPrefix(Self.validationPrefix) }.map {
      Metric(String($0.stringValue.dropFirst(Self.validationPrefix.count)), try number($0))
    }
    self.init(
      step: try values.decode(Int.self, forKey: "step"), epoch: try values.decode(Int.self, forKey: "epoch"),
      temperature: try number("temperature"), loss: try number("loss"),
      objective: Metric(name, try number(MetricKey(stringValue: name))), gjs: try number("gjs"),
      meanMax: try number("mean_max"), distinct: try values.decode(Int.self, forKey: "distinct"),
      validation: validation.sorted { $0.name < $1.name },
      selectors: try values.decodeIfPresent(Selectors.self, forKey: "selectors"),
      rowsPerSecond: try number("rows_per_second"),
      stepMs: try values.decode(Spread.self, forKey: "step_ms"), learningRate: try number("learning_rate"),
      selectorLearningRate: try number("selector_learning_rate"))
  }

  /// Writes the fields of a line, flat.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: MetricKey.self)
    try values.encode(step, forKey: "step")
    try values.encode(epoch, forKey: "epoch")
    try values.encode(distinct, forKey: "distinct")
    try values.encode(stepMs, forKey: "step_ms")
    try values.encode([
      Metric("temperature", temperature), Metric("loss", loss), objective, Metric("gjs", gjs),
      Metric("mean_max", meanMax), Metric("rows_per_second", rowsPerSecond),
      Metric("learning_rate", learningRate), Metric("selector_learning_rate", selectorLearningRate),
    ])
    try values.encodeIfPresent(selectors, forKey: "selectors")
    try values.encode(validation, prefix: Self.validationPrefix)
  }
}
