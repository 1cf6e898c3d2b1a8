import CPNG
import Foundation
import ReportPage
import Testing

@Suite("PNG pictures")
struct PNGImageTests {
  /// A picture that does not compress: bytes from a linear congruential generator.
  static func noise(width: Int, height: Int) throws -> PNGImage {
    try PNGImage(grey: pixels(width * height, seed: 7), width: width, height: height)
  }

  private static func pixels(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
  }

  /// What libpng's reader makes of a file, in its own form.
  private static func read(_ image: PNGImage) throws -> (format: png_uint_32, bytes: [UInt8]) {
    var read = png_image()
    read.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&read) }
    return try image.bytes.withUnsafeBytes { data in
      try #require(png_image_begin_read_from_memory(&read, data.baseAddress, data.count) != 0)
      let channels = read.format & png_uint_32(PNG_FORMAT_FLAG_ALPHA) == 0 ? 1 : 2
      var bytes = [UInt8](repeating: 0, count: Int(read.width * read.height) * channels)
      try #require(png_image_finish_read(&read, nil, &bytes, 0, nil) != 0)
      return (read.format, bytes)
    }
  }

  @Test("keep every pixel and say their size", arguments: [(1, 1), (3, 2), (257, 129), (1, 700), (900, 1)])
  func roundTrip(width: Int, height: Int) throws {
    let image = try Self.noise(width: width, height: height)
    #expect(image.size == (width, height))
    #expect(PNGImage(bytes: image.bytes) == image)
    let (format, bytes) = try Self.read(image)
    #expect(format & png_uint_32(PNG_FORMAT_FLAG_ALPHA | PNG_FORMAT_FLAG_COLOR) == 0)
    #expect(bytes == Self.pixels(width * height, seed: 7))
  }

  @Test("keep opacity")
  func opacity() throws {
    let (grey, opacity) = (Self.pixels(35, seed: 1), Self.pixels(35, seed: 2))
    let (_, bytes) = try Self.read(PNGImage(grey: grey, opacity: opacity, width: 7, height: 5))
    #expect(bytes == zip(grey, opacity).flatMap { [$0, $1] })
  }

  @Test("one too wide for libpng gives its reason, and other bytes are no picture")
  func refused() throws {
    let pixels = [UInt8](repeating: 0, count: 1_000_001)
    let error = #expect(throws: PNGError.self) { try PNGImage(grey: pixels, width: pixels.count, height: 1) }
    #expect(error?.description.contains("1000001 x 1 pixels: ") == true)
    #expect(PNGImage(bytes: Data(pixels.prefix(100))) == nil)
    #expect(PNGImage(bytes: try Self.noise(width: 9, height: 9).bytes.prefix(20)) == nil)
  }
}
