/// What the tones of a picture of cells mean: from none at 0 to full colour at 1.
struct ToneScale {
  /// Where it ends, and its upper edge.
  let right: Double
  let y: Double

  private static let steps = 10
  private static let step = 7.0

  var markup: Markup {
    let left = right - 12 - Self.step * Double(Self.steps)
    let cells = (0..<Self.steps).map { step in
      Markup.element(
        "rect",
        [
          "class": "cells", "x": Markup.number(left + Self.step * Double(step)), "y": Markup.number(y),
          "width": Markup.number(Self.step), "height": "8",
          "fill-opacity": Markup.number(Double(step) / Double(Self.steps - 1)),
        ])
    }
    return Markup(
      [Markup.label("0", x: Markup.number(left - 4), y: y + 8, anchor: "end", class: "tick")] + cells
        + [Markup.label("1", x: Markup.number(right), y: y + 8, anchor: "end", class: "tick")])
  }
}
