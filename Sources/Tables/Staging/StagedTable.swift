import AtomicFile
import Foundation

/// A table in the form to train from: numbers that are mapped, and a sidecar that says what they are.
package struct StagedTable: Sendable {
  /// What is known of it.
  package private(set) var sidecar: TableSidecar
  private let place: String
  private let directory: String

  /// The table whose sidecar, at `place`, is `sidecar`.
  init(_ sidecar: TableSidecar, at place: String) {
    self.sidecar = sidecar
    self.place = place
    directory = place.lastIndex(of: "/").map { String(place[...$0]) } ?? ""
  }

  /// The table whose sidecar is at `place`; `nil` where there is none or its numbers are gone.
  init?(sidecar place: String) {
    guard let sidecar = TableSidecar.read(place) else { return nil }
    self.init(sidecar, at: place)
    guard (try? InputFile(path(sidecar.data)))?.count == dataSize else { return nil }
  }

  /// The table whose numbers are at `path`, where a sidecar says so.
  init?(beside path: String) {
    self.init(sidecar: TableSidecar.path(beside: path))
    guard sidecar.data == StagedTableWriter.name(path) else { return nil }
  }

  private func path(_ name: String) -> String { directory + name }

  private var dataSize: Int {
    MappedArray<Float>.fileSize(count: sidecar.entries?.count ?? sidecar.rows * sidecar.schema.featureCount)
  }

  /// Whether `files` still hold what the table was made of; equal content under new times is noted.
  mutating func isCurrent(_ files: [InputFile]) throws -> Bool {
    guard files.count == sidecar.sources.count else { return false }
    var hasNews = false
    for (index, file) in files.enumerated() {
      let (source, stamp) = (sidecar.sources[index], try file.stamp())
      if source.stamp == stamp { continue }
      guard source.stamp.size == stamp.size, try file.hashContent() == source.sha256 else { return false }
      sidecar.sources[index].stamp = stamp
      hasNews = true
    }
    // Where it cannot be written the content is compared again next time.
    if hasNews { try? sidecar.write(to: place) }
    return true
  }

  /// Opens the numbers and reads the labels. Throws `DataError`, or `StagingError` where they are damaged.
  func open() throws -> TablePart {
    let division = RowDivision(
      parts: try sidecar.split.map { try codes($0).map { RowDivision.Part.allCases[Int($0)] } },
      groups: try sidecar.group.map(codes), weights: try sidecar.weight.map(weights))
    return TablePart(
      try table(), target: try sidecar.label.map(target), division: division, notes: sidecar.notes)
  }

  private func table() throws -> any Table {
    let schema = sidecar.schema
    if let entries = sidecar.entries {
      return try SparseTable(
        path: sidecar.path, schema: schema, starts: .init(path(entries.starts), count: sidecar.rows + 1),
        columns: .init(path(entries.columns), count: entries.count),
        values: .init(path(sidecar.data), count: entries.count))
    }
    let values = try MappedArray<Float>(path(sidecar.data), count: sidecar.rows * schema.featureCount)
    return FloatTable(
      values.storage, start: NPYHeader.writtenSize, path: sidecar.path, rowCount: sidecar.rows, schema: schema
    )
  }

  private func target(_ label: TableSidecar.Label) throws -> Target {
    guard let classes = label.classes else { return .values(try numbers(label, zero: Float(0))) }
    return .classes(codes: try codes(label), names: classes)
  }

  /// The place of each row's text among the classes of a column.
  private func codes(_ column: TableSidecar.Label) throws -> [Int32] {
    let codes = try numbers(column, zero: Int32(0))
    guard codes.allSatisfy({ (0..<(column.classes?.count ?? .max)).contains(Int($0)) }) else {
      throw StagingError.damaged(path: path(column.file))
    }
    return codes
  }

  private func weights(_ column: TableSidecar.Label) throws -> [Float] {
    let weights = try numbers(column, zero: Float(0))
    guard weights.allSatisfy({ RowDivision.weight($0) != nil }) else {
      throw StagingError.damaged(path: path(column.file))
    }
    return weights
  }

  private func numbers<Element>(_ column: TableSidecar.Label, zero: Element) throws -> [Element] {
    let file = try InputFile(path(column.file))
    let header = NPYHeader.writtenSize
    guard file.count == header + 4 * sidecar.rows else { throw StagingError.damaged(path: file.path) }
    var elements = Array(repeating: zero, count: sidecar.rows)
    _ = try elements.withUnsafeMutableBytes { try file.read(into: $0, at: header) }
    return elements
  }

  /// Removes the numbers, labels and identifiers: another table has taken their place.
  func removeFiles() {
    for name in sidecar.files {
      unlink(path(name))
    }
  }
}
