import RunSettings

/// One step of a selection: it takes what the stages before it found and adds to it.
///
/// Nothing is printed by a stage. A new one is a type in a file of its own and a place in `SelectionStages.standard`.
package protocol SelectionStage {
  /// What it does, to complete "failed while ...": "training".
  var name: String { get }
  /// Whose work it is.
  var participation: StageParticipation { get }
  /// Whether the run ends if it fails.
  var isEssential: Bool { get }
  /// Whether the settings ask for it.
  func isOn(_ configuration: RunConfiguration) -> Bool
  /// Adds to the result. A stage of all ranks is called on each of them and may call collectives; every rank gives its
  /// result the same values. A stage of rank 0 calls none.
  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws
}

extension SelectionStage {
  /// The others go on.
  package var isEssential: Bool { false }
  /// Always.
  package func isOn(_ configuration: RunConfiguration) -> Bool { true }
}

/// Who takes part in a stage.
package enum StageParticipation: Sendable {
  /// Every rank.
  case allRanks
  /// Rank 0; the others wait to hear how it went.
  case rankZero
}

/// The stages of a run.
package enum SelectionStages {
  /// All of them, in order.
  package static var standard: [any SelectionStage] {
    [
      SearchStage(), StartStage(), TrainingStage(), AssignmentStage(), JudgementStage(),
      OutputLayerStage(), SelectionReadout(), ErrorStage(),
      ComparisonStage(), ReasonStage(), ModelFileStage(), SelectionFileStage(), ResultFileStage(),
      PlacementFileStage(),
    ]
  }
}
