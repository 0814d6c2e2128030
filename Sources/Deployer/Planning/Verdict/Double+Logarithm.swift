/// Logarithms made of additions and multiplications: evidence is the same on every machine.
extension Double {
    /// The natural logarithm of a number above 0, to the last digits.
    var naturalLogarithm: Double {
        precondition(self > 0 && isFinite)
        let isUpper = significand > 1.414_213_562_373_095_1
        let mantissa = isUpper ? significand / 2 : significand
        let twos = Double(exponent) + (isUpper ? 1 : 0)
        // ln m = 2 artanh t; the square of t is below 0.03, so twelve terms are enough.
        let tangent = (mantissa - 1) / (mantissa + 1)
        let square = tangent * tangent
        var sum = 0.0
        var divisor = 23.0
        while divisor > 0 {
            sum = sum * square + 1 / divisor
            divisor -= 2
        }
        return twos * Double.naturalLogarithmOf2 + 2 * tangent * sum
    }

    /// e to the power of this number, which is at most 0.
    var exponential: Double {
        precondition(self <= 0)
        guard self > -700 else { return 0 }
        let twos = (self / Double.naturalLogarithmOf2).rounded()
        let rest = self - twos * Double.naturalLogarithmOf2
        var sum = 1.0
        var divisor = 14.0
        while divisor > 0 {
            sum = 1 + sum * rest / divisor
            divisor -= 1
        }
        return sum * Double(sign: .plus, exponent: Int(twos), significand: 1)
    }

    private static let naturalLogarithmOf2 = 0.693_147_180_559_945_3
}
