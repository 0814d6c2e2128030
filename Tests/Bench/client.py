"""A client that makes an exact number of requests, for what is counted and not timed."""

import contextlib
import socket

BODY_BYTES = 1024
ANSWER_SECONDS = 60


class Client:
    """Keep-alive connections to one proxy, all asking in step."""

    def __init__(self, port: int, head: dict[str, str]):
        self.port = port
        fields = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        self.request = f"GET / HTTP/1.1\r\n{fields}\r\n".encode()
        self.connections: list[socket.socket] = []

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        with contextlib.ExitStack() as stack:
            for connection in self.connections:
                stack.callback(connection.close)

    def connect(self, count: int) -> None:
        """Opens more connections, each of which has one request answered."""
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", self.port), ANSWER_SECONDS)
            self.connections.append(connection)
            connection.sendall(self.request)
            read_answer(connection)

    def ask(self, rounds: int) -> int:
        """One request on every connection, so many times over; the number of requests."""
        for _ in range(rounds):
            for connection in self.connections:
                connection.sendall(self.request)
            for connection in self.connections:
                read_answer(connection)
        return rounds * len(self.connections)


def read_answer(connection: socket.socket) -> None:
    """Reads one whole answer; anything but a 200 with the upstream's body is an error."""
    answer = b""
    while True:
        piece = connection.recv(65536)
        if not piece:
            raise RuntimeError(f"the connection ended within an answer: {answer[:200]!r}")
        answer += piece
        head, found, body = answer.partition(b"\r\n\r\n")
        if found and len(body) >= BODY_BYTES:
            break
    if not head.startswith(b"HTTP/1.1 200 ") or body != b"x" * BODY_BYTES:
        raise RuntimeError(f"not the upstream's answer: {answer[:200]!r}")
