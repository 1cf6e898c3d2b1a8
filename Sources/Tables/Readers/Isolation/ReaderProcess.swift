import Foundation
import Synchronization

/// A process of its own that reads a table, for formats that a library of somebody else reads: what a damaged file does to
/// that library, it does not do to this process.
package enum ReaderProcess {
  /// What is to be read.
  struct Request: Codable {
    let path: String
    let array: String
    let format: String
    let options: TableOptions
    /// Seconds of processor time that a call of the library may take.
    let seconds: UInt32
    /// Bytes of memory that the process may take beside what it starts with.
    let memory: Int
  }

  /// The argument with which the program reads a request from standard input and answers on standard output.
  package static let command = "read-table"

  /// Seconds of processor time that a call of the library may take: unpacking the largest chunk that HDF5 has takes some ten.
  static let secondsVariable = "CAE_HDF5_SECONDS"
  private static let usualSeconds: UInt32 = 120

  private static let place = Mutex<String?>(nil)

  /// The program that is called with `command`; nil, as in other programs than this project's: tables are read in this process.
  package static var program: String? {
    get { place.withLock { $0 } }
    set { place.withLock { $0 = newValue } }
  }

  /// Has `file` read by the program at `program`, and passes its rows on.
  ///
  /// Throws `ReaderProcessError`: the error of the reader there, or how it ended; and what `begin` and its sink throw.
  static func stream(
    _ program: String, _ reader: any StreamingReader, _ file: InputFile, array: String, options: TableOptions,
    begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    let seconds = ProcessInfo.processInfo.environment[secondsVariable].flatMap { UInt32($0) } ?? usualSeconds
    let request = Request(
      path: file.path, array: array, format: reader.format, options: options, seconds: max(1, seconds),
      memory: 2 << 30 + 4 * file.count)
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [command]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["OPENBLAS_NUM_THREADS": "1", "SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
      try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(request))
      try input.fileHandleForWriting.close()
    } catch {
      throw ReaderProcessError(
        "\(file.path): the process that is to read it does not start: \(error)", isInputOutput: true)
    }
    let notes: [String]?
    do {
      notes = try withoutActuallyEscaping(begin) { begin in
        let taker = ReaderMessageTaker(file, begin)
        let messages = ReaderMessageReader(output.fileHandleForReading.fileDescriptor)
        while taker.notes == nil, try messages.next(taker.take) {}
        return taker.notes
      }
    } catch {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      throw error
    }
    process.waitUntilExit()
    guard let notes else { throw ending(process, request) }
    return notes
  }

  /// How a process ended that did not say it.
  private static func ending(_ process: Process, _ request: Request) -> DataError {
    let code = process.terminationStatus
    let problem =
      switch (process.terminationReason, code) {
      case (.uncaughtSignal, SIGXCPU):
        "the library that reads it did not come back in \(request.seconds) seconds"
      case (.uncaughtSignal, _): "the library that reads it crashed (signal \(code))"
      default: "the process that reads it ended with code \(code)"
      }
    return .content(
      path: request.path, place: "",
      problem:
        "\(problem): it is damaged, or asks for more than \(request.memory >> 30) GiB of memory; write or fetch it again"
    )
  }
}

/// Turns messages into columns and rows.
private final class ReaderMessageTaker {
  /// What the reader notes; nil until it is done.
  private(set) var notes: [String]?
  private let file: InputFile
  private let begin: (TableColumns) throws -> any RowSink
  private var sink: (any RowSink)?
  private var row = 0
  private var features: [Float] = []

  init(_ file: InputFile, _ begin: @escaping (TableColumns) throws -> any RowSink) {
    (self.file, self.begin) = (file, begin)
  }

  func take(_ kind: ReaderMessage, _ content: UnsafeRawBufferPointer) throws {
    var text: String { String(decoding: content, as: UTF8.self) }
    switch kind {
    case .columns:
      let columns = try JSONDecoder().decode(TableColumns.self, from: Data(content))
      features = Array(repeating: 0, count: columns.features.count)
      sink = try begin(columns)
    case .id: try sink?.append(id: text)
    case .label:
      let number = content.loadUnaligned(as: Float.self)
      let label = String(decoding: content.dropFirst(MemoryLayout<Float>.size), as: UTF8.self)
      do {
        try sink?.append(label: label, number: number.isNaN ? nil : number)
      } catch let error as LabelError {
        throw error.content(path: file.path, place: "row \(row + 1)")
      }
    case .part: try RowDivision.Part(rawValue: .init(content[0])).map { try sink?.append(part: $0) }
    case .group: try sink?.append(group: text)
    case .weight: try sink?.append(weight: content.loadUnaligned(as: Float.self))
    case .row:
      row += 1
      try features.withUnsafeMutableBytes { values in
        guard values.count == content.count else {
          throw DataError.content(
            path: file.path, place: "row \(row)", problem: "was read with another number of values")
        }
        values.copyMemory(from: content)
      }
      try features.withUnsafeBufferPointer { try sink?.append($0) }
    case .progress: file.progress?.note(content.loadUnaligned(as: Int.self))
    case .done: notes = try JSONDecoder().decode([String].self, from: Data(content))
    case .failed: throw try JSONDecoder().decode(ReaderProcessError.self, from: Data(content))
    }
  }
}
