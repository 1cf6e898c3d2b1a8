/// A tensor that is to be written: its name, sizes, and elements in memory.
package struct TensorToStore {
  /// The element type's name.
  static let type = "F32"
  let name: String
  let shape: [Int]
  let bytes: UnsafeRawBufferPointer

  /// A tensor of 32-bit floats [shape] that stay valid until it is written.
  package init(name: String, shape: [Int], elements: UnsafePointer<Float>) {
    self.name = name
    self.shape = shape
    bytes = UnsafeRawBufferPointer(start: elements, count: shape.reduce(1, *) * MemoryLayout<Float>.stride)
  }
}
