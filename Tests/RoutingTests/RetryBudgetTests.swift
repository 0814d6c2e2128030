import Routing
import Testing

/// How many of `tries` the budget lets through.
private func taken(_ tries: Int, from budget: inout RetryBudget) -> Int {
    var count = 0
    for _ in 0..<tries where budget.take() { count += 1 }
    return count
}

@Test func aBudgetIsAShareOfTheRecentRequestsButNeverLessThanItsMinimum() {
    var budget = RetryBudget(percentage: 20, minimum: 3)
    #expect(taken(9, from: &budget) == 3)
    for _ in 0..<1000 { budget.note() }
    #expect(taken(300, from: &budget) == 197)
    // The window before this one counts still, the one before that no more.
    budget.turn()
    #expect(taken(1, from: &budget) == 0)
    budget.turn()
    #expect(taken(10, from: &budget) == 3)
}

@Test func aBudgetOfNothingLetsNothingBeSentAgain() {
    var budget = RetryBudget(percentage: 0, minimum: 0)
    for _ in 0..<1000 { budget.note() }
    #expect(taken(1, from: &budget) == 0)
    budget.change(percentage: 100, minimum: 0)
    #expect(taken(2000, from: &budget) == 1000)
}
