import CVectorMath

/// What a random sequence is used for: sequences of different purposes never share a word.
public enum RandomPurpose: UInt32, Sendable {
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
  /// Dropout in the decoder: hidden layer i uses this value plus i.
  case decoderDropout = 256
}

/// One sequence of random words that is a function of its fields alone, so every rank derives the same
/// without communicating (Philox-4x32-10, Salmon et al. 2011).
public struct RandomStream: Sendable, Equatable {
  /// The run's seed: the generator's key.
  public var seed: UInt64
  /// What the words are for, plus a layer index where a purpose has several layers.
  public var purpose: UInt32
  /// Training step or epoch.
  public var step: UInt32
  /// Selector index or row of the global batch.
  public var row: UInt32

  /// Names a sequence; `layer` distinguishes several of one purpose.
  public init(seed: UInt64, purpose: RandomPurpose, layer: Int = 0, step: Int = 0, row: Int = 0) {
    self.seed = seed
    self.purpose = purpose.rawValue + UInt32(layer)
    self.step = UInt32(truncatingIfNeeded: step)
    self.row = UInt32(truncatingIfNeeded: row)
  }

  /// The sequence as the C loops take it.
  public var cStream: cvm_stream {
    cvm_stream(seed: seed, purpose: purpose, step: step, row: row)
  }
}
