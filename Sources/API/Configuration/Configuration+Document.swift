import FoundationEssentials
package import Model

extension Configuration {
    /// Reads a document strictly: a key that nothing knows is an error, so that a slip of the
    /// finger is not a silent default.
    package init(document: JSON) throws(FieldError) {
        do {
            let decoded = try JSONDecoder().decode(
                Configuration.self, from: try JSONEncoder().encode(document))
            let understood = try JSONDecoder().decode(
                JSON.self, from: try JSONEncoder().encode(decoded))
            if let stray = document.firstField(missingIn: understood, at: "") {
                throw FieldError(stray, "is not a setting that Teal knows")
            }
            self = decoded
        } catch let error as FieldError {
            throw error
        } catch let error as DecodingError {
            throw FieldError(error)
        } catch {
            throw FieldError("", "cannot be read: \(error)")
        }
    }
}

extension JSON {
    /// The path of the first field here, in the order of names, that `other` does not have.
    fileprivate func firstField(missingIn other: JSON, at path: String) -> String? {
        switch (self, other) {
        case (.object(let mine), .object(let theirs)):
            for (name, value) in mine.sorted(by: { $0.key < $1.key }) where value != .null {
                let field = path.isEmpty ? name : "\(path).\(name)"
                guard let counterpart = theirs[name] else { return field }
                if let stray = value.firstField(missingIn: counterpart, at: field) { return stray }
            }
        case (.array(let mine), .array(let theirs)):
            for (index, pair) in zip(mine, theirs).enumerated() {
                if let stray = pair.0.firstField(missingIn: pair.1, at: "\(path)[\(index)]") {
                    return stray
                }
            }
        default: break
        }
        return nil
    }
}
