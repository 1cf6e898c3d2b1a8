import Foundation

/// SplitMix64: the same numbers on every machine.
struct FixedGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}

/// Changes of bytes as a damaged or hostile file has them.
enum Mutations {
  /// How many are tried of each format; the environment asks for a long run by hand (`scripts/fuzz-readers`).
  static let count = ProcessInfo.processInfo.environment["CAE_MUTATIONS"].flatMap(Int.init) ?? 2_000

  /// Added to the seed of each test, so that a long run by hand tries other mutations.
  static let seed = ProcessInfo.processInfo.environment["CAE_MUTATION_SEED"].flatMap(UInt64.init) ?? 0

  /// Numbers at which sizes and places go wrong.
  private static let edges: [[UInt8]] = [
    [0], [1], [0x7f], [0x80], [0xff], [0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0x80],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0, 0, 0, 0, 0], Array("99999999999999".utf8),
    Array("-1".utf8), Array("0".utf8), Array("'".utf8), Array("}".utf8),
  ]

  /// `bytes` with one to four changes.
  static func mutated(_ bytes: [UInt8], using generator: inout FixedGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      guard !bytes.isEmpty else { break }
      // Headers are where files begin and end.
      let near = min(bytes.count, 160)
      let place =
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: Int.random(in: 0..<near, using: &generator)
        case 1: bytes.count - 1 - Int.random(in: 0..<near, using: &generator)
        default: Int.random(in: 0..<bytes.count, using: &generator)
        }
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 2, 3:
        for (index, byte) in edges.randomElement(using: &generator)!.enumerated()
        where place + index < bytes.count {
          bytes[place + index] = byte
        }
      case 4: bytes.insert(contentsOf: edges.randomElement(using: &generator)!, at: place)
      case 5: bytes.removeLast(bytes.count - place)
      case 6:
        bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...16, using: &generator)))
      default:
        let end = min(bytes.count, place + Int.random(in: 1...64, using: &generator))
        bytes.insert(contentsOf: bytes[place..<end], at: place)
      }
    }
    return bytes
  }

  /// Writes `bytes` to `path`, which `Data` would bring to the disk each time, and returns it.
  static func write(_ bytes: [UInt8], to path: String) -> String {
    guard let file = fopen(path, "w") else { preconditionFailure("no file at \(path)") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    return path
  }
}
