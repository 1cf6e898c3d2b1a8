import ArgumentParser
import AtomicFile
import Foundation
import RunStore
import Tables
import TensorFiles

/// `cae inspect`: what a file holds.
struct InspectCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "What a checkpoint, a model or an IDX file holds: names, shapes, step, hashes.",
    discussion: "Ends with 4 when the file is not as it was saved."
      + HelpDetail.examples(
        "cae inspect runs/a/model.safetensors"))

  @Argument(help: "A .safetensors file or an IDX file, gzipped or not.")
  var file: String

  @Flag(help: "Show long values whole.")
  var full = false

  func run() throws {
    if let idx = try openIDX() {
      try StandardOutput.print("IDX of unsigned bytes\(idx.isCompressed ? ", gzipped" : "")")
      try StandardOutput.print("shape    \(idx.dimensions.map(String.init).joined(separator: " x "))")
      try StandardOutput.print("sha256   \(idx.contentHash()) (unpacked)")
      return
    }
    let stored = try SafetensorsFile(path: file)
    for (key, value) in stored.metadata.sorted(by: { $0.key < $1.key }) where !key.hasPrefix("sha256.") {
      let lines = value.split(separator: "\n")
      if lines.count > 1 {
        try StandardOutput.print("\(key):")
        for line in lines { try StandardOutput.print("  \(line)") }
      } else {
        try StandardOutput.print("\(key): \(shown(value))")
      }
    }
    let width = stored.tensors.map(\.name.count).max() ?? 0
    for tensor in stored.tensors {
      let name = tensor.name.padding(toLength: width, withPad: " ", startingAt: 0)
      let hash = stored.withBytes(of: tensor) { ContentHash.text(of: $0) }
      let saved = stored.metadata["sha256." + tensor.name]
      let verdict = saved.map { $0 == hash ? "  as saved" : "  DAMAGED: not the bytes that were saved" } ?? ""
      try StandardOutput.print("\(name)  \(tensor.type) \(tensor.shape)  sha256 \(hash.prefix(16))\(verdict)")
    }
    if stored.isSealed, let damage = stored.damage() { throw CheckpointError(path: file, problem: damage) }
  }

  /// The beginning of a long value, such as the numbers that each column is scaled by.
  private func shown(_ value: String) -> String {
    let most = 100
    return full || value.count <= most
      ? value : "\(value.prefix(most)) ... (\(value.count) characters; --full shows them)"
  }

  /// The file as IDX; nil if its name or content is that of a safetensors file.
  private func openIDX() throws -> IDXFile? {
    guard !file.hasSuffix(".safetensors") else { return nil }
    do {
      return try IDXFile(path: file)
    } catch DataError.badMagic(let path, let bytes) {
      if (try? SafetensorsFile(path: file)) != nil { return nil }
      throw DataError.badMagic(path: path, bytes: bytes)
    }
  }
}
