import CPNG
import Foundation
import SelectionReport
import Testing

/// A directory of a test's own, removed with it.
final class ReportDirectory: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
  }
}

/// A PNG file as libpng's reader sees it, converted to RGB bytes.
struct ReadPNG {
  var width = 0
  var height = 0
  var bytes: [UInt8] = []

  init(_ url: URL) throws {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    try #require(png_image_begin_read_from_file(&image, url.path) != 0)
    try #require(image.format == png_uint_32(PNG_FORMAT_FLAG_COLOR), "8-bit RGB without alpha")
    (width, height) = (Int(image.width), Int(image.height))
    bytes = Array(repeating: 0, count: width * height * 3)
    try #require(png_image_finish_read(&image, nil, &bytes, 0, nil) != 0)
  }
}
