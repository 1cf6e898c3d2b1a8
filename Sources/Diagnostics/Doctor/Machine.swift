import Foundation
import LinearAlgebra
import RankSetup
import Tables

/// Processor, memory and libraries of this machine.
enum Machine {
  static func processor() -> MachineCheck.Finding {
    let lines = text("/proc/cpuinfo").split(separator: "\n")
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
    let name = model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    let best = VectorInstructions.best
    let found = "\(name), \(best)"
    do {
      let chosen = try VectorInstructions.fromEnvironment(ProcessInfo.processInfo.environment)
      guard let chosen, chosen < best else { return .init(found) }
      return .init(
        "\(found), of which \(VectorInstructions.variable)=\(chosen.name) allows \(chosen)",
        mend: "unset \(VectorInstructions.variable), unless ranks elsewhere need it")
    } catch {
      return .init(found, mend: "\(error)")
    }
  }

  static func cores() -> MachineCheck.Finding {
    let available = AvailableCores.ofProcess()
    let found = "\(available.count) of \(available.online) may be used"
    guard let quota = available.quota else { return .init(found) }
    return .init(found + String(format: ", %.3g busy at a time", quota))
  }

  static func memory() -> MachineCheck.Finding {
    func kilobytes(_ field: String) -> Int? {
      let line = text("/proc/meminfo").split(separator: "\n").first { $0.hasPrefix("\(field):") }
      return line.flatMap { Int($0.filter(\.isNumber)) }
    }
    let total = Int(ProcessInfo.processInfo.physicalMemory)
    guard let free = kilobytes("MemAvailable").map({ $0 << 10 }) else { return .init(size(total)) }
    return .init(
      "\(size(total)), \(size(free)) free",
      mend: free < 1 << 30 ? "less than 1 GiB is free: end what uses the rest" : nil)
  }

  static func products() -> MachineCheck.Finding {
    let kernels = "\(BLASRuntime.kernelName) kernels"
    return .init("OpenBLAS \(BLASRuntime.version), \(kernels)", mend: KernelAdvice.ofProcess())
  }

  static func hdf5() -> MachineCheck.Finding {
    .init(
      HDF5File.isReadable
        ? "libhdf5 found" : "no libhdf5, which .h5ad and .h5 files need (on Debian libhdf5-103)")
  }

  static func locale() -> MachineCheck.Finding {
    let environment = ProcessInfo.processInfo.environment
    let value = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "none"
    let isUTF8 = value.lowercased().filter(\.isLetter).contains("utf")
    return .init(
      isUTF8 ? value : "\(value): a terminal may show names beyond ASCII wrongly; files are UTF-8 in any case"
    )
  }

  /// A file's text; empty where there is none.
  static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

  /// A number of bytes for people.
  static func size(_ bytes: Int) -> String {
    let (value, unit) = bytes >= 1 << 30 ? (Double(bytes) / 0x1p30, "GiB") : (Double(bytes) / 0x1p20, "MiB")
    return String(format: value < 10 ? "%.1f %@" : "%.0f %@", value, unit)
  }
}
