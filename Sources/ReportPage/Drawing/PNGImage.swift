import AtomicFile
import CPNG
import Foundation

/// A picture of 8-bit grey pixels, or of grey with opacity, as the bytes of a PNG file.
package struct PNGImage: Sendable, Equatable {
  /// The file's bytes.
  package let bytes: Data

  /// Encodes rows of pixels from the top, `[height, width]`; with `opacity`, as many, 0 is not to be seen.
  ///
  /// Throws `PNGError` when libpng refuses the size.
  package init(grey: [UInt8], opacity: [UInt8]? = nil, width: Int, height: Int) throws {
    precondition(grey.count == width * height && opacity.map { $0.count == grey.count } ?? true)
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(opacity == nil ? 0 : PNG_FORMAT_FLAG_ALPHA)
    defer { png_image_free(&image) }
    let pixels = opacity.map { zip(grey, $0).flatMap { [$0, $1] } } ?? grey
    // Asking for the size first would compress everything twice: an upper bound costs only memory.
    var size = png_alloc_size_t(pixels.count + height + pixels.count / 256 + 65_536)
    var data = Data(count: Int(size))
    let isWritten = data.withUnsafeMutableBytes {
      png_image_write_to_memory(&image, $0.baseAddress, &size, 0, pixels, 0, nil)
    }
    guard isWritten != 0 else {
      let reason = withUnsafeBytes(of: image.message) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw PNGError(width: width, height: height, reason: reason)
    }
    data.count = Int(size)
    bytes = data
  }

  /// A file's bytes as they are; nil unless they begin as those of a PNG file do.
  package init?(bytes: Data) {
    guard bytes.count > 24, bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) else {
      return nil
    }
    self.bytes = bytes
  }

  /// Pixels, as the file says.
  package var size: (width: Int, height: Int) {
    func number(at place: Int) -> Int {
      bytes.dropFirst(place).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    return (number(at: 16), number(at: 20))
  }

  /// The picture for a page that stands alone.
  var dataURI: String { "data:image/png;base64," + bytes.base64EncodedString() }

  /// The picture as opacity of the page's accent colour, stretched over an area.
  func tinted(id: String, x: Double, y: Double, width: Double, height: Double) -> Markup {
    let (x, y) = (Markup.number(x), Markup.number(y))
    let (width, height) = (Markup.number(width), Markup.number(height))
    return Markup([
      .element(
        "mask", ["id": id],
        [
          .element(
            "image",
            [
              "class": "pixels", "href": dataURI, "x": x, "y": y, "width": width, "height": height,
              "preserveAspectRatio": "none",
            ])
        ]),
      .element(
        "rect",
        [
          "class": "cells", "x": x, "y": y, "width": width, "height": height, "mask": "url(#\(id))",
        ]),
    ])
  }

  /// Writes the file, all of it or nothing; throws `FileError`.
  package func write(to path: String) throws { try AtomicFile.write(bytes, to: path) }
}

/// A picture that libpng does not take.
package struct PNGError: Error, Sendable, Equatable, CustomStringConvertible {
  let width: Int
  let height: Int
  let reason: String

  /// What was wrong.
  package var description: String {
    "libpng could not encode a picture of \(width) x \(height) pixels: \(reason)"
  }
}
