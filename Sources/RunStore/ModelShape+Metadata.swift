import ConcreteAutoencoder
import RunSettings

extension ModelShape {
  /// What a file's metadata say about the outputs.
  var metadata: [String: String] { ["task": task.rawValue, "outputs": String(outputCount)] }

  /// The shape of a file's model with so many outputs.
  ///
  /// Files of PyTorch's name no task: it is then the only one that can have as many outputs. Throws `CheckpointError` where
  /// several can, where it is not known, or where its outputs are not those of the tensors.
  init(
    metadata: [String: String], path: String, featureCount: Int, selectorCount: Int, hidden: [Int],
    layerNorm: Bool, outputCount: Int, indirectSize: Int? = nil
  ) throws {
    func fail(_ problem: String) -> CheckpointError { CheckpointError(path: path, problem: problem) }
    let fitting = LearningTask.allCases.filter {
      $0.objective.target.allows(outputs: outputCount, features: featureCount)
    }
    // Checkpoints had it among their settings alone at first.
    let name =
      try metadata["task"]
      ?? metadata["configuration"].map {
        try ConfigurationFile(text: $0, path: path).wholeConfiguration().task.rawValue
      }
    guard let task = name.map({ LearningTask(rawValue: $0) }) ?? (fitting.count == 1 ? fitting[0] : nil)
    else {
      throw fail(
        name.map { "was trained for the task '\($0)', which this version does not have" }
          ?? "does not say what it was trained for, and \(outputCount) outputs for \(featureCount) features fit "
          + "several tasks: put `task` (\(fitting.map(\.rawValue).joined(separator: " or "))) into its metadata"
      )
    }
    guard fitting.contains(task), metadata["outputs"].map({ $0 == String(outputCount) }) ?? true else {
      throw fail("has \(outputCount) outputs, which are not those of its task, \(task.rawValue)")
    }
    self.init(
      featureCount: featureCount, selectorCount: selectorCount, hidden: hidden, layerNorm: layerNorm,
      task: task,
      targetCount: task.objective.target == .features ? nil : outputCount, indirectSize: indirectSize)
  }
}
