import DistributedTraining
import Foundation
import RunSettings
import RunStore

/// A bar on a terminal; and a plain line that stays at the end of an epoch, some seconds apart.
final class ProgressDisplay {
  private var plan: RunPlan
  private let isTerminal: Bool
  private var firstStep: (step: Int, time: Double)?
  private var lastShown = -Double.infinity
  private var lastLine = -Double.infinity
  private var progress: RunProgress
  private var secondsLeft: Double?

  private static let barWidth = 20
  private static let narrowestBar = 5
  private static let barInterval = 0.1
  private static let lineInterval = 5.0

  init(plan: RunPlan, selectors: Int) {
    self.plan = plan
    progress = RunProgress(
      epochs: plan.totalSteps / plan.stepsPerEpoch, selectors: selectors, stepsPerEpoch: plan.stepsPerEpoch)
    isTerminal = Terminal.isInteractive
  }

  /// There are more steps than before.
  func plan(_ plan: RunPlan) {
    self.plan = plan
    progress.epochs = plan.totalSteps / plan.stepsPerEpoch
  }

  /// Redraws the bar, ten times a second at the most.
  func show(_ step: StepProgress) {
    if firstStep == nil { firstStep = (step.step, step.time) }
    if let first = firstStep, step.step > first.step {
      secondsLeft =
        (step.time - first.time) / Double(step.step - first.step) * Double(plan.totalSteps - step.step)
    }
    guard isTerminal, step.time - lastShown >= Self.barInterval else { return }
    lastShown = step.time
    let epoch = (step.step - 1) / plan.stepsPerEpoch + 1
    let line = progress.line(
      step: step.step, epoch: epoch, loss: step.loss, secondsLeft: secondsLeft,
      width: columns - Self.barWidth / 2 - 3)
    write("\r\u{1B}[2K" + fitted(" " + line, done: step.step))
  }

  /// What a line may take up.
  private var columns: Int { min(RunProgress.width, Terminal.columns - 1) }

  /// The bar, as wide as the terminal leaves room for, and the text, cut where even that is too long: a line
  /// that wraps could not be cleared.
  private func fitted(_ text: String, done step: Int) -> String {
    let columns = columns
    let width = max(0, min(Self.barWidth, columns - text.count - 2))
    let filled = width * step / plan.totalSteps
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    return String((width >= Self.narrowestBar ? "[\(bar)]\(text)" : String(text.dropFirst())).prefix(columns))
  }

  /// Prints a line of metrics that stays: the first, the last, and those between that lie some seconds apart.
  func show(_ record: MetricsRecord) {
    progress.take(record)
    let now = ProcessInfo.processInfo.systemUptime
    let isEpochEnd = record.step % plan.stepsPerEpoch == 0
    if isTerminal && !isEpochEnd { return }
    if record.step != plan.totalSteps && now - lastLine < Self.lineInterval { return }
    lastLine = now
    let line = progress.line(
      step: record.step, epoch: record.epoch, secondsLeft: record.step < plan.totalSteps ? secondsLeft : nil,
      width: isTerminal ? columns : RunProgress.width)
    write((isTerminal ? "\r\u{1B}[2K" : "") + line + "\n")
  }

  /// Clears the bar.
  func end() { if isTerminal { RunOutput.write("\r\u{1B}[2K") } }

  private func write(_ text: String) { RunOutput.write(text) }
}
