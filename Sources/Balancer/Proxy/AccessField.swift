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

    /// In ALB's format.
    var isQuoted: Bool {
        switch self {
        case .request, .userAgent, .traceID, .domainName, .chosenCertARN, .actionsExecuted,
            .redirectURL, .errorReason, .targetPortList, .targetStatusCodeList, .classification,
            .classificationReason, .transformedHost, .transformedURI, .requestTransformStatus:
            true
        default: false
        }
    }

    /// Whether JSON has it without quotes. One that there is none of is a dash, in quotes.
    var isNumber: Bool {
        switch self {
        case .requestProcessingTime, .targetProcessingTime, .responseProcessingTime,
            .elbStatusCode, .targetStatusCode, .receivedBytes, .sentBytes, .matchedRulePriority:
            true
        default: false
        }
    }
}
