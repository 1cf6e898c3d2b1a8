import SelectionReport
import Testing

@Suite("Film strip of a run")
struct FilmStripTests {
  static let item = ImageCase.all[0]

  static func strip(moments: Int, n: Int = 10, item: ImageCase = item, label: String = "epoch 5") -> Canvas {
    let originals = (0..<n).flatMap { _ in item.mean }
    return FilmStrip(
      originals: originals,
      moments: (0..<moments).map { index in
        FilmStrip.Moment(
          label: label, selection: item.selection,
          reconstructions: originals.map { $0 * Float(index + 1) / Float(moments) })
      },
      grid: item.grid, mean: item.mean, title: "Film", subtitle: "of a run"
    ).canvas()
  }

  @Test("each moment adds one row of the same height")
  func rows() {
    let heights = (1...4).map { Self.strip(moments: $0).height }
    #expect(Set(zip(heights, heights.dropFirst()).map { $1 - $0 }) == [112 + 8])
    #expect(Set((1...4).map { Self.strip(moments: $0).width }).count == 1)
  }

  @Test("originals stand on top, reconstructions below them, the map on the left")
  func places() {
    let canvas = Self.strip(moments: 2)
    // The first column of images starts where the map ends and the gap after it.
    let map = canvas.bounds(of: Palette.selected)!
    #expect(map.x >= 24 && map.x < 24 + 150 + 112)
    let left = 24 + 150 + 112 + 28
    let top = 24 + 3 * 12 + 2 * 12 + 18
    for image in [0, 9] {
      for feature in stride(from: 0, to: 784, by: 13) {
        let x = left + image * 120 + feature % 28 * 4
        let y = top + feature / 28 * 4
        let value = Self.item.mean[feature]
        #expect(canvas[x, y] == ColorRamp.grey.color(of: value), "original \(image), \(feature)")
        #expect(canvas[x, y + 120] == ColorRamp.grey.color(of: value / 2), "first \(image), \(feature)")
        #expect(canvas[x, y + 240] == ColorRamp.grey.color(of: value), "last \(image), \(feature)")
      }
    }
    for selected in Self.item.selection.features {
      let x = 24 + 150 + selected.column! * 4
      let y = top + selected.row! * 4
      let color = selected.isConverged ? Palette.selected : Palette.unconverged
      #expect(canvas[x, y + 120] == color, "feature \(selected.feature)")
      #expect(canvas[x + 3, y + 240 + 3] == color, "feature \(selected.feature)")
    }
  }

  @Test("a detail given takes the place of the error")
  func detail() {
    let mean = Self.item.mean
    let canvases = [nil, "test 0.01"].map { detail in
      FilmStrip(
        originals: mean,
        moments: [
          .init(label: "end", selection: Self.item.selection, reconstructions: mean, detail: detail)
        ], grid: Self.item.grid, title: ""
      ).canvas()
    }
    #expect(canvases[0] != canvases[1])
    #expect(canvases[0].height == canvases[1].height)
  }

  @Test("a long label makes the rows higher instead of running into the next")
  func longLabel() {
    let label = Array(repeating: "before", count: 9).joined(separator: " ")
    #expect(Self.strip(moments: 1, label: label).height > Self.strip(moments: 1).height)
  }

  @Test("images that do not fit are left out, and the picture says so")
  func leftOut() {
    let fitting = Self.strip(moments: 1, n: 10)
    let many = Self.strip(moments: 1, n: 30)
    #expect(many.width == fitting.width)
    #expect(many.count(of: Palette.secondaryText) > fitting.count(of: Palette.secondaryText))
  }

  @Test("pictures of any grid have a sensible size", arguments: ImageCase.all)
  func grids(_ item: ImageCase) {
    let canvas = Self.strip(moments: 2, item: item)
    #expect((300...1600).contains(canvas.width), "width \(canvas.width)")
    #expect((150...1600).contains(canvas.height), "height \(canvas.height)")
    #expect(canvas.count(of: Palette.selected) > 18 * 18)
  }
}
