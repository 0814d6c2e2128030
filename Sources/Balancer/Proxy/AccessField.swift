internal import Routing

/// The fields of ALB's access log, in their order.
enum AccessField: String, CaseIterable {
    case type
    case time
    case elb
    case client = "client:port"
    case target = "target:port"
    case requestProcessingTime = "request_processing_time"
    case targetProcessingTime = "target_processing_time"
    case responseProcessingTime = "response_processing_time"
    case elbStatusCode = "elb_status_code"
    case targetStatusCode = "target_status_code"
    case receivedBytes = "received_bytes"
    case sentBytes = "sent_bytes"
    case request
    case userAgent = "user_agent"
    case sslCipher = "ssl_cipher"
    case sslProtocol = "ssl_protocol"
    case targetGroupARN = "target_group_arn"
    case traceID = "trace_id"
    case domainName = "domain_name"
    case chosenCertARN = "chosen_cert_arn"
    case matchedRulePriority = "matched_rule_priority"
    case requestCreationTime = "request_creation_time"
    case actionsExecuted = "actions_executed"
    case redirectURL = "redirect_url"
    case errorReason = "error_reason"
    case targetPortList = "target:port_list"
    case targetStatusCodeList = "target_status_code_list"
    case classification
    case classificationReason = "classification_reason"
    case connTraceID = "conn_trace_id"
    case transformedHost = "transformed_host"
    case transformedURI = "transformed_uri"
    case requestTransformStatus = "request_transform_status"

    var isQuoted: Bool {
        switch self {
        case .request, .userAgent, .traceID, .domainName, .chosenCertARN, .actionsExecuted,
            .redirectURL, .errorReason, .targetPortList, .targetStatusCodeList, .classification,
            .classificationReason, .transformedHost, .transformedURI, .requestTransformStatus:
            true
        default: false
        }
    }

    /// Whether JSON writes it without quotes. One that there is none of is a dash, in quotes.
    func isNumber(in record: AccessRecord) -> Bool {
        switch self {
        case .requestProcessingTime, .targetProcessingTime, .responseProcessingTime,
            .receivedBytes, .sentBytes:
            true
        case .elbStatusCode: record.status != 0
        case .targetStatusCode: record.targetStatus != 0
        case .matchedRulePriority: record.priority >= 0
        default: false
        }
    }

    /// Writes the value without the quotes around it; `-` where there is none.
    func write(
        _ entry: AccessEntry, _ clock: inout AccessClock, _ loadBalancer: [UInt8],
        to line: inout AccessLine
    ) {
        switch self {
        case .type: line.append(entry.record.isWebSocket ? "ws" : "http")
        case .time: clock.write(entry.record.endedAt, to: &line.writer)
        case .elb: line.writer.append(loadBalancer)
        case .client: line.append(client: entry)
        case .target, .targetPortList: line.append(plain: entry.text(.target))
        case .requestProcessingTime: line.append(seconds: entry.requestMilliseconds)
        case .targetProcessingTime: line.append(seconds: entry.targetMilliseconds)
        case .responseProcessingTime: line.append(seconds: entry.responseMilliseconds)
        case .elbStatusCode: line.append(status: entry.record.status)
        case .targetStatusCode, .targetStatusCodeList:
            line.append(status: entry.record.targetStatus)
        case .receivedBytes: line.append(entry.record.receivedBytes)
        case .sentBytes: line.append(entry.record.sentBytes)
        case .request: line.append(requestOf: entry)
        case .userAgent: line.append(orDash: entry.text(.userAgent))
        case .targetGroupARN: line.append(plain: entry.text(.targetGroup))
        case .traceID: line.append(traceOf: entry)
        case .domainName: line.append(plain: entry.text(.host))
        case .matchedRulePriority:
            if entry.record.priority < 0 {
                line.append("-")
            } else {
                line.append(Int(entry.record.priority))
            }
        case .requestCreationTime: clock.write(entry.record.startedAt, to: &line.writer)
        case .actionsExecuted: line.append(entry.actions)
        case .redirectURL: line.append(orDash: entry.text(.location))
        case .classification: line.append(entry.record.desync.classification)
        case .classificationReason: line.append(entry.record.desync.text)
        case .errorReason: line.append(reasonOf: entry)
        case .sslCipher, .sslProtocol, .chosenCertARN, .connTraceID, .transformedHost,
            .transformedURI, .requestTransformStatus:
            line.append("-")
        }
    }
}

extension AccessLine {
    /// `10.0.0.1:4711`, `[2001:db8::1]:4711`.
    fileprivate mutating func append(client entry: AccessEntry) {
        let address = entry.text(.client)
        let isLiteral = address.contains(Byte.colon)
        if isLiteral { append("[") }
        writer.append(address)
        append(isLiteral ? "]:" : ":")
        append(Int(entry.record.clientPort))
    }

    /// `GET http://example.com:80/path HTTP/1.1`; dashes where the head could not be read.
    fileprivate mutating func append(requestOf entry: AccessEntry) {
        let method = entry.text(.method)
        guard !method.isEmpty else { return append("- - -") }
        writer.append(method)
        append(" http://")
        let host = entry.text(.host)
        writer.append(host)
        if !host.contains(Byte.colon) || host.last == UInt8(ascii: "]") {
            append(":")
            append(Int(entry.record.listenerPort))
        }
        let target = entry.text(.requestTarget)
        if target.first != UInt8(ascii: "/"), target.first != UInt8(ascii: "*") { append("/") }
        append(target)
        append(" HTTP/1.")
        append(Int(entry.record.minorVersion))
    }

    /// Why we answered ourselves, if because of a failure.
    fileprivate mutating func append(reasonOf entry: AccessEntry) {
        guard let failure = entry.record.failure else { return append("-") }
        writer.append(Array(failure.reason.utf8))
    }

    /// The client's own field as it came, or the one that was made for the target.
    fileprivate mutating func append(traceOf entry: AccessEntry) {
        let sent = entry.text(.trace)
        guard sent.isEmpty else { return append(sent) }
        guard entry.record.trace.seconds != 0 else { return append("-") }
        append("Root=")
        entry.record.trace.write(to: &writer)
    }
}
