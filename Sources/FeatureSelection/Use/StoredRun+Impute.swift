import ConcreteAutoencoder
import RunStore
import Tables

extension StoredRun {
  /// Writes all features of each row of the table at `input` to `output`, rebuilt by the decoder from the selected ones, in
  /// the features' original units. The selected ones are written as they stand there; with `gapsOnly` all are, and only what
  /// is missing is rebuilt. Memory does not grow with rows.
  ///
  /// Throws what the reader throws, `MissingColumnsError`, `DataError` for a value that the model cannot take,
  /// `OutputFormError` and `FileError`; then nothing is written. `CheckpointError` for a model of labels.
  package func impute(
    _ input: String, options: TableOptions, to output: String, gapsOnly: Bool = false
  ) throws -> TableUse {
    guard bundle.model.shape.outputsAreFeatures else {
      throw CheckpointError(
        path: modelPath,
        problem: "predicts labels and rebuilds no features; `cae predict` gives these, or give a run of "
          + "--task reconstruct")
    }
    return try decode(input, options: options, to: output, gapsOnly: gapsOnly)
  }

  /// Writes what the decoder says of the label of each row of the table at `input` to `output`: the likeliest class
  /// and the probability of each, or the number in the labels' units; memory does not grow with rows.
  ///
  /// Throws as `impute` does; `CheckpointError` for a model of features.
  package func predict(_ input: String, options: TableOptions, to output: String) throws -> TableUse {
    guard !bundle.model.shape.outputsAreFeatures else {
      throw CheckpointError(
        path: modelPath,
        problem: "rebuilds features and predicts no labels; `cae impute` gives these, or give a run of "
          + "--task classify or regress")
    }
    return try decode(input, options: options, to: output)
  }

  private func decode(
    _ input: String, options given: TableOptions, to output: String, gapsOnly: Bool = false
  ) throws -> TableUse {
    let all = gapsOnly ? Array(0..<bundle.data.schema.featureCount) : nil
    let isStandardized = (try? configuration()).map {
      bundle.data.preprocessing.isStandardized(by: $0.data.scale)
    }
    return try use(input, options: try options(given, features: all, standAlone: true)) { columns, wanted in
      try RowDecoder(
        bundle, columns, wanted: wanted, input: input, output: output, gapsOnly: gapsOnly,
        isStandardized: isStandardized ?? false)
    }
  }
}
