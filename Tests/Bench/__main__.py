"""Measures Teal's balancer beside HAProxy, nginx and a floor, and its name server beside NSD and
Knot; prints a table of each, writes bench.json.

Everything runs on loopback ports 25000-25999, in turn so that noise is shared, and is ended by
process id. The counts of instructions and system calls are exact; times are medians of rounds.
"""

import argparse
import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import discovery
import load
import meter
import peer
import report
import soak
from peer import Peer
from report import Row
from scenario import BROWSER_HEAD, SCENARIOS, SMALL_HEAD, Scenario
from server import Server, say

UPSTREAM_PORT = 25_000
TARGET = f"127.0.0.1:{UPSTREAM_PORT}"
WARM_UP_SECONDS = 1
RUN_SECONDS_MAX = 900
SOAK_SECONDS_MAX = 3_600
WORKERS_CORES_MIN = 4
NAMESERVER_PORT = 25_500
PARTS = ["timed", "counted", "workers", "names", "soak"]
INSTRUCTIONS_BUDGET = 6_000
SYSCALLS_BUDGET = 4.2
IDLE_BYTES_BUDGET = 400


def main() -> int:
    arguments = parse_arguments()
    limit_run(SOAK_SECONDS_MAX if "soak" in arguments.only else RUN_SECONDS_MAX)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="teal-bench-")))
        stack.enter_context(upstream(folder))
        peers = installed_peers(arguments.teal, folder)
        rows: list[Row] = []
        if "soak" in arguments.only:
            rows += soak.rows(arguments.teal, TARGET, UPSTREAM_PORT + 1, folder, arguments)
        if "timed" in arguments.only:
            chosen = [each for each in SCENARIOS if arguments.scenario in each.name]
            rows += timed_rows(peers, chosen, arguments.rounds, arguments.seconds)
        if "counted" in arguments.only:
            rows += counted_rows(peers)
        if "workers" in arguments.only:
            rows += workers_rows(arguments, folder)
        tables = [report.Table(rows, {each.name: each.version for each in peers})]
        if "names" in arguments.only:
            tables.append(names_table(arguments, folder))
    tables = [table for table in tables if table.rows]
    report.write(tables, arguments.json)
    print("\n\n".join(table.text for table in tables))
    print(f"written to {arguments.json}")
    return 1 if any(row.is_over_budget for table in tables for row in table.rows) else 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS='…'", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="timed rounds (3)")
    parser.add_argument("--seconds", type=int, default=2, help="seconds a timed run (2)")
    parser.add_argument("--scenario", default="", help="timed runs whose name holds this text")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS[:4], help="parts (all but the soak)"
    )
    parser.add_argument("--changes", type=int, default=100_000, help="of a soak (100000)")
    parser.add_argument("--minutes", type=float, default=2, help="of a soak at least (2)")
    parser.add_argument("--teal", type=Path, default=Path(".build/release/proxy-bench"))
    parser.add_argument("--nameserver", type=Path, default=Path(".build/release/nameserver-bench"))
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    return parser.parse_args()


