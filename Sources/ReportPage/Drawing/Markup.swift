import Foundation

/// Elements of HTML or SVG as text. Texts and attributes are escaped where they enter, so what is made here is well formed
/// whatever the data are called.
struct Markup: Sendable, Equatable, ExpressibleByStringInterpolation {
  /// The text.
  private(set) var text: String

  /// A text that comes from anywhere.
  init(stringLiteral value: String) { text = Self.escaped(value) }

  /// Several one after the other.
  init(_ parts: [Markup]) { text = parts.map(\.text).joined() }

  /// Takes over what is markup already.
  private init(raw: String) { text = raw }

  /// An element; attributes that are nil are left out.
  static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], _ children: [Markup] = []
  ) -> Markup {
    let opening =
      "<\(name)" + attributes.map { key, value in value.map { " \(key)=\"\(escaped($0))\"" } ?? "" }.joined()
    return Markup(
      raw: children.isEmpty ? opening + "/>" : opening + ">" + children.map(\.text).joined() + "</\(name)>")
  }

  /// A picture: `width` and `height` are those of its coordinates, or text such as `100%`.
  static func svg(
    title: String, viewBox: (width: Double, height: Double)?, height: Double? = nil,
    class name: String? = nil,
    _ children: [Markup]
  ) -> Markup {
    element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "class": name, "aria-label": title,
        "viewBox": viewBox.map { "0 0 \(number($0.width)) \(number($0.height))" },
        "width": height == nil ? nil : "100%", "height": height.map(number),
      ], [element("title", [:], ["\(title)"])] + children)
  }

  /// A text in a picture.
  static func label(
    _ content: String, x: String, y: Double, anchor: String = "start", class name: String? = nil
  ) -> Markup {
    element("text", ["x": x, "y": number(y), "text-anchor": anchor, "class": name], ["\(content)"])
  }

  /// A coordinate with at most two decimals; what is no number is 0.
  static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let hundredths = (value * 100).rounded()
    return hundredths.truncatingRemainder(dividingBy: 100) == 0
      ? String(Int(hundredths / 100)) : "\(hundredths / 100)"
  }

  /// A share of the width, in percent.
  static func percent(_ share: Double) -> String {
    number(100 * min(1, max(0, share.isNaN ? 0 : share))) + "%"
  }

  /// Text without control characters, which XML has no form for.
  static func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      let isControl = scalar.value < 0x20 && scalar != "\n" && scalar != "\t"
      return isControl || (0xfffe...0xffff).contains(scalar.value) ? "\u{fffd}" : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }

  /// Text as it may stand between tags and in quotes.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
