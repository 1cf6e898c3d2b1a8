import Foundation
import Tables

/// What a run keeps in `images/`: the same images side by side, as they are and as they are rebuilt at its moments.
package struct MomentImages: Sendable {
  /// One moment.
  package struct Moment: Sendable {
    /// When: "before training".
    package var label: String
    /// The rebuilt images.
    package var strip: PNGImage

    /// Puts a moment together.
    package init(label: String, strip: PNGImage) { (self.label, self.strip) = (label, strip) }
  }

  /// The images as they are.
  package var original: PNGImage
  /// What the decoder is given of them.
  package var seen: PNGImage?
  /// The mean of many.
  package var mean: PNGImage?
  /// The moments in order.
  package var moments: [Moment]

  /// The pictures' names, without `.png`.
  package enum Name {
    /// The images as they are.
    package static let original = "original"
    /// The selected pixels alone.
    package static let seen = "seen"
    /// The mean of many images.
    package static let mean = "mean"
    /// What the run came to.
    package static let result = "result"
    /// After an epoch; 0 is before the first.
    package static func epoch(_ epoch: Int) -> String { "epoch-" + String(format: "%03d", epoch) }
  }

  /// Bytes of pictures that a page holds at the most, so that it stays light.
  private static let mostBytes = 400_000

  /// Puts the parts together.
  package init(original: PNGImage, seen: PNGImage? = nil, mean: PNGImage? = nil, moments: [Moment]) {
    (self.original, self.seen, self.mean, self.moments) = (original, seen, mean, moments)
  }

  /// Reads the pictures of a directory; nil without originals of this grid. Moments that make a page too heavy are left
  /// out, but never the result.
  init?(directory: String, grid: FeatureGrid) {
    func picture(_ name: String) -> PNGImage? {
      let bytes = FileManager.default.contents(atPath: "\(directory)/\(name).png")
      return bytes.flatMap { PNGImage(bytes: $0) }.flatMap { $0.size.height == grid.rows ? $0 : nil }
    }
    guard let original = picture(Name.original), original.bytes.count < Self.mostBytes else { return nil }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let epochs = names.compactMap { $0.wholeMatch(of: /epoch-(\d+)\.png/).flatMap { Int($0.1) } }.sorted()
    let result = picture(Name.result)
    let mean = picture(Name.mean).flatMap { $0.size.width == grid.columns ? $0 : nil }
    self.init(original: original, seen: picture(Name.seen), mean: mean, moments: [])
    var room =
      Self.mostBytes - [original, seen, mean, result].compactMap { $0?.bytes.count }.reduce(0, +)
    for epoch in epochs {
      guard let strip = picture(Name.epoch(epoch)), strip.bytes.count < room else { continue }
      room -= strip.bytes.count
      moments.append(Moment(label: epoch == 0 ? "before training" : "after epoch \(epoch)", strip: strip))
    }
    if let result { moments.append(Moment(label: "result", strip: result)) }
  }
}
