package import Model

extension TargetGroupAttributes {
    /// What connections to targets begin with, if with anything.
    package var proxyProtocol: ProxyHeader.Version? {
        sendsProxyProtocolV2 ? .v2 : sendsProxyProtocolV1 ? .v1 : nil
    }
}
