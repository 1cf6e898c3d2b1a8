import Communication
import Foundation

/// Where one rank runs.
package struct RankPlace: Codable, Sendable, Equatable {
  /// The node.
  package var host: String
  /// The cores it may run on, by number.
  package var cores: Set<Int>
  /// Cores of the node that are switched on.
  package var online: Int
  /// Cores that its control group allows to be busy at a time; nil: all.
  package var quota: Double?

  /// A rank on `host`.
  package init(host: String, cores: Set<Int>, online: Int, quota: Double? = nil) {
    self.host = host
    self.cores = cores
    self.online = online
    self.quota = quota
  }

  /// The places of all ranks in rank order, on rank 0; every rank must call.
  package static func gather(_ communicator: any Communicator) throws -> [RankPlace]? {
    let available = AvailableCores.ofProcess()
    let place = RankPlace(
      host: communicator.hostName, cores: available.cores, online: available.online, quota: available.quota)
    let text = String(decoding: try JSONEncoder().encode(place), as: UTF8.self)
    return try communicator.gatherStrings(text)?.map {
      try JSONDecoder().decode(RankPlace.self, from: Data($0.utf8))
    }
  }
}
