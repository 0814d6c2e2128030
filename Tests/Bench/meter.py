"""What the kernel, strace and callgrind know of a proxy's work."""

import os
import re
import signal
import subprocess
from pathlib import Path

from client import Client
from peer import Peer
from scenario import SMALL_HEAD

CONNECTIONS = 64
SYSCALL_ROUNDS = 100
CALLGRIND_ROUNDS = 40
IDLE_BASE = 1_000
IDLE_CONNECTIONS = 4_000
# Enough for the lines of an access log to have filled every buffer that they pass through.
IDLE_WARM_UP_ROUNDS = 20
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Unmeasured(Exception):
    """This machine cannot measure it; the text says why."""


def cpu_seconds(pid: int) -> float:
    """User and system time that the process has used, in all its threads."""
    # The second field is the command in parentheses, which may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / TICKS_PER_SECOND


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in tree(int(child)))]


def tree_cpu_seconds(pid: int) -> float:
    return sum(cpu_seconds(each) for each in tree(pid))


def tree_resident_bytes(pid: int) -> int:
    """What the processes share is counted once for each."""
    return sum(resident_bytes(each) for each in tree(pid))


def resident_bytes(pid: int) -> int:
    match = re.search(r"^Rss: +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    if match is None:
        raise Unmeasured("smaps_rollup has no Rss")
    return int(match[1]) * 1024


def idle_bytes(peer: Peer, port: int) -> float:
    """Resident bytes per idle connection that was used once.

    What grows with requests and not with connections, such as a log's buffer, has grown before."""
    with peer.serve(port) as server, Client(port, SMALL_HEAD) as client:
        client.connect(IDLE_BASE)
        client.ask(IDLE_WARM_UP_ROUNDS)
        before = resident_bytes(server.pid)
        client.connect(IDLE_CONNECTIONS)
        return (resident_bytes(server.pid) - before) / IDLE_CONNECTIONS


def syscalls(peer: Peer, port: int, head: dict[str, str]) -> float:
    """System calls per keep-alive request, counted on warm connections."""
    counts = peer.folder / f"strace-{port}.txt"
    with peer.serve(port) as server, Client(port, head) as client:
        client.connect(CONNECTIONS)
        client.ask(1)
        command = ["strace", "-f", "-c", "--summary-columns=calls,name"]
        command += ["-o", str(counts), "-p", str(server.pid)]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        try:
            said = tracer.stderr.readline() if tracer.stderr else ""
            if "attached" not in said:
                raise Unmeasured(f"strace: {said.strip() or 'could not attach'}")
            requests = client.ask(SYSCALL_ROUNDS)
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.communicate(timeout=30)
    match = re.search(r"^ *(\d+) +total$", counts.read_text(), re.M)
    if match is None:
        raise Unmeasured("strace counted nothing")
    return int(match[1]) / requests


def instructions(peer: Peer, port: int, head: dict[str, str]) -> float:
    """User instructions per keep-alive request, counted on warm connections."""
    profile = peer.folder / f"callgrind-{port}.out"
    tool = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}")
    with peer.serve(port, under=tool) as server, Client(port, head) as client:
        client.connect(CONNECTIONS)
        client.ask(1)
        _tell_callgrind(server.pid, "zero")
        requests = client.ask(CALLGRIND_ROUNDS)
        _tell_callgrind(server.pid, "dump")
    # Each dump goes to a file of its own, numbered from 1.
    text = Path(f"{profile}.1").read_text()
    match = re.search(r"^summary: +(\d+)", text, re.M)
    if match is None:
        raise Unmeasured("callgrind left no summary")
    return int(match[1]) / requests


def _tell_callgrind(pid: int, command: str) -> None:
    done = subprocess.run(
        ["vgdb", f"--pid={pid}", command], capture_output=True, text=True, timeout=30
    )
    if done.returncode != 0:
        raise Unmeasured(f"vgdb {command}: {done.stderr.strip()}")
