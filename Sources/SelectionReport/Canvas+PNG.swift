import AtomicFile
import CPNG
import Foundation

extension Canvas {
  /// Writes the picture as an 8-bit RGB PNG file, all of it or nothing.
  ///
  /// - Throws: `ReportError.cannotEncode` when libpng refuses the size, `FileError` when the file
  ///   cannot be written; a file that was there stays as it was.
  public func write(png url: URL) throws {
    try AtomicFile.write(pngData(path: url.path), to: url.path)
  }

  private func pngData(path: String) throws -> Data {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&image) }

    func failure() -> ReportError {
      let reason = withUnsafeBytes(of: image.message) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      return .cannotEncode(path: path, width: width, height: height, reason: reason)
    }

    // Asking for the size first would compress everything twice: an upper bound costs only memory.
    var size = png_alloc_size_t(bytes.count + height + bytes.count / 256 + 65_536)
    var data = Data(count: Int(size))
    let isWritten = data.withUnsafeMutableBytes { buffer in
      png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, bytes, 0, nil)
    }
    guard isWritten != 0 else { throw failure() }
    data.count = Int(size)
    return data
  }
}
