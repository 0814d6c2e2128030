/// What is to happen and when: a heap, first by time and then in the order of asking.
struct Agenda {
    private struct Entry {
        let due: Int64
        let order: UInt64
        let action: () -> Void

        func comes(before other: Entry) -> Bool {
            (due, order) < (other.due, other.order)
        }
    }

    private var heap: [Entry] = []
    private var lastOrder: UInt64 = 0

    mutating func add(at due: Int64, _ action: @escaping () -> Void) {
        lastOrder += 1
        heap.append(Entry(due: due, order: lastOrder, action: action))
        rise(from: heap.count - 1)
    }

    var nextDue: Int64? { heap.first?.due }

    mutating func next() -> (() -> Void)? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last.action }
        heap[0] = last
        sink()
        return first.action
    }

    mutating func removeAll() {
        heap = []
    }

    private mutating func rise(from start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].comes(before: heap[parent]) else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func sink() {
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && heap[child].comes(before: heap[least]) {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
