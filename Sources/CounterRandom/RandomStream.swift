import CVectorMath

/// What a random sequence is used for: sequences of different purposes never share a word.
package enum RandomPurpose: UInt32, Sendable {
  /// Gumbel noise of the selector.
  case selectorNoise = 1
  /// Dropout on the logits.
  case logitsDropout = 2
  /// The order of the training rows in an epoch.
  case epochOrder = 3
  /// The rows set aside for validation.
  case validationSplit = 4
  /// Initial values of the logits.
  case initialLogits = 5
  /// Initial values of the decoder.
  case initialDecoder = 6
  /// Synthetic data.
  case syntheticData = 7
  /// The rows set aside for testing.
  case testSplit = 8
  /// Moves of the search for a subset of features.
  case subsetSearch = 9
  /// Signs and places of a sketch.
  case sketch = 10
  /// Selections and starts of baselines.
  case baseline = 11
  /// The training rows that a run draws.
  case rowDraw = 12
  /// Initial values of what logits follow from.
  case initialIndirect = 13
  /// Dropout in the decoder: hidden layer i uses this value plus i, so values up to 511 are taken.
  case decoderDropout = 256
}

/// One sequence of random words that is a function of its fields alone, so every rank derives the same
/// without communicating (Philox-4x32-10, Salmon et al. 2011).
package struct RandomStream: Sendable, Equatable {
  /// The run's seed: the generator's key.
  package var seed: UInt64
  /// What the words are for: the purpose plus a layer in the low 9 bits, a group in the 23 above them. Group 0
  /// has the words of a stream without groups.
  package var purpose: UInt32
  /// Training step or epoch.
  package var step: UInt32
  /// Selector index or row of the global batch.
  package var row: UInt32

  /// Layers that a purpose can have.
  package static let layerLimit = 256
  /// Groups that a purpose can have.
  package static let groupLimit = 1 << 23

  /// Names a sequence; `layer` (below `layerLimit`) and `group` (below `groupLimit`) distinguish several of
  /// one purpose.
  package init(
    seed: UInt64, purpose: RandomPurpose, layer: Int = 0, group: Int = 0, step: Int = 0, row: Int = 0
  ) {
    precondition(layer >= 0 && layer < Self.layerLimit, "a layer that its purpose has no bits for")
    precondition(group >= 0 && group < Self.groupLimit, "a group that the purpose has no bits for")
    self.seed = seed
    self.purpose = (purpose.rawValue + UInt32(layer)) | UInt32(group) << 9
    self.step = UInt32(truncatingIfNeeded: step)
    self.row = UInt32(truncatingIfNeeded: row)
  }

  /// The sequence as the C loops take it.
  package var cStream: cvm_stream {
    cvm_stream(seed: seed, purpose: purpose, step: step, row: row)
  }
}
