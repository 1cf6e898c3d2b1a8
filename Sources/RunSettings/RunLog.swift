/// Where what a run has to say beside its results goes: notes, warnings and errors, each a sentence.
public struct RunLog: Sendable {
  /// How much a message matters.
  public enum Level: String, Sendable {
    /// Worth knowing.
    case notice
    /// Something is not as it was asked for; the run goes on.
    case warning
    /// Something is lost.
    case error
  }

  /// Of nobody's interest.
  public static let silent = RunLog { _, _ in }

  private let take: @Sendable (Level, String) -> Void

  /// Hands every message to `take`, on the thread that has it to say.
  public init(_ take: @escaping @Sendable (_ level: Level, _ message: String) -> Void) { self.take = take }

  /// Says what is worth knowing.
  public func notice(_ message: String) { take(.notice, message) }
  /// Says what is not as it was asked for.
  public func warning(_ message: String) { take(.warning, message) }
  /// Says what is lost.
  public func error(_ message: String) { take(.error, message) }
}
