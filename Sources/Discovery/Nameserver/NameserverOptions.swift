package import Model
package import Naming

/// How a name server is set up.
package struct NameserverOptions: Sendable {
    /// Its identity in the store; two running name servers must not share one.
    package var id: String
    /// The IPv4 or IPv6 address to listen on.
    package var address: String
    /// For UDP and TCP alike; 0 takes a free one.
    package var port: UInt16
    /// The address that each zone's NS record leads to; the listening one when that is specific.
    package var advertisedAddress: String?
    /// Where the last directory is kept over a restart; `nil` keeps none.
    package var archivePath: String?
    /// TCP connections held at a time; one more ends the one that has been idle longest.
    package var connectionsMax = 1024
    /// Milliseconds that a TCP connection may take to its next whole query (RFC 7766, 6.2.3).
    package var idleMilliseconds = 10_000

    /// Threads that answer, each with sockets of its own.
    package var workers = 1
    /// Names answered at most to a question with many (Cloud Map's MULTIVALUE has 8).
    package var answersMax = 8
    /// UDP answers of one kind to one network in a second, of those that show no cookie of ours; 0
    /// is no limit.
    package var responsesPerSecond = 0

    /// Between the probes of a registered instance, in milliseconds.
    var probeIntervalMilliseconds = ProbeSchedule.intervalMilliseconds

    /// What a registered service's name answers when all of its instances are unhealthy.
    package var unhealthyRule: UnhealthyRule = .answer
    /// Resolvers, as ADDRESS or ADDRESS:PORT, that are asked for names of no zone of ours; those
    /// are refused when there is none.
    package var forwarders: [String] = []
    /// Who may have whole zones (AXFR); nobody when there is none.
    package var transfersTo: [AddressBlock] = []

    package init(
        id: String, address: String, port: UInt16, advertisedAddress: String? = nil,
        archivePath: String? = nil
    ) {
        self.id = id
        self.address = address
        self.port = port
        self.advertisedAddress = advertisedAddress
        self.archivePath = archivePath
    }
}
