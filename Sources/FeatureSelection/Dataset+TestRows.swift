import Evaluation
import RunSettings
import Tables

extension Dataset {
  /// The rows to try a selection on: the test part that the data bring, those held out for it, else the validation rows,
  /// else the training rows.
  package func testRows(_ configuration: RunConfiguration, _ description: DataDescription) throws
    -> HeldOutRows
  {
    if !split.test.isEmpty { return HeldOutRows(dataset: self, rows: split.test, part: split.testName) }
    let placed = configuration.placedData
    if try placed.bringsTestPart() {
      return try Dataset.heldOut(
        placed, of: description, needsTarget: configuration.task.objective.target != .features)
    }
    return split.validation.isEmpty
      ? HeldOutRows(dataset: self, rows: split.training, part: "training")
      : HeldOutRows(dataset: self, rows: split.validation, part: "validation")
  }
}
