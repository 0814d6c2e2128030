/// Pieces of memory that nobody uses, one linked to the next through itself.
///
/// Held by pointer: what a class holds as a property is checked for exclusive access each time.
struct FreeList {
    private var top: UnsafeMutableRawPointer?
    private(set) var count = 0

    mutating func push(_ piece: UnsafeMutableRawPointer) {
        piece.storeBytes(of: top, as: UnsafeMutableRawPointer?.self)
        top = piece
        count &+= 1
    }

    mutating func pop() -> UnsafeMutableRawPointer? {
        guard let piece = top else { return nil }
        top = piece.load(as: UnsafeMutableRawPointer?.self)
        count &-= 1
        return piece
    }

    static func make() -> Ref<FreeList> {
        let list = Ref<FreeList>.allocate(capacity: 1)
        list.initialize(to: FreeList())
        return list
    }

    /// Gives all of it back, and the list itself.
    static func destroy(_ list: Ref<FreeList>) {
        while let piece = list.pointee.pop() { piece.deallocate() }
        list.deallocate()
    }
}
