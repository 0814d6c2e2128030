import ArgumentParser
import Foundation
import Logging
import SQLiteStore
import Store

/// What each of the three roles takes.
struct RoleOptions: ParsableArguments {
    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("Where all state lives (or TEAL_DATA).", valueName: "dir"))
    var dataFolder: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "notice"

    var folder: DataFolder { DataFolder(option: dataFolder) }

    /// A logger to standard error; whoever starts a role says where that goes.
    func logger(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .notice
        return logger
    }

    func openStore() throws -> any Store {
        try folder.create()
        return try SQLiteStore.open(at: folder.store)
    }
}
