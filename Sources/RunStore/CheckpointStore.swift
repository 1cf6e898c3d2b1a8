import AtomicFile
import DistributedTraining
import Foundation
import TensorFiles
import RunSettings

/// The checkpoints of a run directory: the last two and the best stay.
package struct CheckpointStore: Sendable {
  /// The directory that holds them.
  package let directory: String

  /// The store in `directory`, which need not exist yet.
  package init(directory: String) { self.directory = directory }

  /// The file of a step.
  package func path(step: Int) -> String {
    let digits = String(step)
    let padded = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    return "\(directory)/step-\(padded).safetensors"
  }

  /// The steps there are files of, ascending.
  package func steps() -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("step-"), name.hasSuffix(".safetensors"),
        let step = Int(name.dropFirst(5).dropLast(12)), path(step: step) == "\(directory)/\(name)"
      else { return nil }
      return step
    }.sorted()
  }

  /// The newest checkpoint that can be used, and the reasons why newer ones cannot.
  ///
  /// Throws `CheckpointError` when there are files but none can be used; nil when there is none.
  package func newest() throws -> (checkpoint: Checkpoint, skipped: [CheckpointError])? {
    var skipped: [CheckpointError] = []
    for step in steps().reversed() {
      do {
        return (try Checkpoint(path: path(step: step)), skipped)
      } catch let error as CheckpointError {
        skipped.append(error)
      }
    }
    guard let last = skipped.first else { return nil }
    throw CheckpointError(
      path: directory,
      problem: "none of its \(skipped.count) checkpoints can be used; the newest: \(last.description). "
        + "Start again in another --run-dir")
  }

  /// Writes a checkpoint, then removes all but the newest two, the best, and what cannot be read.
  ///
  /// Throws `FileError`; the checkpoints that were there stay then.
  package func save(_ state: ModelState, configuration: RunConfiguration, facts: RunFacts) throws {
    // Whoever cleans up may have taken it away while the run went on.
    try Directory.makeAgain(directory)
    putAside(state.step)
    try Checkpoint.write(state, configuration: configuration, facts: facts, to: path(step: state.step))
    // Files of later steps are those of a future that a fall-back to an older checkpoint has given up.
    let kept = Set(
      steps().filter { $0 <= state.step }.suffix(2) + [state.best?.step].compactMap { $0 })
    for step in steps() where !kept.contains(step) && mayRemove(step) { unlink(path(step: step)) }
  }

  /// Gives another name to a file of this step that may not be removed, such as one that could not be read.
  private func putAside(_ step: Int) {
    let path = path(step: step)
    // A link that leads nowhere is there too; in the place of a directory there is no room.
    let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    guard type == .typeRegular || type == .typeSymbolicLink, !mayRemove(step) else { return }
    let file = path.dropFirst(directory.count + 1)
    var number = 1
    while access("\(directory)/kept-\(number)-\(file)", F_OK) == 0 { number += 1 }
    rename(path, "\(directory)/kept-\(number)-\(file)")
  }

  /// Whether a file is known to be a checkpoint of this version, or damaged: of others nothing is known, and they stay.
  private func mayRemove(_ step: Int) -> Bool {
    do {
      return try SafetensorsFile(path: path(step: step)).metadata["format"] == Checkpoint.format
    } catch { return (error as? SafetensorsError)?.isUnreadable == false }
  }
}
