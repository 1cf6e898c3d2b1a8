import Foundation

/// A web server on this machine that serves a directory well or badly: `/BEHAVIOUR/NAME`.
final class MirrorServer: @unchecked Sendable {
  static let canRun: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", "import http.server"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  private let process = Process()
  private let input = Pipe()
  private let logPath: String
  private let port: Int

  init(serving directory: TemporaryDirectory) throws {
    logPath = directory.file("requests.log")
    try Data().write(to: URL(fileURLWithPath: logPath))
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.program, directory.path, logPath]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  /// The program ends when its standard input does, also when the tests crash.
  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  func mirror(_ behaviour: String) -> String { "http://127.0.0.1:\(port)/\(behaviour)/" }

  /// One line a request so far: path, and the range asked for.
  var requests: [String] {
    get throws {
      try String(contentsOfFile: logPath, encoding: .utf8).split(separator: "\n").map(String.init)
    }
  }

  private static let program = #"""
    import collections, http.server, os, sys, threading, time
    root, log_path = sys.argv[1:3]
    seen = collections.Counter()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_): pass

        def do_GET(self):
            asked = self.headers.get("Range", "")
            with open(log_path, "a") as log: log.write((self.path + " " + asked).strip() + "\n")
            seen[self.path] += 1
            first = seen[self.path] == 1
            _, behaviour, name = self.path.split("/", 2)
            self.close_connection = True
            if behaviour == "missing": return self.status(404)
            if behaviour == "busy" or behaviour == "busy-once" and first: return self.status(503)
            if behaviour == "silent": return time.sleep(60)
            body = open(os.path.join(root, name), "rb").read()
            if behaviour == "page": body = b"<html>Please log in to the wireless network</html>"
            if behaviour == "corrupt" or behaviour == "corrupt-once" and first:
                middle = len(body) // 2
                body = body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1:]
            if behaviour == "plain": body = open(os.path.join(root, name[:-3]), "rb").read()
            if behaviour == "endless":
                self.send_response(200); self.end_headers()
                try:
                    while True: self.wfile.write(body)
                except OSError: return
            start = int(asked[6:-1]) if asked and behaviour not in ("no-range", "page") else 0
            if start and start >= len(body): return self.status(416)
            if behaviour == "other-range" and start: start = 7
            self.send_response(206 if start else 200)
            if start: self.send_header("Content-Range", "bytes %d-%d/%d" % (start, len(body) - 1, len(body)))
            if behaviour != "unsized": self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            end = len(body)
            if behaviour == "cut" or behaviour in ("no-range", "unsized", "other-range") and first:
                end = min(end, start + len(body) // 3)
            if behaviour == "stall" and first:
                self.wfile.write(body[start:len(body) // 2]); self.wfile.flush(); return time.sleep(60)
            self.wfile.write(body[start:end])

        def status(self, code):
            self.send_response(code); self.send_header("Content-Length", "0"); self.end_headers()

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        def handle_error(self, *_): pass

    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    os._exit(0)
    """#
}
