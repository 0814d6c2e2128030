import Foundation
import Glibc

/// HAProxy or nginx, run for one run of the suite with a configuration of its own.
final class PeerProxy {
    let port: UInt16
    private let folder: URL
    private var process: pid_t = 0

    init(_ name: String, upstream: UInt16) throws {
        // Free a moment ago, which has to do: neither can be told to take any port and say which.
        port = try WireListener().port
        folder = URL.temporaryDirectory.appending(path: "conformance-\(name)-\(port)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "\(name).conf").path
        let (text, arguments) = try PeerProxy.launch(name, port, upstream, folder.path, file)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let status = posix_spawnp(&process, arguments[0], nil, nil, &words, environ)
        guard status == 0 else {
            throw Subject.Failure(description: "\(name) does not start: error \(status)")
        }
    }

    private static func launch(
        _ name: String, _ port: UInt16, _ upstream: UInt16, _ folder: String, _ file: String
    ) throws -> (text: String, arguments: [String]) {
        switch name {
        case "haproxy":
            (
                """
                defaults
                    mode http
                    timeout connect 5s
                    timeout client 5s
                    timeout server 5s
                    option forwardfor
                frontend front
                    bind 127.0.0.1:\(port)
                    default_backend back
                backend back
                    server upstream 127.0.0.1:\(upstream)

                """, ["/usr/sbin/haproxy", "-db", "-q", "-f", file]
            )
        case "nginx":
            (
                """
                daemon off;
                master_process off;
                pid \(folder)/pid;
                error_log /dev/null;
                events {}
                http {
                    access_log off;
                    client_body_temp_path \(folder)/body;
                    proxy_temp_path \(folder)/proxy;
                    server {
                        listen 127.0.0.1:\(port);
                        location / {
                            proxy_pass http://127.0.0.1:\(upstream);
                            proxy_http_version 1.1;
                            proxy_set_header Connection "";
                            proxy_set_header Host $host;
                            proxy_request_buffering off;
                            proxy_buffering off;
                        }
                    }
                }

                """, ["/usr/sbin/nginx", "-p", folder, "-c", file]
            )
        default:
            throw Subject.Failure(
                description: "TEAL_CONFORMANCE_PEER is '\(name)'; it must be haproxy or nginx")
        }
    }

    func waitUntilListening() throws {
        let deadline = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < deadline {
            if (try? Wire(connectedTo: port)) != nil { return }
            poll(nil, 0, 20)
        }
        throw Subject.Failure(description: "the proxy does not listen on port \(port)")
    }

    func end() {
        // Neither has anything to save, and nginx on its own does not heed SIGTERM.
        kill(process, SIGKILL)
        var status: CInt = 0
        waitpid(process, &status, 0)
        try? FileManager.default.removeItem(at: folder)
    }
}
