import Model
import Routing

extension FuzzTarget {
    /// A Cookie field: pairs are found as a second reader finds them, and nothing that we did not
    /// sign is ever taken for ours.
    static let cookie = FuzzTarget(
        "cookie",
        seeds: [
            "AWSALB=0123456789abcdef0123456789abcdef0123456789abcdef", "a=b; AWSALB=c;AWSALB=d",
            "AWSALBCORS=x; AWSALB", "=;;; AWSALB==", " AWSALB=\"quoted\" ",
        ],
        check: { bytes in
            bytes.withUnsafeBytes { field in
                let found = CookiePairs.value(of: "AWSALB", in: field)
                let pairs = field.split(separator: UInt8(ascii: ";")).map { pair in
                    Array(pair.drop(while: FuzzTarget.isBlank))
                }
                let name = Array("AWSALB=".utf8)
                let expected = pairs.first { $0.starts(with: name) }.map { pair in
                    Array(pair.dropFirst(name.count).trimmingSuffix(while: FuzzTarget.isBlank))
                }
                precondition(found.map { Array($0) } == expected)
                guard let found else { return }
                let key = SipKey(low: 1, high: 2)
                precondition(StickyCookie(found, key: key, now: 0) == nil)
            }
        })

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}

extension Collection<UInt8> where Self: BidirectionalCollection {
    /// Without the elements at the end that `isUnwanted`.
    fileprivate func trimmingSuffix(while isUnwanted: (UInt8) -> Bool) -> SubSequence {
        var end = endIndex
        while end > startIndex, isUnwanted(self[index(before: end)]) { end = index(before: end) }
        return self[startIndex..<end]
    }
}
