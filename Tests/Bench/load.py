"""Load by wrk, with what it reports."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scenario import Scenario

MICROSECONDS = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 60e6}


@dataclass(frozen=True)
class Load:
    """One run's outcome; latencies in microseconds."""

    requests: int
    requests_per_second: float
    p50: float
    p99: float
    errors: int


def run(scenario: Scenario, port: int, seconds: int, threads: int = 1) -> Load:
    command = ["wrk", "--latency", "-t", str(threads), "-c", str(scenario.connections)]
    command += ["-d", f"{seconds}s"]
    for name, value in scenario.head.items():
        command += ["-H", f"{name}: {value}"]
    if scenario.script is not None:
        command += ["-s", str(Path(__file__).parent / scenario.script)]
    command.append(f"http://127.0.0.1:{port}{scenario.path}")
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, timeout=seconds + 30
    )
    return parse(done.stdout)


def parse(report: str) -> Load:
    """Reads wrk's report."""
    number = re.compile(r"(\d+) requests in ")
    rate = re.compile(r"Requests/sec: +([\d.]+)")
    broken = re.compile(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")
    refused = re.compile(r"Non-2xx or 3xx responses: (\d+)")
    errors = [int(text) for match in broken.findall(report) for text in match]
    errors += [int(text) for text in refused.findall(report)]
    return Load(
        requests=int(_only(number, report)),
        requests_per_second=float(_only(rate, report)),
        p50=_percentile("50%", report),
        p99=_percentile("99%", report),
        errors=sum(errors),
    )


def _percentile(which: str, report: str) -> float:
    match = re.search(rf"{which} +([\d.]+)(us|ms|s|m)\b", report)
    if match is None:
        raise RuntimeError(f"wrk reported no {which} latency:\n{report}")
    return float(match[1]) * MICROSECONDS[match[2]]


def _only(pattern: re.Pattern[str], report: str) -> str:
    match = pattern.search(report)
    if match is None:
        raise RuntimeError(f"wrk reported no {pattern.pattern!r}:\n{report}")
    return match[1]
