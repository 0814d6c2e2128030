/// Whose cookie keeps a client with its target, by ALB's names.
package enum StickinessType: String, Hashable, Sendable, Codable {
    /// The balancer's own alone, AWSALB.
    case lbCookie = "lb_cookie"
    /// The application's, beside the balancer's AWSALBAPP-0: the application decides who stays.
    case appCookie = "app_cookie"
}
