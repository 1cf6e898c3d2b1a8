import ConcreteAutoencoder
import LinearAlgebra
import TensorFiles

/// Flat buffers of parameters, or of their moments, as tensors named `prefix` + the name in the layout.
extension SafetensorsFile {
  /// Throws `CheckpointError` unless every tensor of `layout` is there as F32 of its shape.
  func check(_ layout: ParameterLayout, prefix: String = "") throws {
    for slot in layout.tensors {
      guard let tensor = self[prefix + slot.name], tensor.type == "F32", tensor.shape == slot.shape else {
        throw CheckpointError(
          path: path, problem: "tensor '\(prefix + slot.name)' is missing or not F32 \(slot.shape)")
      }
    }
  }

  /// Reads all tensors of `layout`, which were checked, into their places in `buffer`.
  func load(_ layout: ParameterLayout, prefix: String = "", into buffer: AlignedBuffer<Float>) {
    for slot in layout.tensors {
      guard let tensor = self[prefix + slot.name] else { preconditionFailure("checked before") }
      withBytes(of: tensor) { bytes in
        UnsafeMutableRawBufferPointer(start: buffer.base + slot.offset, count: bytes.count).copyMemory(
          from: bytes)
      }
    }
  }
}
