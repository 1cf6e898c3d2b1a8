import DistributedTraining
import Foundation
import RunSettings

/// A bar on a terminal; elsewhere a plain line at the end of an epoch or every few seconds.
final class ProgressDisplay {
  private var plan: RunPlan
  private var epochs: Int { plan.totalSteps / plan.stepsPerEpoch }
  private let isTerminal: Bool
  private var firstStep: (step: Int, time: Double)?
  private var lastShown = -Double.infinity
  private var latest: MetricsRecord?

  private static let barWidth = 20
  private static let narrowestBar = 5
  private static let barInterval = 0.1
  private static let lineInterval = 5.0

  init(plan: RunPlan) {
    self.plan = plan
    isTerminal = Terminal.isInteractive
  }

  /// There are more steps than before.
  func plan(_ plan: RunPlan) { self.plan = plan }

  /// Redraws the bar, ten times a second at the most.
  func show(_ progress: StepProgress) {
    if firstStep == nil { firstStep = (progress.step, progress.time) }
    guard isTerminal, progress.time - lastShown >= Self.barInterval else { return }
    lastShown = progress.time
    let epoch = (progress.step - 1) / plan.stepsPerEpoch + 1
    var line = " epoch \(epoch)/\(epochs)  loss \(fixed(progress.loss, 5))"
    line += "  T \(significant(progress.temperature))"
    if let latest {
      line += "  mean-max \(fixed(latest.meanMax, 3))  \(Int(latest.rowsPerSecond)) rows/s"
    }
    line += "  \(timeLeft(step: progress.step, time: progress.time)) left"
    RunOutput.write("\r\u{1B}[2K" + fitted(line, done: progress.step))
  }

  /// The bar, as wide as the terminal leaves room for, and the text, cut where even that is too long: a line
  /// that wraps could not be cleared.
  private func fitted(_ text: String, done step: Int) -> String {
    let columns = Terminal.columns - 1
    let width = max(0, min(Self.barWidth, columns - text.count - 2))
    let filled = width * step / plan.totalSteps
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    return String((width >= Self.narrowestBar ? "[\(bar)]\(text)" : String(text.dropFirst())).prefix(columns))
  }

  /// Prints a line of metrics where there is no terminal, or where an epoch has ended.
  func show(_ record: MetricsRecord) {
    latest = record
    let now = ProcessInfo.processInfo.systemUptime
    let isEpochEnd = record.step % plan.stepsPerEpoch == 0
    if isTerminal && !isEpochEnd { return }
    if !isTerminal && record.step != plan.totalSteps && now - lastShown < Self.lineInterval { return }
    lastShown = isTerminal ? -Double.infinity : now
    var line = "epoch \(record.epoch)/\(epochs)  step \(record.step)  loss \(fixed(record.loss, 5))"
    line += "  T \(significant(record.temperature))  mean-max \(fixed(record.meanMax, 3))"
    line += "  distinct \(record.distinct)"
    for metric in record.validation { line += "  validation \(metric.name) \(fixed(metric.value, 5))" }
    line += "  \(Int(record.rowsPerSecond)) rows/s  \(fixed(record.stepMs.mean, 2)) ms/step"
    RunOutput.write((isTerminal ? "\r\u{1B}[2K" : "") + line + "\n")
  }

  /// Clears the bar.
  func end() { if isTerminal { RunOutput.write("\r\u{1B}[2K") } }

  private func timeLeft(step: Int, time: Double) -> String {
    guard let first = firstStep, step > first.step else { return "?" }
    let seconds = (time - first.time) / Double(step - first.step) * Double(plan.totalSteps - step)
    return seconds < 100 ? "\(Int(seconds.rounded(.up))) s" : "\(Int(seconds / 60)) min"
  }

  private func fixed(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }
  private func significant(_ value: Double) -> String { String(format: "%.3g", value) }
}
