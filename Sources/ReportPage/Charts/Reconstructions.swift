/// Held-out images beside what the decoder makes of them, over the moments of the run.
struct Reconstructions: ReportChart {
  let section = ReportSection.course

  func figure(_ run: RunReport) -> Figure? {
    guard run.grid != nil, let images = run.images, !images.moments.isEmpty else { return nil }
    let rows =
      [("original", images.original)] + (images.seen.map { [("selected pixels alone", $0)] } ?? [])
      + images.moments.map { ($0.label, $0.strip) }
    return Figure(
      title: "Images and what is rebuilt of them",
      note:
        "Images that were not trained on, what the decoder is given of them, and what it made of that at moments of the "
        + "run.",
      span: .all,
      body: .element(
        "div", ["class": "strips"],
        rows.map { label, strip in
          .element(
            "div", [:],
            [
              .element("span", [:], ["\(label)"]),
              .element(
                "img",
                [
                  "class": "pixels", "src": strip.dataURI, "alt": "images: \(label)",
                  "width": "\(strip.size.width)", "height": "\(strip.size.height)",
                ]),
            ])
        }))
  }
}
