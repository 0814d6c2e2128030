package import Model

/// Why two servers might read a request that each can read differently; ALB's classes and names.
///
/// What can be read in two ways by its framing never gets so far: it is refused.
package enum DesyncReason: UInt8, Sendable, BitwiseCopyable {
    case compliant
    // Acceptable.
    case getHeadZeroContentLength
    case nonCompliantHeader
    case nonCompliantVersion
    // Ambiguous.
    case suspiciousHeader
    case undefinedContentLengthSemantics
    case undefinedTransferEncodingSemantics

    package var isAmbiguous: Bool { rawValue >= DesyncReason.suspiciousHeader.rawValue }

    /// The access log's `classification`.
    package var classification: StaticString {
        self == .compliant ? "-" : isAmbiguous ? "Ambiguous" : "Acceptable"
    }

    /// The access log's `classification_reason`.
    package var text: StaticString {
        switch self {
        case .compliant: "-"
        case .getHeadZeroContentLength: "GetHeadZeroContentLength"
        case .nonCompliantHeader: "NonCompliantHeader"
        case .nonCompliantVersion: "NonCompliantVersion"
        case .suspiciousHeader: "SuspiciousHeader"
        case .undefinedContentLengthSemantics: "UndefinedContentLengthSemantics"
        case .undefinedTransferEncodingSemantics: "UndefinedTransferEncodingSemantics"
        }
    }

    package enum Verdict: Hashable, Sendable {
        case pass
        /// It passes, and no connection that carried it is used again.
        case isolate
        case refuse
    }

    package func verdict(in mode: DesyncMitigationMode) -> Verdict {
        switch mode {
        case .monitor: .pass
        case .defensive: isAmbiguous ? .isolate : .pass
        case .strictest: self == .compliant ? .pass : .refuse
        }
    }
}

extension RequestHead {
    /// The reason, with what is looked for only where it can matter: bytes beyond ASCII.
    package func desync(
        of bytes: UnsafeRawBufferPointer, in mode: DesyncMitigationMode
    ) -> DesyncReason {
        guard mode == .strictest, desync == .compliant else { return desync }
        return bytes[..<length].contains { $0 >= 0x80 } ? .nonCompliantHeader : .compliant
    }
}
