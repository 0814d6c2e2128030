"""Memory over a long time: load and configuration changes without end must leave no trace."""

import argparse
import sys
import time
from pathlib import Path

import load
import meter
import peer
from report import Row
from scenario import SMALL_HEAD, Scenario
from server import Server

RUN_SECONDS = 5
GROWTH_BUDGET = 4 << 20
"""Bytes that memory may grow by after the first tenth: an allocator's whims, no leak."""


def rows(
    program: Path, target: str, port: int, folder: Path, arguments: argparse.Namespace
) -> list[Row]:
    """Serves under load until all changes are made and the minutes are over."""
    flags = ("--workers", "1", "--changes", str(arguments.changes))
    with peer.teal(program, target, folder, *flags).serve(port) as server:
        sizes, errors = watch(server, arguments.minutes * 60)
        descriptors = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
    settled = sizes[len(sizes) // 10 :]
    growth = max(settled[-1] - settled[0], 0)
    name = f"soak, {arguments.changes:,} changes"
    return [
        Row(name, "bytes grown", {"Teal": [growth]}, GROWTH_BUDGET),
        Row(name, "bytes at the end", {"Teal": [settled[-1]]}),
        Row(name, "descriptors at the end", {"Teal": [descriptors]}),
        Row(name, "errors", {"Teal": [errors]}, 0),
    ]


def watch(server: Server, seconds: float) -> tuple[list[int], int]:
    """Resident bytes after each piece of load, and the errors of all of them."""
    kept = Scenario("", 64, SMALL_HEAD)
    new = Scenario("", 16, SMALL_HEAD | {"Connection": "close"})
    started = time.monotonic()
    sizes: list[int] = []
    errors = 0
    while time.monotonic() - started < seconds or "changed" not in server.said():
        for scenario in (kept, new):
            errors += load.run(scenario, server.port, RUN_SECONDS).errors
        sizes.append(meter.resident_bytes(server.pid))
        print(f"bench: soak: {sizes[-1]:,} bytes", file=sys.stderr, flush=True)
    return sizes, errors
