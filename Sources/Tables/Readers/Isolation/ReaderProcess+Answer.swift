import CHDF5
import Foundation

extension ReaderProcess {
  /// Reads the request on standard input and answers it on standard output: the work of the process that reads.
  ///
  /// Throws where there is no request, or nobody takes the answer.
  package static func answer() throws {
    let request = try JSONDecoder().decode(
      Request.self, from: FileHandle.standardInput.readToEnd() ?? Data())
    let writer = ReaderMessageWriter(STDOUT_FILENO)
    do {
      limitMemory(to: request.memory)
      cae_h5_limit(request.seconds)
      guard
        let reader = TableReaders.all.first(where: { $0.format == request.format }) as? any StreamingReader
      else { throw DataError.unknownFormat(request.format, known: TableReaders.all.map(\.format)) }
      let file = try InputFile(request.path)
      file.progress = StagingProgress { bytes in
        withUnsafeBytes(of: bytes) { try? writer.write(.progress, $0) }
      }
      let notes = try reader.stream(file, array: request.array, options: request.options) { columns in
        try writer.write(.columns, JSONEncoder().encode(columns))
        return ReaderMessageSink(writer)
      }
      try writer.write(.done, JSONEncoder().encode(notes))
    } catch {
      let isOfData =
        error is DataError || error is ColumnChoiceError || error is MissingColumnsError
        || error is StagingError
      try writer.write(
        .failed, JSONEncoder().encode(ReaderProcessError("\(error)", isInputOutput: !isOfData)))
    }
    try writer.flush()
  }

  /// Lets the process take `bytes` more than it has.
  private static func limitMemory(to bytes: Int) {
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii))?.split(separator: " ")
    guard let pages, pages.count > 5, let held = Int(pages[5]) else { return }
    let limit = rlim_t(held * sysconf(Int32(_SC_PAGESIZE)) + bytes)
    var limits = rlimit(rlim_cur: limit, rlim_max: limit)
    setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limits)
  }
}

/// Tells rows as messages.
private final class ReaderMessageSink: RowSink {
  private let writer: ReaderMessageWriter

  init(_ writer: ReaderMessageWriter) { self.writer = writer }

  func append(id: String) throws { try writer.write(.id, id.utf8) }

  func append(label: String, number: Float?) throws {
    try writer.write(.label, withUnsafeBytes(of: number ?? .nan) { Array($0) } + label.utf8)
  }

  func append(part: RowDivision.Part) throws { try writer.write(.part, [part.rawValue]) }

  func append(group: String) throws { try writer.write(.group, group.utf8) }

  func append(weight: Float) throws { try withUnsafeBytes(of: weight) { try writer.write(.weight, $0) } }

  func append(_ features: UnsafeBufferPointer<Float>) throws {
    try writer.write(.row, UnsafeRawBufferPointer(features))
  }
}
