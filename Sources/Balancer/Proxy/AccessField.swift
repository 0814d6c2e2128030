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

    var isNumber: Bool {
        switch self {
        case .requestProcessingTime, .targetProcessingTime, .responseProcessingTime,
            .elbStatusCode, .targetStatusCode, .receivedBytes, .sentBytes, .matchedRulePriority:
            true
        default: false
        }
    }

    /// The value without quotes and escapes; `-` where there is none.
    func value(of entry: AccessEntry) -> [UInt8] {
        let record = entry.record
        switch self {
        case .client: return entry.place(.client, port: record.clientPort)
        case .target, .targetPortList: return entry.textOrDash(.target)
        case .request: return entry.requestLine
        case .userAgent: return entry.textOrDash(.userAgent)
        case .targetGroupARN: return entry.textOrDash(.targetGroup)
        case .domainName: return entry.textOrDash(.host)
        case .redirectURL: return entry.textOrDash(.location)
        default: return Array(plain(entry, record).utf8)
        }
    }

    private func plain(_ entry: AccessEntry, _ record: AccessRecord) -> String {
        let times = entry.processingMilliseconds
        switch self {
        case .type: return record.isWebSocket ? "ws" : "http"
        case .time: return entry.time(record.endedAt)
        case .elb: return entry.loadBalancer
        case .requestProcessingTime: return AccessField.seconds(times.request)
        case .targetProcessingTime: return AccessField.seconds(times.target)
        case .responseProcessingTime: return AccessField.seconds(times.response)
        case .elbStatusCode: return record.status == 0 ? "-" : "\(record.status)"
        case .targetStatusCode, .targetStatusCodeList:
            return record.targetStatus == 0 ? "-" : "\(record.targetStatus)"
        case .receivedBytes: return "\(record.receivedBytes)"
        case .sentBytes: return "\(record.sentBytes)"
        case .traceID: return entry.trace
        case .matchedRulePriority: return record.priority < 0 ? "-" : "\(record.priority)"
        case .requestCreationTime: return entry.time(record.startedAt)
        case .actionsExecuted: return entry.actions
        case .classification: return "\(record.desync.classification)"
        case .classificationReason: return "\(record.desync.text)"
        default: return "-"
        }
    }

    /// Three decimals, as ALB writes times; -1 for none.
    private static func seconds(_ milliseconds: Int64) -> String {
        guard milliseconds >= 0 else { return "-1" }
        let rest = "\(milliseconds % 1000)"
        let zeros = String(repeating: "0", count: 3 - rest.utf8.count)
        return "\(milliseconds / 1000).\(zeros)\(rest)"
    }
}

extension AccessEntry {
    fileprivate func textOrDash(_ name: AccessRecord.Text) -> [UInt8] {
        let bytes = text(name)
        return bytes.isEmpty ? [UInt8(ascii: "-")] : Array(bytes)
    }

    fileprivate func place(_ name: AccessRecord.Text, port: UInt16) -> [UInt8] {
        let address = text(name)
        let isLiteral = address.contains(Byte.colon)
        let shown = isLiteral ? [UInt8(ascii: "[")] + address + [UInt8(ascii: "]")] : Array(address)
        return shown + Array(":\(port)".utf8)
    }

    /// `GET http://example.com:80/path HTTP/1.1`; dashes where the head could not be read.
    fileprivate var requestLine: [UInt8] {
        let method = text(.method)
        guard !method.isEmpty else { return Array("- - -".utf8) }
        let host = text(.host)
        var line = Array(method) + Array(" http://".utf8) + Array(host)
        if !host.contains(Byte.colon) || host.last == UInt8(ascii: "]") {
            line += Array(":\(record.listenerPort)".utf8)
        }
        let target = text(.requestTarget)
        if target.first != UInt8(ascii: "/"), target.first != UInt8(ascii: "*") {
            line.append(UInt8(ascii: "/"))
        }
        return line + Array(target) + Array(" HTTP/1.\(record.minorVersion)".utf8)
    }
}
