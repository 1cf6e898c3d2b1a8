import Tables

/// Keeps all that a reader passes on.
final class RecordingSink: RowSink {
  private(set) var columns: TableColumns?
  private(set) var rows: [[Float]] = []
  private(set) var ids: [String] = []
  private(set) var labels: [String] = []
  private(set) var parts: [RowDivision.Part] = []
  private(set) var groups: [String] = []
  private(set) var notes: [String] = []

  /// The names of the features.
  var names: [String]? { columns?.schema.names }

  /// Reads the data at `path`.
  init(_ path: String, _ change: (inout TableOptions) -> Void = { _ in }) throws {
    var options = TableOptions()
    change(&options)
    notes = try TableReaders.stream(path, options: options) { columns in
      self.columns = columns
      return self
    }
  }

  func append(id: String) { ids.append(id) }
  func append(label: String, number: Float?) { labels.append(label) }
  func append(part: RowDivision.Part) { parts.append(part) }
  func append(group: String) { groups.append(group) }
  func append(_ features: UnsafeBufferPointer<Float>) { rows.append(Array(features)) }
}
