import Foundation
import SelectionReport
import Testing

@Suite("Selection: order, reasons, names")
struct SelectionReasonsRenderingTests {
  static let reasoned: Selection = {
    var selection = Selection(
      indices: [1, 0], probabilities: [1, 1], featureCount: 3, names: ["age", "height, cm", "weight"])
    selection.features[0].rank = 2
    selection.features[0].importance = 0.25
    selection.features[0].standIns = [.init(feature: 2, name: "weight", correlation: -0.5)]
    selection.features[1].rank = 1
    selection.features[1].importance = 0.5
    selection.features[1].standIns = []
    return selection
  }()

  @Test("By importance or by selector")
  func order() {
    #expect(Self.reasoned.hasReasons)
    #expect(Self.reasoned.sorted(by: .importance).features.map(\.feature) == [0, 1])
    #expect(Self.reasoned.sorted(by: .importance).sorted(by: .selector) == Self.reasoned)
    #expect(!SelectionRenderingTests.plain.hasReasons)
  }

  @Test("CSV, table and JSON tell the reasons")
  func reasons() throws {
    #expect(
      Self.reasoned.csv() == """
        selector,feature,row,column,name,probability,rank,importance,stand_in_1,correlation_1,stand_in_2,correlation_2
        0,1,,,"height, cm",1.0,2,0.25,weight,-0.5,,
        1,0,,,age,1.0,1,0.5,,,,

        """)
    let table = Self.reasoned.table()
    #expect(table.contains(/prob +adds  stand-ins\n/))
    #expect(table.contains(/1\.0000  0\.25  weight -0\.50\n/))
    let json = try Self.reasoned.json()
    #expect(json.contains("\"stand_ins\"") && json.contains("\"importance\" : 0.5"))
    #expect(try JSONDecoder().decode(Selection.self, from: Data(json.utf8)) == Self.reasoned)
  }

  @Test("Names, or numbers where there are none")
  func names() {
    #expect(Self.reasoned.names() == "height, cm\nage\n")
    #expect(SelectionRenderingTests.plain.names() == "203\n4\n")
  }
}
