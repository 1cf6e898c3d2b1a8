import Foundation
import SelectionReport
import Tables
import Testing

@Suite("Selection: CSV, JSON and table")
struct SelectionRenderingTests {
  static let plain = Selection(
    indices: [203, 4], probabilities: [0.9987654321012345, 0.25], featureCount: 784,
    grid: FeatureGrid(rows: 28, columns: 28))

  @Test("CSV has the header, empty fields where absent, and exact probabilities")
  func csv() {
    #expect(
      Self.plain.csv() == """
        selector,feature,row,column,name,probability
        0,203,7,7,,0.9987654321012345
        1,4,0,4,,0.25

        """)
    let named = Selection(
      indices: [1], probabilities: [1], featureCount: 2, names: ["age", "height"])
    #expect(named.csv() == "selector,feature,row,column,name,probability\n0,1,,,height,1.0\n")
  }

  @Test(
    "CSV quotes what RFC 4180 asks for",
    arguments: [
      ("plain", "plain"), ("a b", "a b"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
      ("two\nlines", "\"two\nlines\""), ("dos\r\nlines", "\"dos\r\nlines\""), ("cr\rhere", "\"cr\rhere\""),
      ("\"", "\"\"\"\""), ("", ""), ("größe", "größe"),
    ])
  func quoting(name: String, field: String) {
    let item = SelectedFeature(selector: 0, feature: 0, name: name, probability: 1)
    let lines = Selection(features: [item], featureCount: 1).csv()
    #expect(lines == "selector,feature,row,column,name,probability\n0,0,,,\(field),1.0\n")
  }

  @Test("JSON is the same text each time, with sorted keys and the summary")
  func json() throws {
    let selection = Selection(indices: [1, 1], probabilities: [1, 0.5], featureCount: 3)
    let expected = """
      {
        "distinct" : 1,
        "duplicates" : [
          {
            "feature" : 1,
            "selectors" : [
              0,
              1
            ]
          }
        ],
        "feature_count" : 3,
        "features" : [
          {
            "feature" : 1,
            "probability" : 1,
            "selector" : 0
          },
          {
            "feature" : 1,
            "probability" : 0.5,
            "selector" : 1
          }
        ],
        "mean_max" : 0.75,
        "unconverged" : [
          1
        ]
      }

      """
    #expect(try selection.json() == expected)
  }

  @Test("JSON reads back as the same selection")
  func jsonRoundTrip() throws {
    let named = Selection(
      indices: [2, 0, 2], probabilities: [0.1 + 0.2, 1e-9, 1], featureCount: 4,
      grid: FeatureGrid(rows: 2, columns: 2), names: ["a/b", "\"q\"", "größe\n", ""])
    for selection in [Self.plain, named] {
      let read = try JSONDecoder().decode(Selection.self, from: Data(selection.json().utf8))
      #expect(read == selection)
    }
  }

  @Test("JSON holds probabilities that are not finite as text")
  func jsonNonFinite() throws {
    let selection = Selection(indices: [0], probabilities: [.nan], featureCount: 1)
    #expect(try selection.json().contains("\"probability\" : \"nan\""))
    #expect(try selection.json().contains("\"mean_max\" : \"nan\""))
  }

  @Test("table aligns numbers right and marks what is wrong")
  func table() {
    let selection = Selection(
      indices: [203, 4, 4], probabilities: [0.99874, 0.89999, 1], featureCount: 784,
      grid: FeatureGrid(rows: 28, columns: 28))
    #expect(
      selection.table() == """
        selector  feature  row  col    prob
               0      203    7    7  0.9987
               1        4    0    4  0.8999  !=
               2        4    0    4  1.0000  =
        3 selectors, 2 distinct of 784 features, mean probability 0.9662
        ! probability under 0.9: not converged
        = feature selected more than once

        """)
  }

  @Test("table leaves out what no feature has, and shows names on the left")
  func tableColumns() {
    let bare = Selection(indices: [1], probabilities: [1], featureCount: 2)
    #expect(
      bare.table() == """
        selector  feature    prob
               0        1  1.0000
        1 selector, 1 distinct of 2 features, mean probability 1.0000

        """)
    let named = Selection(
      indices: [0, 1], probabilities: [1, 1], featureCount: 2, names: ["age", "\u{1B}[31mheight"])
    #expect(
      named.table() == """
        selector  feature  name           prob
               0        0  age          1.0000
               1        1  ?[31mheight  1.0000
        2 selectors, 2 distinct of 2 features, mean probability 1.0000

        """)
  }

  @Test(
    "table folds fifty rows into blocks that fit the terminal",
    arguments: [(80, 2), (36, 1), (0, 1), (200, 5)])
  func tableFolds(width: Int, blocks: Int) {
    let selection = Selection(
      indices: (0..<50).map { $0 * 15 }, probabilities: Array(repeating: 0.99, count: 50),
      featureCount: 784, grid: FeatureGrid(rows: 28, columns: 28))
    let lines = selection.table(width: width).split(separator: "\n")
    #expect(lines[0].components(separatedBy: "selector").count - 1 == blocks)
    #expect(lines.count == 1 + (50 + blocks - 1) / blocks + 1)
    // The line of figures at the foot stands on its own.
    #expect(width == 0 || lines.dropLast().allSatisfy { $0.count <= width })
    // Read downwards: the first block starts at selector 0 and goes on with 1.
    #expect(lines[1].split(separator: " ").first == "0")
    #expect(lines[2].split(separator: " ").first == "1")
    let numbers = lines[1..<lines.count - 1].flatMap { line in
      stride(from: 0, to: blocks * 5, by: 5).compactMap { index -> Int? in
        let fields = line.split(separator: " ")
        return index < fields.count ? Int(fields[index]) : nil
      }
    }
    #expect(numbers.sorted() == Array(0..<50))
  }
}
