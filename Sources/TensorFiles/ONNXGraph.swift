/// A graph of ONNX operators (onnx.ai, opset 17) over rows, put together in the order in which they are worked out.
package struct ONNXGraph {
  /// A value that nodes take and give, by its name.
  package struct Value: Sendable { let name: String }

  /// A number among a node's attributes.
  package enum Attribute: Sendable {
    case float(Float)
    case int(Int)
  }

  private enum ElementType: Int { case float = 1, int64 = 7 }

  private var nodes: [ProtobufMessage] = []
  private var constants: [ProtobufMessage] = []
  private var inputs: [ProtobufMessage] = []
  private var outputs: [ProtobufMessage] = []

  /// The format's version, that of ONNX 1.12, and the version of its operators.
  private static let (formatVersion, operatorVersion) = (8, 17)

  /// A graph of nothing.
  package init() {}

  /// An input, [rows, columns].
  package mutating func input(_ name: String, columns: Int) -> Value {
    inputs.append(Self.rows(name, columns: columns))
    return Value(name: name)
  }

  /// Makes `value` an output, [rows, columns].
  package mutating func output(_ value: Value, columns: Int) {
    outputs.append(Self.rows(value.name, columns: columns))
  }

  /// Float constants of a shape.
  package mutating func constant(_ elements: UnsafeBufferPointer<Float>, shape: [Int]) -> Value {
    constant(UnsafeRawBufferPointer(elements), .float, shape: shape)
  }

  /// One constant a column.
  package mutating func constant(_ row: [Float]) -> Value {
    row.withUnsafeBufferPointer { constant($0, shape: [row.count]) }
  }

  /// Whole numbers, such as the places of columns.
  package mutating func constant(_ numbers: [Int]) -> Value {
    numbers.map { Int64($0).littleEndian }
      .withUnsafeBytes { constant($0, .int64, shape: [numbers.count]) }
  }

  /// The outcome of an operator, called `name` if it is to have one of its own.
  package mutating func node(
    _ operation: String, _ arguments: [Value], _ attributes: KeyValuePairs<String, Attribute> = [:],
    named name: String? = nil
  ) -> Value {
    let result = Value(name: name ?? "\(operation)_\(nodes.count)")
    var node = ProtobufMessage()
    for argument in arguments { node.add(1, argument.name) }
    node.add(2, result.name)
    node.add(4, operation)
    for (name, value) in attributes {
      var attribute = ProtobufMessage()
      attribute.add(1, name)
      switch value {
      case .float(let number):
        attribute.add(2, number)
        attribute.add(20, 1)
      case .int(let number):
        attribute.add(3, number)
        attribute.add(20, 2)
      }
      node.add(5, attribute)
    }
    nodes.append(node)
    return result
  }

  /// The file of the graph as a model, with texts that whoever uses it may need.
  package func model(name: String, producerVersion: String, metadata: KeyValuePairs<String, String>)
    -> [UInt8]
  {
    var graph = ProtobufMessage()
    for node in nodes { graph.add(1, node) }
    graph.add(2, name)
    for constant in constants { graph.add(5, constant) }
    for input in inputs { graph.add(11, input) }
    for output in outputs { graph.add(12, output) }
    var operators = ProtobufMessage()
    operators.add(1, "")
    operators.add(2, Self.operatorVersion)
    var model = ProtobufMessage()
    model.add(1, Self.formatVersion)
    model.add(2, "cae")
    model.add(3, producerVersion)
    model.add(7, graph)
    model.add(8, operators)
    for (key, value) in metadata {
      var entry = ProtobufMessage()
      entry.add(1, key)
      entry.add(2, value)
      model.add(14, entry)
    }
    return model.bytes
  }

  private mutating func constant(
    _ elements: UnsafeRawBufferPointer, _ type: ElementType, shape: [Int]
  ) -> Value {
    let value = Value(name: "constant_\(constants.count)")
    var tensor = ProtobufMessage()
    for size in shape { tensor.add(1, size) }
    tensor.add(2, type.rawValue)
    tensor.add(8, value.name)
    tensor.add(9, bytes: elements)
    constants.append(tensor)
    return value
  }

  /// The description of a value of any number of rows.
  private static func rows(_ name: String, columns: Int) -> ProtobufMessage {
    var (rows, width, shape, tensor, type, value) = (
      ProtobufMessage(), ProtobufMessage(), ProtobufMessage(), ProtobufMessage(), ProtobufMessage(),
      ProtobufMessage()
    )
    rows.add(2, "rows")
    width.add(1, columns)
    shape.add(1, rows)
    shape.add(1, width)
    tensor.add(1, ElementType.float.rawValue)
    tensor.add(2, shape)
    type.add(1, tensor)
    value.add(1, name)
    value.add(2, type)
    return value
  }
}
