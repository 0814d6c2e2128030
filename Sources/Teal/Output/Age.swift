/// How long ago something was, in the two or three characters that a table has room for.
enum Age {
    static func text(seconds: Double) -> String {
        switch seconds {
        case ..<0: "0s"
        case ..<120: "\(Int(seconds))s"
        case ..<7200: "\(Int(seconds / 60))m"
        case ..<172_800: "\(Int(seconds / 3600))h"
        default: "\(Int(seconds / 86_400))d"
        }
    }
}
