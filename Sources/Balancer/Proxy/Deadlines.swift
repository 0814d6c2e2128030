/// When an element's time is up, and its neighbours in the queue of its duration.
struct Timing<Element> {
    var next: Ref<Element>?
    var previous: Ref<Element>?
    /// Steady milliseconds.
    var due: Int64 = 0
    /// One more than the queue's index; 0 is none.
    var queue: UInt16 = 0
}

protocol Timed {
    var timing: Timing<Self> { get set }
}

/// Timeouts as first-in-first-out queues, one for each duration: all that wait equally long are
/// due in the order in which they began. Setting one costs a few stores, and no timer.
final class Deadlines<Element: Timed> {
    private struct Queue {
        let milliseconds: Int64
        var first: Ref<Element>?
        var last: Ref<Element>?
    }

    /// Durations told apart; more of them share the last queue. A listener and a target group
    /// have one each, and nearly all have the same.
    private static var queuesMax: Int { 256 }

    private let queues = UnsafeMutablePointer<Queue>.allocate(capacity: Deadlines.queuesMax)
    private var count = 0

    deinit {
        queues.deallocate()
    }

    /// The queue of a duration, to be looked up when a configuration comes in.
    func queue(milliseconds: Int) -> UInt16 {
        for index in 0..<count where queues[index].milliseconds == Int64(milliseconds) {
            return UInt16(index + 1)
        }
        guard count < Self.queuesMax else { return UInt16(count) }
        (queues + count).initialize(to: Queue(milliseconds: Int64(milliseconds)))
        count += 1
        return UInt16(count)
    }

    /// Due the queue's duration from `now`, instead of whatever was set.
    func set(_ element: Ref<Element>, _ queue: UInt16, now: Int64) {
        clear(element)
        let index = Int(queue) &- 1
        let last = queues[index].last
        element.pointee.timing = Timing(
            next: nil, previous: last, due: now &+ queues[index].milliseconds, queue: queue)
        if let last { last.pointee.timing.next = element } else { queues[index].first = element }
        queues[index].last = element
    }

    func clear(_ element: Ref<Element>) {
        let timing = element.pointee.timing
        guard timing.queue != 0 else { return }
        let index = Int(timing.queue) &- 1
        if let next = timing.next {
            next.pointee.timing.previous = timing.previous
        } else {
            queues[index].last = timing.previous
        }
        if let previous = timing.previous {
            previous.pointee.timing.next = timing.next
        } else {
            queues[index].first = timing.next
        }
        element.pointee.timing = Timing()
    }

    /// Hands out all that are due, each cleared before.
    func expire(now: Int64, _ body: (Ref<Element>) -> Void) {
        for index in 0..<count {
            while let element = queues[index].first, element.pointee.timing.due <= now {
                clear(element)
                body(element)
            }
        }
    }
}
