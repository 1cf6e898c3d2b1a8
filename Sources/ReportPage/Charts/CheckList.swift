import SelectionReport

/// What speaks for the selection and what against it, in sentences.
struct CheckList: ReportChart {
  let section = ReportSection.trust

  private struct Check {
    var isGood: Bool
    var text: String
  }

  func figure(_ run: RunReport) -> Figure? {
    let checks = checks(run)
    guard !checks.isEmpty else { return nil }
    return Figure(
      title: "Checks", note: "What speaks for the selection, and what to look at.",
      body: .element(
        "ul", ["class": "checks"],
        checks.map { check in
          .element(
            "li", ["class": check.isGood ? "good" : "open"],
            [
              .element("span", ["class": "sign"], [check.isGood ? "✓" : "!"]),
              .element("span", [:], ["\(check.text)"]),
            ])
        }))
  }

  /// Whether the rows that errors are measured on can be relied on.
  private static func rows(_ run: RunReport) -> Check? {
    guard let part = run.result?.errors?.last else { return nil }
    if let doubt = part.doubt {
      return Check(isGood: false, text: sentence(doubt))
    }
    return Check(
      isGood: true,
      text:
        "Errors are measured on \(NumberText.rows(part.rows, part.part)), by which nothing was fitted or chosen."
    )
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  private func checks(_ run: RunReport) -> [Check] {
    guard let result = run.result else { return [] }
    let count = run.configuration.selector.k
    var checks: [Check] = []
    if let selectors = result.selectors {
      checks.append(
        Check(
          isGood: selectors.unconverged == 0,
          text:
            "\(count - selectors.unconverged) of \(count) selectors settled on a feature; the mean of their largest "
            + "probabilities is \(NumberText.fixed(selectors.meanMax, decimals: 3)) (1 is certain)."
            + (run.selection.source == nil ? "" : " The selection is not theirs.")
        ))
      if let warning = run.tooFewSteps { checks.append(Check(isGood: false, text: warning)) }
      let repaired = selectors.repaired?.count ?? 0
      let other =
        repaired == 0
        ? "" : " \(repaired) were given another feature, since theirs was taken."
      checks.append(
        Check(
          isGood: run.selection.distinctCount == count,
          text: "The selectors chose \(selectors.distinct) different features; the selection has "
            + "\(run.selection.distinctCount).\(other)"))
    }
    if let rows = Self.rows(run) { checks.append(rows) }
    if let doubt = result.comparison?.decoderDoubt(
      result.errors ?? [], hidden: run.configuration.decoder.hidden)
    {
      checks.append(Check(isGood: false, text: Self.sentence(doubt)))
    }
    if let lead = Lead(run) {
      let rival = SelectionMethod.title(lead.rival.name)
      let size = NumberText.percent(abs(lead.difference))
      let text =
        lead.difference == 0
        ? "By linear regression it is as good as \(rival)"
        : "Its error by linear regression is \(size) \(lead.difference < 0 ? "smaller" : "larger") than that of \(rival)"
      checks.append(
        Check(
          isGood: lead.difference <= 0,
          text: (lead.same.isEmpty
            ? ""
            : "The same features come from: \(lead.same.map(SelectionMethod.title).joined(separator: ", ")). ")
            + text + ", the best way \(lead.same.isEmpty ? "beside it" : "to other features")"
            + (lead.isClear ? ", by more than two standard errors." : ": no clear difference.")
        ))
    }
    if let start = result.start, let search = start.search, let selectors = start.selectors {
      checks.append(
        Check(
          isGood: true,
          text: "After a trial of \(start.steps) steps the selectors started "
            + (start.usesSearch ? "near the features of a search by linear regression: " : "anywhere: ")
            + "validation error \(NumberText.short(search)) with the search's features, "
            + "\(NumberText.short(selectors)) with those of selectors that started anywhere."))
    }
    for failure in result.failures ?? [] {
      checks.append(Check(isGood: false, text: "'\(failure.name)' failed: \(failure.failure ?? "")"))
    }
    return checks
  }
}
