"""Teal's name server beside NSD and Knot: dnsperf asks each the same questions in turn."""

import argparse
import contextlib
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import meter
import nameserver
from nameserver import NameServer
from report import Row
from server import Server, say

NAMES = (1_000, 100_000)
CHANGES = 200
OUTSTANDING = 100
PACED_PER_SECOND = 1_000
WARM_UP_SECONDS = 1
CHANGE_SECONDS = 120


@dataclass(frozen=True)
class Asked:
    """One run's outcome; latencies in microseconds, sorted."""

    completed: int
    lost: int
    per_second: float
    codes: frozenset[str]
    latencies: list[float]


def installed(program: Path, folder: Path) -> list[NameServer]:
    peers = [nameserver.nsd(folder), nameserver.knot(folder)]
    if not program.exists():
        say(f"{program} is not built, so only its peers are measured")
        return peers
    return [nameserver.teal(program, folder), *peers]


def rows(
    peers: list[NameServer], port: int, folder: Path, arguments: argparse.Namespace
) -> list[Row]:
    found: list[Row] = []
    for index, names in enumerate(NAMES):
        say(f"{names:,} names")
        queries = nameserver.query_file(folder, names)
        with contextlib.ExitStack() as stack:
            servers = [
                stack.enter_context(peer.serve(port + 10 * index + place, names))
                for place, peer in enumerate(peers)
            ]
            found += timed_rows(f"{names:,} names", servers, queries, arguments)
    if peers[0].name == "Teal":
        for index, names in enumerate(NAMES):
            found += change_rows(arguments.nameserver, port + 100 + index, folder, names)
    return found


def timed_rows(
    scenario: str, servers: list[Server], queries: Path, arguments: argparse.Namespace
) -> list[Row]:
    measures = ["CPU µs per query", "queries per second", "p50 µs, paced", "p99 µs, paced"]
    measures += ["lost", "resident MB"]
    found = {measure: Row(scenario, measure, {}) for measure in measures}
    for server in servers:
        ask(server, queries, WARM_UP_SECONDS)
    for turn in range(arguments.rounds):
        codes = set()
        for place in range(len(servers)):
            server = servers[(turn + place) % len(servers)]
            codes.add(time_one(server, queries, arguments.seconds, found))
        if len(codes) > 1:
            raise RuntimeError(f"the servers differ in their answers: {codes}")
    return list(found.values())


def time_one(
    server: Server, queries: Path, seconds: int, found: dict[str, Row]
) -> frozenset[str]:
    """One round: as many queries as it can take, then some at a pace; returns the codes."""
    before = meter.tree_cpu_seconds(server.pid)
    most = ask(server, queries, seconds)
    used = meter.tree_cpu_seconds(server.pid) - before
    paced = ask(server, queries, seconds, paced=True)
    values = {
        "CPU µs per query": used * 1e6 / max(most.completed, 1),
        "queries per second": most.per_second,
        "p50 µs, paced": paced.latencies[len(paced.latencies) // 2],
        "p99 µs, paced": paced.latencies[len(paced.latencies) * 99 // 100],
        "lost": most.lost + paced.lost,
        "resident MB": meter.tree_resident_bytes(server.pid) / 1e6,
    }
    for measure, value in values.items():
        found[measure].samples.setdefault(server.name, []).append(value)
    return most.codes


def ask(server: Server, queries: Path, seconds: int, paced: bool = False) -> Asked:
    command = ["dnsperf", "-s", "127.0.0.1", "-p", str(server.port), "-d", str(queries)]
    command += ["-l", str(seconds), "-q", str(OUTSTANDING), "-e"]
    if paced:
        command += ["-Q", str(PACED_PER_SECOND), "-v"]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, timeout=seconds + 30
    )
    return parse(done.stdout)


def parse(said: str) -> Asked:
    """Reads dnsperf's report, and with `-v` its line for each answer."""
    latencies = re.findall(r"^> [A-Z]+ \S+ \S+ ([\d.]+)$", said, re.M)
    shares = re.search(r"Response codes: +(.*)", said)
    return Asked(
        completed=int(_only(r"Queries completed: +(\d+)", said)),
        lost=int(_only(r"Queries lost: +(\d+)", said)),
        per_second=float(_only(r"Queries per second: +([\d.]+)", said)),
        codes=frozenset(re.findall(r"[A-Z]{2,}", shares[1] if shares else "")),
        latencies=sorted(float(text) * 1e6 for text in latencies),
    )


def _only(pattern: str, said: str) -> str:
    match = re.search(pattern, said)
    if match is None:
        raise RuntimeError(f"dnsperf reported no {pattern!r}:\n{said}")
    return match[1]


def change_rows(program: Path, port: int, folder: Path, names: int) -> list[Row]:
    """From a commit by one process' store to the first answer that shows it."""
    say(f"changes among {names:,} names")
    peer = nameserver.teal(program, folder, "--changes", str(CHANGES))
    with peer.serve(port, names) as server:
        deadline = time.monotonic() + CHANGE_SECONDS
        while "changed" not in server.said() and time.monotonic() < deadline:
            time.sleep(0.1)
        match = re.search(r"changed \d+ p50 (\d+) p99 (\d+)", server.said())
    if match is None:
        raise RuntimeError(f"the changes did not end: {server.said()}")
    scenario = f"from a change's commit to its answer, {names:,} names"
    return [
        Row(scenario, f"p{rank} µs", {"Teal": [float(value)]})
        for rank, value in zip((50, 99), match.groups())
    ]
