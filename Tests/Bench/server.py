"""A server process on a loopback port, ended by its process id whatever happens."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from client import Client
from scenario import SMALL_HEAD

START_SECONDS = 30
STOP_SECONDS = 10


def answers_http(port: int) -> bool:
    """Whether a request gets a 200; raises while nobody listens."""
    with Client(port, SMALL_HEAD) as client:
        client.connect(1)
    return True


class Server:
    """Runs `command` for the length of a `with` block, which begins when `is_serving` is true."""

    def __init__(
        self,
        name: str,
        command: list[str],
        port: int,
        folder: Path,
        is_serving: Callable[[int], bool] = answers_http,
        start_seconds: int = START_SECONDS,
    ):
        self.name = name
        self.command = command
        self.port = port
        self.is_serving = is_serving
        self.start_seconds = start_seconds
        self.log = folder / f"{name}-{port}.log"

    def __enter__(self) -> "Server":
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            self._wait_until_serving()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        return self.process.pid

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        """Ends the process, gently first; returns when it is gone."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait_until_serving(self) -> None:
        deadline = time.monotonic() + self.start_seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.is_serving(self.port):
                    return
            except (OSError, RuntimeError):
                pass
            time.sleep(0.02)
        raise RuntimeError(f"{self.name} does not serve on {self.port}: {self._last_words()}")

    def _last_words(self) -> str:
        return self.said().strip()[-400:] or "it said nothing"


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
