/// Finds where a field of a text table ends.
///
/// A record ends with LF, CR LF or CR, outside quotes. Where blanks separate, any number of them is one separator,
/// and those at the ends of a line are none.
struct FieldScanner {
  typealias Pointer = UnsafePointer<UInt8>

  /// What is wrong with a field as such; `lines` ends are inside it.
  enum Fault: Error { case strayQuote, textAfterQuote, unterminatedQuote }

  /// A field and what follows it.
  struct Field {
    /// The content: without the quotes around it, or without blanks around it.
    var content: UnsafeBufferPointer<UInt8>
    /// Where the next field begins.
    var next: Pointer
    var isQuoted = false
    /// Whether quotes inside the content are doubled.
    var hasDoubledQuotes = false
    var endsRecord = false
    /// Line ends passed, the one that ends the record included.
    var lineEnds = 0

    var isBlank: Bool { content.isEmpty && !isQuoted }

    /// The content with its doubled quotes made single; `nil` when it is not UTF-8.
    var text: String? {
      guard hasDoubledQuotes else { return String(validating: content, as: UTF8.self) }
      var bytes: [UInt8] = []
      var skips = false
      for byte in content {
        skips = byte == quote && !skips
        if !skips { bytes.append(byte) }
      }
      return String(validating: bytes, as: UTF8.self)
    }
  }

  let separator: UInt8
  private let joins: Bool

  init(separator: UInt8) {
    self.separator = separator
    joins = separator == space
  }

  /// The field that begins at `start`; `nil` when it may go on behind `end`.
  func field(at start: Pointer, end: Pointer, isLast: Bool) throws(Fault) -> Field? {
    var position = start
    while position < end, position.pointee == space { position += 1 }
    if position < end, position.pointee == quote {
      return try quoted(at: position + 1, end: end, isLast: isLast)
    }
    let first = position
    while position < end, !ends(position.pointee) {
      if position.pointee == quote { throw .strayQuote }
      position += 1
    }
    var last = position
    while last > first, isBlank(last[-1]) { last -= 1 }
    return finish(
      Field(content: UnsafeBufferPointer(start: first, count: last - first), next: position), end: end,
      isLast: isLast)
  }

  private func quoted(at first: Pointer, end: Pointer, isLast: Bool) throws(Fault) -> Field? {
    var field = Field(content: UnsafeBufferPointer(start: first, count: 0), next: first, isQuoted: true)
    var position = first
    while true {
      guard position < end else {
        if isLast { throw .unterminatedQuote }
        return nil
      }
      let byte = position.pointee
      position += 1
      if byte == lineFeed || byte == carriageReturn {
        guard position < end || isLast else { return nil }
        if byte == carriageReturn, position < end, position.pointee == lineFeed { position += 1 }
        field.lineEnds += 1
      } else if byte == quote {
        guard position < end || isLast else { return nil }
        guard position < end, position.pointee == quote else { break }
        field.hasDoubledQuotes = true
        position += 1
      }
    }
    field.content = UnsafeBufferPointer(start: first, count: position - 1 - first)
    while position < end, !ends(position.pointee) {
      guard isBlank(position.pointee) else { throw .textAfterQuote }
      position += 1
    }
    field.next = position
    return finish(field, end: end, isLast: isLast)
  }

  /// Goes over what ends a field: a separator, a line's end, or the end of all.
  private func finish(_ found: Field, end: Pointer, isLast: Bool) -> Field? {
    var field = found
    var position = field.next
    if joins { while position < end, position.pointee == space { position += 1 } }
    if position == end {
      field.endsRecord = true
      field.next = end
      return isLast ? field : nil
    }
    switch position.pointee {
    case lineFeed:
      position += 1
      field.endsRecord = true
    case carriageReturn:
      position += 1
      guard position < end || isLast else { return nil }
      if position < end, position.pointee == lineFeed { position += 1 }
      field.endsRecord = true
    default:
      // Where blanks join, the next field begins here.
      if !joins { position += 1 }
    }
    if field.endsRecord { field.lineEnds += 1 }
    field.next = position
    return field
  }

  private func ends(_ byte: UInt8) -> Bool { byte == separator || byte == lineFeed || byte == carriageReturn }

  private func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }
}

let comma = UInt8(ascii: ",")
let quote = UInt8(ascii: "\"")
let space = UInt8(ascii: " ")
let tab = UInt8(ascii: "\t")
let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
