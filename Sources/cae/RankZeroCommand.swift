import ArgumentParser

/// A command that one process carries out: under a launcher rank 0 alone works and prints, the others end at once.
protocol RankZeroCommand: ParsableCommand {
  /// Whether that holds for what it was asked to do.
  var worksAlone: Bool { get }
}

extension RankZeroCommand {
  /// Always.
  var worksAlone: Bool { true }
}
