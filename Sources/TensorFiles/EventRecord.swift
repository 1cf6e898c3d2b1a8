/// A record of TensorBoard's event files: a TFRecord with an Event (tensorflow/core/util/event.proto) in it.
package struct EventRecord {
  private var event = ProtobufMessage()
  private var summary = ProtobufMessage()

  /// The record that an event file begins with.
  package static func fileStart(wallTime: Double) -> [UInt8] {
    var event = ProtobufMessage()
    event.add(1, wallTime)
    event.add(3, "brain.Event:2")
    return TFRecord.bytes(event.bytes)
  }

  /// A record of what was after a step.
  package init(wallTime: Double, step: Int) {
    event.add(1, wallTime)
    event.add(2, step)
  }

  /// Adds a number.
  package mutating func add(scalar value: Double, tag: String) {
    add(tag) { $0.add(2, Float(value)) }
  }

  /// Adds how values are distributed.
  package mutating func add(histogram: Histogram, tag: String) {
    var message = ProtobufMessage()
    let numbers = [
      histogram.minimum, histogram.maximum, Double(histogram.count), histogram.sum, histogram.squareSum,
    ]
    for (index, number) in numbers.enumerated() { message.add(index + 1, number) }
    message.add(6, packed: histogram.limits)
    message.add(7, packed: histogram.counts)
    add(tag) { $0.add(5, message) }
  }

  /// Adds a grey image: the bytes of a PNG file.
  package mutating func add(png bytes: some Collection<UInt8>, width: Int, height: Int, tag: String) {
    var image = ProtobufMessage()
    image.add(1, height)
    image.add(2, width)
    image.add(3, 1)
    image.add(4, bytes: bytes)
    add(tag) { $0.add(4, image) }
  }

  /// The record's bytes.
  package var bytes: [UInt8] {
    var whole = event
    whole.add(5, summary)
    return TFRecord.bytes(whole.bytes)
  }

  private mutating func add(_ tag: String, _ fill: (inout ProtobufMessage) -> Void) {
    var value = ProtobufMessage()
    value.add(1, tag)
    fill(&value)
    summary.add(1, value)
  }
}
