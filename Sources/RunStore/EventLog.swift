import ConcreteAutoencoder
import LinearAlgebra
import DistributedTraining
import Foundation
import TensorFiles

/// `events.out.tfevents...`: what TensorBoard shows of a run. A resumed run begins a file of its own; of steps that it does
/// again TensorBoard shows those of the later file.
final class EventLog {
  private let file: AppendedFile
  private let encoder = JSONEncoder()

  /// Begins a file in a run directory. Throws `FileError`.
  init(_ directory: RunDirectory) throws {
    let now = Date().timeIntervalSince1970
    // Read in the order of their names.
    let earlier = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    let last = earlier.filter { $0.hasPrefix(Self.prefix) }.compactMap {
      Int($0.dropFirst(Self.prefix.count).prefix { $0.isNumber })
    }.max()
    let time = max(Int(now), (last ?? 0) + 1)
    file = try AppendedFile(
      "\(directory.path)/\(Self.prefix)\(time).\(ProcessInfo.processInfo.hostName)")
    try file.append(EventRecord.fileStart(wallTime: now))
  }

  private static let prefix = "events.out.tfevents."

  /// Appends every number of a line of metrics and, where it tells of the selectors, how their probabilities and logits are
  /// distributed. Throws `FileError`.
  func append(_ record: MetricsRecord, model: Autoencoder<Float>) throws {
    var event = EventRecord(wallTime: Date().timeIntervalSince1970, step: record.step)
    let fields = try JSONDecoder().decode([String: Field].self, from: encoder.encode(record))
    for (name, field) in fields.sorted(by: { $0.key < $1.key }) where name != "step" {
      switch field {
      case .number(let value): event.add(scalar: value, tag: name)
      case .numbers(let values):
        for (part, value) in values.sorted(by: { $0.key < $1.key }) {
          event.add(scalar: value, tag: "\(name)/\(part)")
        }
      case .other: break
      }
    }
    if let selectors = record.selectors {
      event.add(histogram: Histogram(selectors.probabilities.map(Float.init)), tag: "selectors/probability")
      let logits = UnsafeBufferPointer(start: model.logits.base, count: model.logits.count)
      // Those of features that are never selected lie far below all others.
      let possible = logits.lazy.filter { $0 > Float(InitialLogits.never / 2) }
      event.add(histogram: Histogram(possible), tag: "selectors/logits")
    }
    try file.append(event.bytes)
  }

  /// Appends a grey image of a step: a PNG file's bytes. Throws `FileError`.
  func append(png bytes: Data, tag: String, step: Int) throws {
    // Width and height are the first numbers of a PNG file, big-endian.
    let sizes = bytes.dropFirst(16).prefix(8).map { Int($0) }
    guard sizes.count == 8 else { return }
    let (width, height) = (sizes[..<4].reduce(0) { $0 << 8 | $1 }, sizes[4...].reduce(0) { $0 << 8 | $1 })
    var event = EventRecord(wallTime: Date().timeIntervalSince1970, step: step)
    event.add(png: bytes, width: width, height: height, tag: tag)
    try file.append(event.bytes)
  }

  /// A field of a line of metrics.
  private enum Field: Decodable {
    case number(Double)
    case numbers([String: Double])
    case other

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let number = try? value.decode(Double.self) {
        self = .number(number)
      } else if let numbers = try? value.decode([String: Double].self) {
        self = .numbers(numbers)
      } else {
        self = .other
      }
    }
  }
}
