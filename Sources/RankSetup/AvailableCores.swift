import Foundation

/// The cores that this process may run on, and how much of them.
package struct AvailableCores: Sendable, Equatable {
  /// The affinity mask as the kernel writes it, hexadecimal; equal masks mean shared cores.
  package let mask: String
  /// Cores of the node that are switched on: a mask may name others.
  package let online: Int
  /// Cores that a control group allows to be busy at a time; nil: all.
  package let quota: Double?

  /// Takes what the system told.
  package init(mask: String, online: Int, quota: Double?) {
    self.mask = mask
    self.online = online
    self.quota = quota
  }

  /// Cores in the mask, as far as they are switched on; at least 1.
  package var count: Int { cores.count }

  /// The numbers of the cores in the mask. Of a mask that names more than are switched on as many as are, the lowest.
  package var cores: Set<Int> {
    let named = mask.reversed().filter(\.isHexDigit).enumerated().flatMap { place, digit in
      (0..<4).filter { (digit.hexDigitValue ?? 0) >> $0 & 1 == 1 }.map { 4 * place + $0 }
    }
    return named.isEmpty ? [0] : Set(named.prefix(max(1, online)))
  }

  /// This process's own, from /proc and the control groups.
  package static func ofProcess() -> AvailableCores {
    // Glibc hides sched_getaffinity from Swift; the kernel tells the same mask as text.
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
    let mask = line?.dropFirst("Cpus_allowed:".count).filter { $0.isHexDigit || $0 == "," }
    let online = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return AvailableCores(
      mask: mask ?? String(repeating: "1", count: online), online: online,
      quota: quota(root: "/sys/fs/cgroup", group: controlGroup()))
  }

  /// The group's path in the one hierarchy of control groups version 2.
  private static func controlGroup() -> String {
    let groups = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
    let line = groups.split(separator: "\n").first { $0.hasPrefix("0::/") }
    return line.map { String($0.dropFirst("0::/".count)) } ?? ""
  }

  /// The smallest quota of a control group (version 2) and of those above it, in cores; `cpu.max` holds
  /// microseconds of a period, or `max`.
  package static func quota(root: String, group: String) -> Double? {
    var smallest: Double?
    var path = root
    for part in [""] + group.split(separator: "/").map(String.init) {
      if !part.isEmpty { path += "/" + part }
      guard let text = try? String(contentsOfFile: path + "/cpu.max", encoding: .utf8) else { continue }
      let numbers = text.split { $0 == " " || $0 == "\n" }.compactMap { Double($0) }
      guard numbers.count == 2, numbers[1] > 0 else { continue }
      smallest = min(smallest ?? .infinity, numbers[0] / numbers[1])
    }
    return smallest
  }
}
