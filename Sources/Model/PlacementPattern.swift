/// A small regular expression that takes linear time: characters, `.`, `*`, `+`, `?`, `|` between
/// whole alternatives, and `\` before what shall mean itself. It matches whole texts.
package struct PlacementPattern: Hashable, Sendable {
    private struct Atom: Hashable {
        /// `nil` for any character.
        let character: Character?
        var mayRepeat = false
        var mayBeAbsent = false

        func accepts(_ other: Character) -> Bool { character == nil || character == other }
    }

    package static let charactersMax = 200
    private static let reserved: Set<Character> = ["(", ")", "[", "]", "{", "}", "^", "$"]

    private let alternatives: [[Atom]]

    /// `nil` for a text that is none.
    package init?(_ text: String) {
        guard text.count <= PlacementPattern.charactersMax else { return nil }
        var alternatives: [[Atom]] = [[]]
        var isEscaped = false
        for character in text {
            let last = alternatives.count - 1
            if isEscaped {
                alternatives[last].append(Atom(character: character))
                isEscaped = false
                continue
            }
            switch character {
            case "\\": isEscaped = true
            case "|": alternatives.append([])
            case ".": alternatives[last].append(Atom(character: nil))
            case "*", "+", "?":
                guard var atom = alternatives[last].popLast(), !atom.mayRepeat, !atom.mayBeAbsent
                else { return nil }
                atom.mayRepeat = character != "?"
                atom.mayBeAbsent = character != "+"
                alternatives[last].append(atom)
            default:
                guard !PlacementPattern.reserved.contains(character) else { return nil }
                alternatives[last].append(Atom(character: character))
            }
        }
        guard !isEscaped else { return nil }
        self.alternatives = alternatives
    }

    package func matches(_ text: String) -> Bool {
        alternatives.contains { PlacementPattern.matches(text, $0) }
    }

    /// Follows all places in the pattern at once: place `n` has `n` atoms behind it.
    private static func matches(_ text: String, _ atoms: [Atom]) -> Bool {
        var places = Set([0])
        skip(&places, atoms)
        for character in text {
            var next: Set<Int> = []
            for place in places {
                if place < atoms.count, atoms[place].accepts(character) { next.insert(place + 1) }
                if place > 0, atoms[place - 1].mayRepeat, atoms[place - 1].accepts(character) {
                    next.insert(place)
                }
            }
            skip(&next, atoms)
            places = next
        }
        return places.contains(atoms.count)
    }

    private static func skip(_ places: inout Set<Int>, _ atoms: [Atom]) {
        for place in atoms.indices where places.contains(place) && atoms[place].mayBeAbsent {
            places.insert(place + 1)
        }
    }
}