def limit_run(seconds: int) -> None:
    """Ends the run in time, and by `with` blocks when it is told to end."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def end(number: int, _) -> None:
        sys.exit(f"bench: ended by {signal.Signals(number).name}")

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)


def upstream(folder: Path) -> Server:
    program = peer.compiled("upstream.c", folder)
    return Server("upstream", [str(program), str(UPSTREAM_PORT)], UPSTREAM_PORT, folder)


def installed_peers(program: Path, folder: Path) -> list[Peer]:
    peers = [peer.haproxy(TARGET, folder), peer.nginx(TARGET, folder), peer.floor(TARGET, folder)]
    if not program.exists():
        say(f"{program} is not built, so only its peers are measured")
        return peers
    return [peer.teal(program, TARGET, folder), *peers]


def timed_rows(
    peers: list[Peer], scenarios: list[Scenario], rounds: int, seconds: int
) -> list[Row]:
    """Runs under load, the peers in turn and each round in another order."""
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(each.serve(UPSTREAM_PORT + 1 + index))
            for index, each in enumerate(peers)
        ]
        rows: list[Row] = []
        for scenario in scenarios:
            say(scenario.name)
            runs = empty_rows(scenario)
            able = [each for each in servers if scenario.has_floor or each.name != peer.FLOOR]
            for server in able:
                load.run(scenario, server.port, WARM_UP_SECONDS)
            for turn in range(rounds):
                for index in range(len(able)):
                    time_one(scenario, able[(turn + index) % len(able)], seconds, runs)
            rows += runs.values()
        return rows


def empty_rows(scenario: Scenario) -> dict[str, Row]:
    measures = ["CPU µs per request", "requests per second", "p50 µs", "p99 µs", "errors"]
    return {measure: Row(scenario.name, measure, {}) for measure in measures}


def time_one(scenario: Scenario, server: Server, seconds: int, rows: dict[str, Row]) -> None:
    before = meter.cpu_seconds(server.pid)
    outcome = load.run(scenario, server.port, seconds)
    used = meter.cpu_seconds(server.pid) - before
    values = {
        "CPU µs per request": used * 1e6 / max(outcome.requests, 1),
        "requests per second": outcome.requests_per_second,
        "p50 µs": outcome.p50,
        "p99 µs": outcome.p99,
        "errors": outcome.errors,
    }
    for measure, value in values.items():
        rows[measure].samples.setdefault(server.name, []).append(value)


def counted_rows(peers: list[Peer]) -> list[Row]:
    """What is counted on a known number of requests."""
    rows: list[Row] = []
    heads = {"small heads": SMALL_HEAD, "browser heads": BROWSER_HEAD}
    ports = iter(range(UPSTREAM_PORT + 100, UPSTREAM_PORT + 1_000))

    def count(measure: str, budget: float, read: Callable[[Peer, int], float]) -> None:
        say(measure)
        row = Row("counted, keep-alive", measure, {}, budget)
        for each in peers:
            try:
                row.samples[each.name] = [read(each, next(ports))]
            except meter.Unmeasured as reason:
                say(f"not measured for {each.name}: {reason}")
        rows.append(row)

    for name, head in heads.items():
        count(
            f"instructions, {name}",
            INSTRUCTIONS_BUDGET,
            lambda each, port: meter.instructions(each, port, head),
        )
        count(
            f"system calls, {name}",
            SYSCALLS_BUDGET,
            lambda each, port: meter.syscalls(each, port, head),
        )
    count("bytes per idle connection", IDLE_BYTES_BUDGET, meter.idle_bytes)
    return rows


def workers_rows(arguments: argparse.Namespace, folder: Path) -> list[Row]:
    """Two workers beside one, where there are cores for them, the load and the upstream."""
    cores = os.cpu_count() or 1
    if cores < WORKERS_CORES_MIN or not arguments.teal.exists():
        say(f"two workers: not measured with {cores} cores")
        return []
    row = Row("two workers beside one", "requests per second", {"Teal": []})
    load_of = Scenario("", 64, SMALL_HEAD)
    with contextlib.ExitStack() as stack:
        servers = []
        for index, count in enumerate(("1", "2")):
            room = folder / f"workers-{count}"
            room.mkdir()
            each = peer.teal(arguments.teal, TARGET, room, "--workers", count)
            servers.append(stack.enter_context(each.serve(UPSTREAM_PORT + 50 + index)))
        for _ in range(arguments.rounds):
            one, two = (load.run(load_of, each.port, arguments.seconds, 2) for each in servers)
            row.samples["Teal"].append(two.requests_per_second / one.requests_per_second)
    return [row]


def names_table(arguments: argparse.Namespace, folder: Path) -> report.Table:
    peers = discovery.installed(arguments.nameserver, folder)
    rows = discovery.rows(peers, NAMESERVER_PORT, folder, arguments)
    return report.Table(rows, {each.name: each.version for each in peers})


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        sys.exit(f"bench: {error}")
