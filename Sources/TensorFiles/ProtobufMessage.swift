/// Bytes of a protobuf message, field by field in the order of the calls (protobuf.dev/programming-guides/encoding).
package struct ProtobufMessage: Sendable, Equatable {
  /// What was added so far.
  package private(set) var bytes: [UInt8] = []

  private enum Form: UInt64 { case varint, eight, counted, four = 5 }

  /// A message without fields.
  package init() {}

  /// Adds a whole number.
  package mutating func add(_ field: Int, _ value: Int) {
    begin(field, .varint)
    append(varint: UInt64(bitPattern: Int64(value)))
  }

  /// Adds a 32-bit number.
  package mutating func add(_ field: Int, _ value: Float) {
    begin(field, .four)
    append(value.bitPattern)
  }

  /// Adds a 64-bit number.
  package mutating func add(_ field: Int, _ value: Double) {
    begin(field, .eight)
    append(value.bitPattern)
  }

  /// Adds a text.
  package mutating func add(_ field: Int, _ text: String) { add(field, bytes: text.utf8) }

  /// Adds a message.
  package mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, bytes: message.bytes) }

  /// Adds 64-bit numbers, packed.
  package mutating func add(_ field: Int, packed values: [Double]) {
    begin(field, .counted)
    append(varint: UInt64(8 * values.count))
    for value in values { append(value.bitPattern) }
  }

  /// Adds bytes.
  package mutating func add(_ field: Int, bytes other: some Collection<UInt8>) {
    begin(field, .counted)
    append(varint: UInt64(other.count))
    bytes.append(contentsOf: other)
  }

  private mutating func begin(_ field: Int, _ form: Form) {
    append(varint: UInt64(field) << 3 | form.rawValue)
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
