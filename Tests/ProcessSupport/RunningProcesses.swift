import Foundation

/// What `/proc` says about processes of this machine.
public enum RunningProcesses {
  /// Identifiers of the processes that have `text` in one of their arguments.
  public static func mentioning(_ text: String) -> [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { fields($0, "cmdline").contains { $0.contains(text) } }
  }

  /// A variable in the environment that a process was started with.
  public static func variable(_ name: String, of process: pid_t) -> String? {
    fields(process, "environ").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
  }

  /// Waits until no process mentions `text`; gives those that still do after `timeout` seconds.
  public static func leftOver(mentioning text: String, timeout: Double) -> [pid_t] {
    let limit = Date(timeIntervalSinceNow: timeout)
    while true {
      let left = mentioning(text)
      if left.isEmpty || Date() > limit { return left }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  private static func fields(_ process: pid_t, _ file: String) -> [String] {
    guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/\(file)") else { return [] }
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}
