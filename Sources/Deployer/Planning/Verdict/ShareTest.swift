/// Whether green has more than its share of the bad requests, whenever one looks.
///
/// It is told counts per interval, in which the share of traffic did not change. Given the requests
/// that each side got and how many of all went wrong, a green that is as good as blue gets its part
/// of the bad ones by lot (a hypergeometric draw): neither their order nor the rate at which they
/// come matters, so a storm that hits both sides, or traffic that ebbs, proves nothing. For each of
/// some ratios r the evidence is multiplied by the likelihood of that part under "green's odds to
/// go wrong are r (1 + d) times blue's" over that under "1 + d times", each error being green's
/// with probability A / (1 + A), A = r (1 + d) green / blue. Draws without replacement vary less
/// than those with it (Hoeffding 1963), so under the null the factor's mean is at most 1, whatever
/// came before: the mean E over the ratios is a supermartingale, and that it ever reaches 1/a has a
/// probability of at most a (Ville). Both errors and slow requests are judged this way; against a
/// frozen quantile of blue's alone, an hour in which everything is slower would count against
/// green.
package struct ShareTest: Hashable, Sendable {
    /// How much worse than blue, as a factor less 1, is no reason to go back.
    static let tolerance = 0.25
    /// How many times worse than that green may be: one bet on each.
    static let ratios = [1.5, 2, 3, 5, 10, 30]

    /// The natural logarithm of the evidence for each ratio.
    package private(set) var logarithms: [Double]

    /// Goes on from `logarithms`; with none, or with those of another set of ratios, it starts
    /// again, which is always valid.
    package init(logarithms: [Double] = []) {
        let isWhole =
            logarithms.count == ShareTest.ratios.count && logarithms.allSatisfy(\.isFinite)
        self.logarithms =
            isWhole ? logarithms : Array(repeating: 0, count: ShareTest.ratios.count)
    }

    /// Takes one interval in: how many requests each side got, and how many of them were bad.
    package mutating func observe(
        blue: Int, blueBad: Int, green: Int, greenBad: Int
    ) {
        guard blue > 0, green > 0, blueBad + greenBad > 0, blueBad >= 0, greenBad >= 0 else {
            return
        }
        let odds = Double(green) / Double(blue) * (1 + ShareTest.tolerance)
        let all = Double(blueBad + greenBad)
        for (index, ratio) in ShareTest.ratios.enumerated() {
            logarithms[index] +=
                Double(greenBad) * ratio.naturalLogarithm
                + all * ((1 + odds) / (1 + ratio * odds)).naturalLogarithm
        }
    }

    /// ln E: how strongly all until now speaks against green; 0 is "not at all".
    package var evidence: Double {
        let greatest = logarithms.max() ?? 0
        let sum = logarithms.reduce(0) { $0 + ($1 - greatest).exponential }
        return greatest + (sum / Double(logarithms.count)).naturalLogarithm
    }

    /// E itself, at most a million.
    package var odds: Double {
        let evidence = min(evidence, 1e6.naturalLogarithm)
        return evidence > 0 ? 1 / (-evidence).exponential : evidence.exponential
    }
}
