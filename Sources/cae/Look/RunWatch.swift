import AtomicFile
import Foundation
import RunSettings
import RunStore
import DistributedTraining

/// Follows one run and says how far it is.
struct RunWatch {
  private let directory: RunDirectory
  private let configuration: RunConfiguration
  private let tail: MetricsTail
  private let output = StandardOutput()
  private let isTerminal = Terminal.isInteractive
  private var progress: RunProgress
  private var lastChange = Self.now
  private var lastPrinted = -Double.infinity
  private var hasStalled = false
  private var isSelecting = false

  private static var now: Double { ProcessInfo.processInfo.systemUptime }
  private static let pause = 0.5
  private static let lineInterval = 5.0
  /// A run is said to have stalled after so many times what a line of metrics takes, and so many seconds.
  private static let (stalledLines, stalledSeconds) = (5.0, 30.0)

  init(_ directory: RunDirectory, _ configuration: RunConfiguration) {
    self.directory = directory
    self.configuration = configuration
    tail = MetricsTail(path: directory.metrics)
    progress = Self.start(configuration)
  }

  /// Returns whether the run is done, once it goes on no more. Throws `ClosedOutput` and `FileError`.
  mutating func follow() throws -> Bool {
    var isFirst = true
    while true {
      // Asked before reading: what was written until the job's end is read after it.
      let goesOn = RunLock.isHeld(directory)
      try take(tail.read(), goesOn: goesOn)
      if !goesOn { return try end() }
      if isFirst, progress.latest == nil {
        try show("no line of metrics yet: a search and a trial come first")
      }
      isFirst = false
      try sayIfStalled()
      Thread.sleep(forTimeInterval: Self.pause)
    }
  }

  private mutating func take(_ news: (records: [MetricsRecord], isAnew: Bool), goesOn: Bool) throws {
    if news.isAnew { progress = Self.start(configuration) }
    guard !news.records.isEmpty else { return }
    for record in news.records { progress.take(record) }
    // A run may go on for more epochs than it began with.
    if let now = try? ConfigurationFile(path: directory.configuration).wholeConfiguration() {
      progress.epochs = now.training.epochs
    }
    (lastChange, hasStalled) = (Self.now, false)
    let isLast = progress.latest?.step == progress.totalSteps
    if isTerminal || isLast || Self.now - lastPrinted >= Self.lineInterval { try show(line) }
    if !isLast { isSelecting = false }
    if isLast, goesOn, !isSelecting {
      isSelecting = true
      try say("trained; the selection is made and compared")
    }
  }

  /// The progress as of the latest line of metrics.
  private var line: String {
    guard let latest = progress.latest else { return "no line of metrics" }
    let rest = progress.totalSteps.map { Double($0 - latest.step) * latest.stepMs.mean / 1_000 }
    return progress.line(
      step: latest.step, epoch: latest.epoch, secondsLeft: rest == 0 ? nil : rest,
      width: isTerminal ? Terminal.columns - 1 : RunProgress.width)
  }

  private mutating func sayIfStalled() throws {
    guard !hasStalled, !isSelecting, let latest = progress.latest else { return }
    let interval = latest.stepMs.mean / 1_000 * Double(configuration.output.logEvery)
    guard Self.now - lastChange >= max(Self.stalledSeconds, Self.stalledLines * interval) else { return }
    hasStalled = true
    try say(
      "no line of metrics for \(RunProgress.duration(Self.now - lastChange)), and one takes "
        + "\(RunProgress.duration(interval)): it has stalled, or validates or saves for long"
        + (configuration.output.stallTimeout > 0
          ? "; after \(RunProgress.duration(configuration.output.stallTimeout)) without a step it ends by itself"
          : ""))
  }

  private mutating func end() throws -> Bool {
    if !isTerminal, Self.now - lastPrinted > 0, progress.latest?.step != progress.totalSteps {
      try show(line)
    }
    let isDone =
      progress.latest != nil && progress.latest?.step == progress.totalSteps
      && FileManager.default.fileExists(atPath: directory.result)
    try say(
      isDone
        ? "done: cae select \(directory.path)"
        : "it does not go on: start it again with --resume --run-dir \(directory.path)")
    return isDone
  }

  /// Puts the line in place of the one before on a terminal, and below it elsewhere.
  private mutating func show(_ line: String) throws {
    lastPrinted = Self.now
    try output.append(isTerminal ? "\r\u{1B}[2K\(line)" : "\(line)\n")
  }

  /// Says something that stays.
  private func say(_ text: String) throws {
    try output.append(isTerminal ? "\n\(text)\n" : "\(text)\n")
  }

  private static func start(_ configuration: RunConfiguration) -> RunProgress {
    RunProgress(epochs: configuration.training.epochs, selectors: configuration.selector.k)
  }
}
