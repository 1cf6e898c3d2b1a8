/// An objective by its name, as settings and files hold it.
public struct LearningTask: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// What the task is.
  package let objective: any Objective

  /// Every task, in the order of help and messages.
  public static let allCases = [reconstruct, classify, regress]
  /// All features of the row, by squared error.
  public static let reconstruct = LearningTask(SquaredError.features)
  /// The row's class, by cross-entropy.
  public static let classify = LearningTask(CrossEntropy())
  /// The number that labels the row, by squared error.
  public static let regress = LearningTask(SquaredError.values)

  /// The task of an objective.
  package init(_ objective: any Objective) { self.objective = objective }

  /// The task of a name, or nil.
  public init?(rawValue: String) {
    guard let task = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = task
  }

  /// The name.
  public var rawValue: String { objective.task }
}
