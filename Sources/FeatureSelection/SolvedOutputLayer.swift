/// Whether the decoder's last layer is the one that was trained or a regression.
public struct SolvedOutputLayer: Sendable, Equatable, Codable {
  /// The ridge of the regression as a share of its inputs' mean variance; nil where the trained layer stayed.
  public let ridge: Double?
  /// The mean loss on the validation rows with the trained layer.
  public let trained: Double
  /// That with the layer that stands.
  public let validation: Double
}
